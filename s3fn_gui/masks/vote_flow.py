"""The current map with one class for every object, or as the model gave it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3fn_core.results.voting import one_class_per_object
from s3fn_core.types import ObjectMap
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.context import Context, Flow

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction


KIND = "mask vote"


class MaskVote(Flow):
    """Keeps the model's own map, so that voting can be switched off again."""

    def __init__(self, context: Context, mask: MaskState) -> None:
        super().__init__(context)
        self._state = mask
        self._voted: dict[str, tuple[Prediction, Prediction]] = {}  # by cube: voted, and before
        self._state.vote_changed.connect(self._follow)
        self._session.cubes.prediction_changed.connect(self._follow)
        self._session.cubes.current_changed.connect(self._follow)

    def _follow(self) -> None:
        open_now = {item.key for item in self._session.cubes.items}
        self._voted = {key: maps for key, maps in self._voted.items() if key in open_now}
        if self._state.vote:
            self._vote()
        else:
            self._take_back()

    def _vote(self) -> None:
        """Let the objects of the current cube vote, unless they have."""
        item = self._session.cubes.current
        mask = None if item is None else item.treatment.mask
        if item is None or mask is None or item.prediction is None:
            return
        prediction = item.prediction
        voted, _ = self._voted.get(item.key, (None, None))
        if prediction is voted:
            return

        def done(result: Prediction) -> None:
            same = item.prediction is prediction and item.treatment.mask is mask
            if same and self._state.vote and item in self._session.cubes.items:
                self._voted[item.key] = result, prediction
                self._session.cubes.set_prediction(item.key, result)

        self._runner.start(KIND, "One class per object", lambda: vote(prediction, mask.objects), done)

    def _take_back(self) -> None:
        """Show the maps as the model gave them."""
        taken, self._voted = self._voted, {}
        for item in self._session.cubes.items:
            voted, before = taken.get(item.key, (None, None))
            if voted is not None and item.prediction is voted:
                self._session.cubes.set_prediction(item.key, before)


def vote(prediction: Prediction, objects: ObjectMap) -> Prediction:
    """The prediction with one class for every object."""
    ids, confidence = one_class_per_object(prediction.ids, prediction.confidence, objects)
    return replace(prediction, ids=ids, confidence=confidence, probabilities=None, metrics={})
