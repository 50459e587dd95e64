"""One class for every object of a map: the one that most of its pixels have."""

from __future__ import annotations

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import UNLABELLED
from s3fn_core.types import FloatArray, IdArray, ObjectMap

UNKNOWN, UNKNOWN_COLOR = "unknown", "#8d939c"
"""The class of objects that are unlike anything labelled, in maps of objects."""


def one_class_per_object(
    ids: IdArray, confidence: FloatArray, objects: ObjectMap
) -> tuple[IdArray, FloatArray]:
    """Let the pixels of each object vote.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
        Class of each pixel; 0 does not vote.
    confidence : array of float32, shape (lines, samples)
        Of these classes; it decides between classes with as many votes.
    objects : array of int, shape (lines, samples)
        Number of the object at each pixel.  Where it is 0, nothing changes.

    Returns
    -------
    ids : array of uint8, shape (lines, samples)
        An object of which no pixel has a class gets none.
    confidence : array of float32, shape (lines, samples)
        On objects the share of the votes that went to their class.

    Raises
    ------
    LabelError
        When the maps have different shapes.
    """
    if not ids.shape == confidence.shape == objects.shape:
        raise LabelError(
            f"The map is {ids.shape[0]} x {ids.shape[1]}, its objects {objects.shape[0]} x "
            f"{objects.shape[1]} (lines x samples); take those of the same cube."
        )
    numbers, place = np.unique(objects, return_inverse=True)
    classes = int(ids.max(initial=0)) + 1
    ballot = place.reshape(-1) * classes + ids.reshape(-1)
    shape, size = (len(numbers), classes), len(numbers) * classes
    votes = np.bincount(ballot, minlength=size).reshape(shape).astype(np.float64)
    sure = np.bincount(ballot, confidence.reshape(-1), minlength=size).reshape(shape)
    votes[:, UNLABELLED] = sure[:, UNLABELLED] = 0
    total = np.maximum(votes.sum(axis=1), 1)
    # Fewer than one vote, so that it decides between equal numbers of votes only.
    leading = (votes + sure / (sure.sum(axis=1, keepdims=True) + 1)).argmax(axis=1)
    share = votes[np.arange(len(numbers)), leading] / total
    inside = objects != 0
    place = place.reshape(objects.shape)
    return (
        np.where(inside, leading[place], ids).astype(np.uint8),
        np.where(inside, share[place], confidence).astype(np.float32),
    )
