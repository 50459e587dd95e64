"""The part of the session that changes while a training runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.progress import Progress

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.learning.training import TrainResult
KIND = "train"  # of job: there is one training at a time


class TrainingState(QObject):
    """Progress and curves of the training that runs, and the result of the last one."""

    changed = Signal()
    progressed = Signal(object)
    curve_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.progress: Progress | None = None
        self.remaining: float | None = None
        self.curves: dict[str, list[tuple[int, float]]] = {}
        self.stage_starts: list[tuple[int, str]] = []
        self.result: TrainResult | None = None
        self._points = 0

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

    def forget(self) -> None:
        """No training belongs to what is open now."""
        self.begin()
        self.result = None
        self.end()
