"""Trainings into the list, and out of it onto the image."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.languages import plural, tr
from s3fn_core.project.trainings import MOST
from s3fn_gui.model.history import jobs
from s3fn_gui.model.history.records import record_of
from s3fn_gui.model.history.state import HistoryState
from s3fn_gui.model.mapping_flow import MapFlow
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.trainings import Training
from s3fn_gui.session.view import MapBefore

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.prediction import Prediction
    from s3fn_core.model.checkpoint import S3FNModel

SHOWING, COMPARING = "show training", "compare trainings"


class HistoryFlow(Flow):
    """Every model that becomes the current one is in the list, wherever it came from."""

    def __init__(
        self, context: Context, state: HistoryState, training: TrainingState, mapping: MapFlow
    ) -> None:
        super().__init__(context)
        self._state = state
        self._mapping = mapping
        self._fresh: tuple[S3FNModel, str] | None = None  # just trained, and how its labels were divided
        self._swiped: Prediction | None = None
        session = context.session
        training.ended.connect(self._ended)
        session.model_changed.connect(self._note)
        session.trainings.dropped.connect(self._tell_dropped)
        session.cubes.prediction_changed.connect(self._end_swipe)
        session.cubes.current_changed.connect(self._end_swipe)
        session.cleared.connect(self._cancel)
        state.chosen_changed.connect(self._compare)

    # --- into the list -------------------------------------------------------------------------

    def _ended(self, model: S3FNModel, split: str) -> None:
        self._fresh = (model, split)

    def _note(self) -> None:
        """The current model is another one: a new one gets its place."""
        session, model = self._session, self._session.model
        trainings, fresh = session.trainings, self._fresh
        self._fresh = None
        if model is None or trainings.of_model(model) is not None:
            return
        record = record_of(model, trainings.free_name(session.model_name))
        if fresh is None or fresh[0] is not model:  # from a file
            trainings.add(Training(record, model))
            return
        basis = session.learned_from
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record = replace(record_of(model, record.name, basis), date=now, split=fresh[1])
        trainings.add(Training(record, model, basis))

    def _tell_dropped(self, gone: Training) -> None:
        text = tr(
            "{name}, the oldest of {count} trainings, was removed from the list to make room. "
            "The project's folder keeps it until the next save.",
            name=gone.record.name,
            count=MOST,
        )
        self._session.report("info", text)

    # --- out of it -----------------------------------------------------------------------------

    def show(self) -> None:
        """Show the map of the one that is chosen; a training's model becomes the current one."""
        chosen, session = self._state.one, self._session
        if chosen is None:
            return
        item, device = session.cubes.current, session.train_settings.device
        cube, before = (None, None) if item is None else (item.cube, item.prediction)

        def done(shown: jobs.Shown) -> None:
            self._put(shown, cube)

        title = tr("Showing {name}", name=chosen.record.name)
        self._runner.start(SHOWING, title, lambda: jobs.show(chosen, cube, device, before), done)

    def _put(self, shown: jobs.Shown, cube: Cube | None) -> None:
        """Take a training over; nothing where it was deleted meanwhile."""
        session, trainings = self._session, self._session.trainings
        if shown.training.id not in trainings:
            return
        training = trainings.attach(shown.training.id, shown.model)
        if not training.is_baseline and session.model is not training.model:
            session.set_model(shown.model, name=training.record.name, basis=training.basis)  # type: ignore[arg-type]  # baselines are left out
        if cube is None or shown.prediction is None:
            return
        notes = self._mapping.put(cube, shown.prediction, training.basis if training.is_baseline else None)
        session.view.set_overlay("prediction", visible=True)
        if notes := notes or shown.prediction.notes:
            session.report("warning", " ".join(notes), of_map=True)

    def swipe(self, on: bool) -> None:
        """Draw the map of the first one that is chosen left of a handle, that of the second right of it."""
        session, pair, item = self._session, self._state.pair, self._session.cubes.current
        if not on or pair is None or item is None:
            session.view.comparison.end()
            return
        cube, device, before = item.cube, session.train_settings.device, item.prediction
        first, second = pair

        def done(found: tuple[jobs.Shown, jobs.Shown]) -> None:
            left, right = found
            if first.id not in session.trainings or session.cubes.find(cube) is not session.cubes.current:
                return
            session.trainings.attach(first.id, left.model)
            self._put(right, cube)
            if left.prediction is None or right.prediction is None:
                return
            names = (session.trainings[first.id].record.name, session.trainings[second.id].record.name)
            there = MapBefore(left.prediction.ids, left.prediction.classes, names, "models")
            session.view.comparison.keep(
                session.view.picture, cube.name, session.view.looks.colour_map, there
            )
            self._swiped = right.prediction

        title = tr("Mapping by {first} and {second}", first=first.record.name, second=second.record.name)
        work = lambda: jobs.show_both(first, second, cube, device, before)  # noqa: E731
        self._runner.start(SHOWING, title, work, done)

    def _end_swipe(self) -> None:
        """Another map is shown than the one right of the handle."""
        item, comparison = self._session.cubes.current, self._session.view.comparison
        shown = None if item is None else item.prediction
        if self._swiped is None or shown is self._swiped:
            return
        self._swiped = None
        if comparison.before is not None and comparison.before.of == "models":
            comparison.end()

    def _compare(self) -> None:
        """Say how the two that are chosen differ."""
        pair = self._state.pair
        if pair is None:
            self._runner.cancel(COMPARING)
            return
        self._runner.start(
            COMPARING, tr("Comparing trainings"), lambda: jobs.compare(*pair), self._state.set_comparison
        )

    def delete(self) -> None:
        """Forget the one that is chosen, after asking."""
        chosen, trainings = self._state.one, self._session.trainings
        if chosen is None:
            return
        baselines = len(trainings.baselines_of(chosen.id))
        if baselines:
            question = plural(
                "Delete {name} and the baseline measured with it? They cannot be shown again.",
                "Delete {name} and the {count} baselines measured with it? They cannot be shown again.",
                baselines,
                name=chosen.record.name,
            )
        else:
            question = tr("Delete {name}? It cannot be shown again.", name=chosen.record.name)
        if self.ask.confirm(question, tr("Delete")):
            trainings.remove(chosen.id)

    def _cancel(self) -> None:
        """Another project is open."""
        for kind in (SHOWING, COMPARING):
            self._runner.cancel(kind)
