"""The training that runs: progress and curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.progress import Progress
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.learning.fitting import Stage1
    from s3fn_core.model.learning.training import TrainResult

KIND = "train"  # of job: there is one training at a time


class TrainingState(QObject):
    """Progress and curves of the training that runs, and the result of the last one.

    `learned` is what the training of the model learned besides the words (``train(shared=...)``).
    """

    changed = Signal()
    progressed = Signal(object)
    curve_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.running = False
        self.progress: Progress | None = None
        self.remaining: float | None = None
        self.curves: dict[str, list[tuple[int, float]]] = {}
        self.stage_starts: list[tuple[int, str]] = []
        self.result: TrainResult | None = None
        self.learned: dict[str, Stage1] | None = None
        self._points = 0
        session.cleared.connect(self._clear)
        session.model_changed.connect(self._drop_learned)

    def begin(self) -> None:
        """A new training starts; the old curves go, the old result stays until the new one."""
        self.running = True
        self.progress = None
        self.remaining = None
        self.curves = {}
        self.stage_starts = []
        self._points = 0
        self.curve_changed.emit()
        self.changed.emit()

    def add(self, progress: Progress, remaining: float | None) -> None:
        """Take in one report of the training."""
        if "loss" in progress.metrics:
            if not self.stage_starts or self.stage_starts[-1][1] != progress.step:
                self.stage_starts.append((self._points, progress.step))
            self._points += 1
            for name, value in progress.metrics.items():
                self.curves.setdefault(name, []).append((self._points, float(value)))
            self.curve_changed.emit()
        self.progress = progress
        self.remaining = remaining
        self.progressed.emit(progress)

    def end(self, result: TrainResult | None = None) -> None:
        """The training is over; without a result it was cancelled or it failed."""
        self.running = False
        self.progress = None
        if result is not None:
            self.result = result
        self.changed.emit()

    def _clear(self) -> None:
        """Another project was opened."""
        self.begin()
        self.result = None
        self.end()

    def _drop_learned(self) -> None:
        """It belongs to another model."""
        self.learned = None
