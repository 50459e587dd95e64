"""A map in which every object has one class, and those unlike all labels a class of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet, LabelClass
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.applying.objects import ObjectPrediction
from s3fn_core.results.voting import UNKNOWN, UNKNOWN_COLOR
from s3fn_core.types import IdArray, ObjectMap


@checked(ModelError)
def map_of_objects(
    found: Prediction, judged: ObjectPrediction, objects: ObjectMap, taken: Iterable[int] = ()
) -> Prediction:
    """The map `found` with what its objects were judged to be.

    Parameters
    ----------
    found : Prediction
        Of the single pixels; it stays where no object is.
    judged : ObjectPrediction
    objects : array of int, shape (lines, samples)
        The object map that was judged.
    taken : iterable of int
        Ids that mean other classes, beside those of the map.

    Returns
    -------
    Prediction
        Objects that are unlike anything labelled have a class called "unknown", of which nobody knows how
        sure it is (confidence 0), except those with a defect that was looked for.  The novelty of an object
        is that of the whole.  Objects that could not be judged have no class.  Nothing of it was measured.

    Raises
    ------
    ModelError
        When the maps have different shapes, or no id is left.
    """
    if not found.ids.shape == objects.shape == judged.ids.shape:
        raise ModelError(
            "The map is {shape}, its objects {objects_shape}; take those of the same cube.",
            shape=found.ids.shape,
            objects_shape=objects.shape,
        )
    own, classes = ids_of_objects(judged, objects, found.classes, taken)
    place, inside = _places(judged, objects), objects > 0
    known = [one.class_id != UNLABELLED and not one.shown_unknown for one in judged.objects]
    sure = np.array([one.probability for one in judged.objects], np.float32) * np.array(known)
    novelty = found.novelty
    if novelty is not None:
        whole = np.array([np.nan if one.novelty is None else one.novelty for one in judged.objects])
        of_object = whole.astype(np.float32)[place]
        novelty = np.where(inside & np.isfinite(of_object), of_object, novelty)
    return replace(
        found,
        ids=np.where(inside, own, found.ids),
        confidence=np.where(inside, sure.astype(np.float32)[place], found.confidence),
        classes=classes,
        probabilities=None,
        next_best=None,
        metrics={},
        novelty=novelty,
    )


def ids_of_objects(
    judged: ObjectPrediction, objects: ObjectMap, classes: ClassSet, taken: Iterable[int] = ()
) -> tuple[IdArray, ClassSet]:
    """The class of the object at each pixel, 0 outside, and `classes` with "unknown" where something is.

    Parameters
    ----------
    taken : iterable of int
        Ids that mean other classes.

    Raises
    ------
    ModelError
        When no id is left for what is unknown.
    """
    classes, unknown = _with_unknown(classes, judged, {*judged.classes.ids, *taken})
    ids = np.array([unknown if one.shown_unknown else one.class_id for one in judged.objects], np.uint8)
    return np.where(objects > 0, ids[_places(judged, objects)], UNLABELLED).astype(np.uint8), classes


def _places(judged: ObjectPrediction, objects: ObjectMap) -> npt.NDArray[np.intp]:
    """For each pixel the place of its object among those judged; any outside of them."""
    numbers = np.array([one.number for one in judged.objects])
    return np.searchsorted(numbers, objects).clip(max=len(numbers) - 1)


def _with_unknown(classes: ClassSet, judged: ObjectPrediction, taken: set[int]) -> tuple[ClassSet, int]:
    """The classes and one for what is unknown, where something is; and its id."""
    if not any(one.shown_unknown for one in judged.objects):
        return classes, UNLABELLED
    free = next((i for i in range(MAX_CLASSES, 0, -1) if i not in {*classes.ids, *taken}), None)
    if free is None:
        raise ModelError(
            "All {count} ids are taken, so none is left for unknown objects; merge classes.",
            count=MAX_CLASSES,
        )
    names = (UNKNOWN, *(f"{UNKNOWN} {number}" for number in range(2, MAX_CLASSES + 2)))
    name = next(name for name in names if name not in classes.names)
    return ClassSet((*classes, LabelClass(free, name, UNKNOWN_COLOR))), free
