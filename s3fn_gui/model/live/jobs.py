"""What the live map does in a worker: torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import Box
from s3fn_core.workers import one_blas_thread
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.cube import OpenCube, Position

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.live import LiveMap


class Drawer:
    """Draws one live map after the other; what no edit changes is kept until it is let go.

    A pass that was given up ends its step before the next one begins: both would be slower.  BLAS
    computes in one thread until the drawer is closed: switching that for every pass, while other
    threads compute, was seen to fail (OpenBLAS kept two threads, which take 20 times as long on busy
    cores) or to end the program.
    """

    def __init__(self) -> None:
        self._live: LiveMap | None = None
        self._turn = Lock()
        self._alone = ExitStack()
        self._closed = False

    def draw(
        self,
        items: Sequence[OpenCube],
        classes: ClassSet,
        cube: Cube,
        focus: Position | None,
        view: Box | None,
        before: Prediction | None,
    ) -> Operation[Prediction]:
        """Map `cube` by the labels of `items`; see :meth:`s3fn_core.model.live.LiveMap.draw`."""
        yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
        from s3fn_core.model.live import LiveMap

        data = training_data(items)
        with self._turn:
            if self._live is None:
                self._alone.enter_context(one_blas_thread())
                self._live = LiveMap()
            drawing = self._live.draw(data, classes, cube, focus=focus, view=view, before=before)
            try:
                return (yield from drawing)
            finally:
                drawing.close()
                if self._closed:
                    self._alone.close()

    def close(self) -> None:
        """Let BLAS have its threads again, at the end of the pass that runs."""
        self._closed = True
        if self._turn.acquire(blocking=False):
            self._alone.close()
            self._turn.release()
