"""The current map with one class for every object, or as the model gave it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.voting import one_class_per_object
from s3fn_core.types import ObjectMap
from s3fn_gui.masks.state import MaskState
from s3fn_gui.masks.values import Voted
from s3fn_gui.session.context import Context, Flow

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel


KIND = "mask vote"


class MaskVote(Flow):
    """Keeps the model's own map, so that voting can be switched off again."""

    def __init__(self, context: Context, mask: MaskState) -> None:
        super().__init__(context)
        self._state = mask
        self._state.vote_changed.connect(self._follow)
        self._session.cubes.prediction_changed.connect(self._follow)
        self._session.cubes.current_changed.connect(self._follow)

    def _follow(self) -> None:
        open_now = {item.key for item in self._session.cubes.items}
        voted = self._state.voted
        self._state.voted = {key: maps for key, maps in voted.items() if key in open_now}
        if self._state.vote:
            self._vote()
        else:
            self._take_back()
        self._tell_judged()

    def _tell_judged(self) -> None:
        """What is known of the objects of the map that is shown."""
        item = self._session.cubes.current
        voted = None if item is None else self._state.voted.get(item.key)
        shown = item is not None and voted is not None and item.prediction is voted.prediction
        self._state.set_judged(voted.judged if voted is not None and shown else None)

    def _vote(self) -> None:
        """Let the objects of the current cube vote, unless they have."""
        session, item, defect = self._session, self._session.cubes.current, self._state.defect
        mask = None if item is None else item.treatment.mask
        if item is None or mask is None or item.prediction is None or item.prediction.partial:
            return
        prediction, voted = item.prediction, self._state.voted.get(item.key)
        if voted is not None and prediction is voted.prediction:
            if voted.defect == defect:
                return
            before = voted.before  # the same map by another rule
        else:
            before = prediction
        cube, model, classes = item.cube, self._model_of(before), session.classes.ids

        def done(result: Voted) -> None:
            same = item.prediction is prediction and item.treatment.mask is mask
            if same and self._state.vote and item in session.cubes.items:
                self._state.voted[item.key] = result
                session.cubes.set_prediction(item.key, result.prediction)

        def work() -> Operation[Voted]:
            if model is None:
                return without_model(before, mask.objects)
            return judged_by(model, cube, before, mask.objects, defect, classes)

        self._runner.start(KIND, tr("One class per object"), work, done)

    def _model_of(self, prediction: Prediction) -> S3FNModel | None:
        """The model, where it made this map."""
        model = self._session.model
        if model is None or prediction.classes is not model.classes:
            return None
        return model if prediction.is_of(model.metrics) else None

    def _take_back(self) -> None:
        """Show the maps as the model gave them."""
        taken, self._state.voted = self._state.voted, {}
        for item in self._session.cubes.items:
            voted = taken.get(item.key)
            if voted is not None and item.prediction is voted.prediction:
                self._session.cubes.set_prediction(item.key, voted.before)


def vote(prediction: Prediction, objects: ObjectMap) -> Prediction:
    """The prediction with one class for every object: the one that most of its pixels have."""
    ids, confidence = one_class_per_object(prediction.ids, prediction.confidence, objects)
    return replace(
        prediction,
        ids=ids,
        confidence=confidence,
        probabilities=None,
        next_best=None,
        metrics={},
        answers=None,
    )


def without_model(prediction: Prediction, objects: ObjectMap) -> Operation[Voted]:
    """By the pixels of the map alone, in a worker."""
    yield Progress("objects", 0.0, tr("Counting pixels"))
    return Voted(vote(prediction, objects), prediction, None)


def judged_by(
    model: S3FNModel,
    cube: Cube,
    prediction: Prediction,
    objects: ObjectMap,
    defect: int,
    taken: tuple[int, ...],
) -> Operation[Voted]:
    """By the model, in a worker: as the command line does, and the same objects are unknown."""
    from s3fn_core.model.applying.object_map import map_of_objects
    from s3fn_core.model.applying.objects import VoteRule, predict_objects

    asked = defect in model.classes and defect
    rule = VoteRule(decide="defect", defect=defect) if asked else model.handling.rule
    judged = yield from predict_objects(model, cube, objects, rule)
    return Voted(map_of_objects(prediction, judged, objects, taken), prediction, judged, defect)
