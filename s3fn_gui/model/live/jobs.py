"""What the live map does in a worker: torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import Box
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.cube import OpenCube, Position

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.live import LiveMap


class Drawer:
    """Draws one live map after the other; what no edit changes is kept until it is let go.

    A pass that was given up ends its step before the next one begins: both would be slower.
    """

    def __init__(self) -> None:
        self._live: LiveMap | None = None
        self._turn = Lock()

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
        yield Progress("prepare", 0.0, "Starting the numerical libraries")
        from s3fn_core.model.live import LiveMap

        data = training_data(items)
        with self._turn:
            self._live = self._live or LiveMap()
            drawing = self._live.draw(data, classes, cube, focus=focus, view=view, before=before)
            return (yield from drawing)
