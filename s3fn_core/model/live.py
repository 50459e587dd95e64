"""A map that follows the labels while they are painted: each change retrains the quick model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.answering import Answering, KnownCube
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.applying.parts import draw_in_parts
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.experts.scene import KeptStatistics
from s3fn_core.model.learning.training import train
from s3fn_core.model.word_classes import require_known
from s3fn_core.progress import Operation, Progress, mapped
from s3fn_core.types import Box
from s3fn_core.words.expectation import expectations
from s3fn_core.workers import one_blas_thread

LEAST = 2
"""Classes that a map needs."""


class LiveMap:
    """Maps of one cube after the other, each from the labels and words of its moment.

    It keeps what no label and no word changes of the cubes, so that the next map comes faster.
    """

    def __init__(self) -> None:
        self._statistics = KeptStatistics()
        self._known: KnownCube | None = None

    @checked(ModelError)
    def draw(
        self,
        data: Sequence[LabelledCube],
        classes: ClassSet,
        cube: Cube,
        *,
        focus: tuple[int, int] | None = None,
        view: Box | None = None,
        before: Prediction | None = None,
    ) -> Operation[Prediction]:
        """Learn all labels and map `cube`.

        With labels, the map equals that of the preset "quick" for the classes that can be told
        apart (:func:`told`); without labels, that of ``inference.predict_from_words``.  For `focus`,
        `view`, `before` and the reports see :func:`~s3fn_core.model.applying.parts.draw_in_parts`.

        Raises
        ------
        LabelError, ModelError
            What is missing for a map, among others.
        """
        known = self._of(cube)
        chosen = told(data, classes)
        with one_blas_thread():
            if any(item.labels.any() for item in data):
                work = train(data, chosen, live_config(), device="cpu", statistics=self._statistics)
                model = (yield from mapped(work, lambda p: Progress("learn", 0.0, p.message))).model
                answering = Answering.of_model(model, known)
            else:
                answering = Answering.of_words(chosen, known)
            return (yield from draw_in_parts(known, answering, focus=focus, view=view, before=before))

    def _of(self, cube: Cube) -> KnownCube:
        if self._known is None or self._known.cube is not cube:
            self._known = KnownCube(cube)
        return self._known


def live_config() -> TrainConfig:
    """The preset "quick"; objects are not asked, so nothing is learned of them."""
    config = preset("quick")
    return config.with_(experts=replace(config.experts, objects=False))


def told(data: Sequence[LabelledCube], classes: ClassSet) -> ClassSet:
    """The classes that a map can tell now: those with labels or a spectrum stated in words.

    Raises
    ------
    LabelError
        When they are fewer than two; it says what is missing.
    """
    labelled = {int(i) for item in data for i in np.unique(item.labels)} & set(classes.ids)
    expects = {c.id for c, found in zip(classes, expectations(classes), strict=True) if found is not None}
    some = _only(classes, labelled | expects)
    if len(some) < LEAST:
        if some:
            raise LabelError(
                "Label two classes, or state their expected reflectance: only {name} has one of them.",
                name=some.names[0],
            )
        raise LabelError("Label two classes, or state their expected reflectance: none has either yet.")
    if not labelled:
        return classes
    try:
        require_known(some, labelled, [item.cube for item in data if item.labels.any()])
    except LabelError:
        if len(labelled) < LEAST:
            raise
        return _only(classes, labelled)
    return some


def _only(classes: ClassSet, ids: set[int]) -> ClassSet:
    return replace(classes, classes=tuple(c for c in classes if c.id in ids))
