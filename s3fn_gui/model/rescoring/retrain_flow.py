"""Letting a trained model learn edited words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.labels.classes import ClassSet
from s3fn_gui.base.texts import headline
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.state import KIND, TrainingState
from s3fn_gui.session.context import Context
from s3fn_gui.session.cube import snapshot

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.learning.fitting import Stage1


class RetrainFlow:
    """A training of seconds: it counts as one, so there is never another beside it."""

    def __init__(
        self, context: Context, rescoring: RescoringState, training: TrainingState, rescore: RescoreFlow
    ) -> None:
        self._rescoring = rescoring
        self._training = training
        self._context = context
        self._session = context.session
        self._rescore = rescore

    def start(self) -> None:
        """Let the projection learn the edited words from the labels; the backbone stays."""
        session, there = self._session, self._rescore.trained()
        items = [snapshot(i) for i in session.cubes.items if i.counts[1:].any()]
        if there is None or not items:
            session.report("info", "Label some pixels of each class first: retraining needs them.")
            return
        model, item, _ = there
        known = [session.classes[i] for i in model.classes.ids if i in session.classes]
        new = [c for c in session.classes if c not in known]
        classes, learned = ClassSet((*known, *new)), self._rescoring.learned
        cube, rescorer, device = item.cube, self._rescore.rescorer, session.train_settings.device
        self._training.begin()
        self._context.runner.start(
            KIND,
            "Retraining on the edited words",
            lambda: jobs.retrain(model, items, classes, device, learned, cube, rescorer),
            lambda done: self._done(done, learned),
            progressed=lambda progress: self._training.add(progress, None),
            failed=self._failed,
            cancelled=self._cancelled,
            makes="work",
        )

    def _done(self, done: jobs.Retrained, learned: dict[str, Stage1] | None) -> None:
        session, result = self._session, done.result
        self._training.end(result)
        session.set_model(result.model)
        self._rescoring.learned = learned
        for item in session.cubes.items:
            if item.cube is done.cube:
                session.cubes.set_prediction(item.key, done.prediction)
        text = f"{headline(result.model.metrics)}, with the edited words."
        measured = bool(result.model.metrics.get("held_out"))
        session.report("success" if measured else "warning", " ".join((text, *result.notes)))

    def _failed(self, error: BaseException) -> None:
        self._training.end()
        self._context.errors.show("Retraining", error)

    def _cancelled(self) -> None:
        if self._context.runner.get(KIND) is None and self._training.running:
            self._training.end()
            self._session.report("info", "Retraining cancelled; nothing was changed.")
