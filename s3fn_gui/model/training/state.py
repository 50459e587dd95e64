"""The training that runs: progress and curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from s3fn_core.progress import Progress
from s3fn_core.results.learning_curves import LearningCurves
from s3fn_gui.model.running import RunState
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.learning.fitting import Stage1

KIND = "train"  # of job: there is one training at a time


class TrainingState(RunState):
    """Progress and curves of the training that runs, else of the last one.

    `ended` comes with a new model and what was to be held out (``TrainSettings.split``), before it is the
    current one.  `learned` is what the training of the model learned besides the words
    (``train(shared=...)``).
    """

    curve_changed = Signal()
    ended = Signal(object, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.learned: dict[str, Stage1] | None = None
        self._curves = LearningCurves()
        session.cleared.connect(self._clear)
        session.model_changed.connect(self._drop_learned)

    @property
    def curves(self) -> dict[str, list[tuple[int, float]]]:
        return self._curves.curves

    @property
    def stage_starts(self) -> list[tuple[int, str]]:
        return self._curves.stages

    def begin(self) -> None:
        """A new training starts; the old curves go."""
        self._curves = LearningCurves()
        self.curve_changed.emit()
        super().begin()

    def add(self, progress: Progress, remaining: float | None) -> None:
        """Take in one report of the training."""
        if self._curves.add(progress):
            self.curve_changed.emit()
        super().add(progress, remaining)

    def _clear(self) -> None:
        """Another project was opened."""
        self.begin()
        self.end()

    def _drop_learned(self) -> None:
        """It belongs to another model."""
        self.learned = None
