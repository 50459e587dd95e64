"""One class for every object of a map: the one that most of its pixels have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import UNLABELLED, ClassSet
from s3fn_core.types import FloatArray, IdArray, ObjectMap

UNKNOWN, UNKNOWN_COLOR = "unknown", "#8d939c"
"""The class of objects that are unlike anything labelled, in maps of objects."""


class Verdict(Protocol):
    """What is said of one object: by a model (``ObjectResult``), or by the pixels of a map.

    The attributes are those of ``s3fn_core.model.applying.objects.ObjectResult``; `votes` and
    `probabilities` are in the order of the classes.
    """

    @property
    def number(self) -> int: ...
    @property
    def class_id(self) -> int: ...
    @property
    def class_name(self) -> str: ...
    @property
    def votes(self) -> tuple[int, ...]: ...
    @property
    def patches(self) -> int: ...
    @property
    def stride(self) -> int: ...
    @property
    def share(self) -> float: ...
    @property
    def agreement(self) -> float: ...
    @property
    def interval(self) -> tuple[float, float] | None: ...
    @property
    def probability(self) -> float: ...
    @property
    def probabilities(self) -> tuple[float, ...]: ...
    @property
    def by(self) -> str: ...
    @property
    def novelty(self) -> float | None: ...
    @property
    def shown_unknown(self) -> bool: ...
    @property
    def defect(self) -> float | None: ...


@dataclass(frozen=True)
class PixelVerdict:
    """The class that most pixels of an object have in a map; see :class:`Verdict`.

    Attributes
    ----------
    votes : tuple of int, one per class
        Pixels.
    patches : int
        Pixels that have a class.
    interval : None
        Neighbouring pixels are nearly copies of each other, so their number says nothing.
    probability : float
        Mean confidence of the pixels that have the object's class.
    probabilities : tuple of float
        Empty: a map keeps the confidence of one class a pixel only.
    novelty : float or None
        The median of the pixels'; above 1 the object is unknown.
    """

    number: int
    class_id: int
    class_name: str
    votes: tuple[int, ...]
    patches: int
    agreement: float
    probability: float
    stride: int = 1
    share: float = 1.0
    interval: tuple[float, float] | None = None
    probabilities: tuple[float, ...] = ()
    by: str = "pixels"
    novelty: float | None = None
    defect: float | None = None

    @property
    def shown_unknown(self) -> bool:
        """Whether most of its pixels are unlike anything labelled."""
        return self.novelty is not None and self.novelty > 1


def pixel_verdicts(
    ids: IdArray,
    confidence: FloatArray,
    objects: ObjectMap,
    classes: ClassSet,
    novelty: FloatArray | None = None,
) -> dict[int, PixelVerdict]:
    """What the pixels of a map say of each object, by its number.

    Parameters
    ----------
    ids, confidence, objects
        As for :func:`one_class_per_object`, which gives each object the same class.
    classes : ClassSet
        Of the map.  Pixels of other classes do not vote.
    novelty : array of float32, shape (lines, samples), optional
        Of the pixels, NaN where nobody knows.

    Raises
    ------
    LabelError
        When the maps have different shapes.
    """
    numbers, _, votes, sure = _ballots(np.where(np.isin(ids, classes.ids), ids, 0), confidence, objects)
    leading, share = _leading(votes, sure)
    width = votes.shape[1]
    new = [None] * len(numbers) if novelty is None else _medians(novelty, objects, numbers)
    found = {}
    for place, number in enumerate(numbers.tolist()):
        if number == 0:
            continue
        class_id, count = int(leading[place]), int(votes[place].sum())
        mine = tuple(int(votes[place, i]) if i < width else 0 for i in classes.ids)
        mean = float(sure[place, class_id] / max(votes[place, class_id], 1))
        name = classes[class_id].name if class_id else ""
        found[number] = PixelVerdict(
            number, class_id, name, mine, count, float(share[place]), mean, novelty=new[place]
        )
    return found


def _medians(values: FloatArray, objects: ObjectMap, numbers: ObjectMap) -> list[float | None]:
    """Of the known values on each object; None where none is known."""
    known = np.where(np.isfinite(values), objects, 0)
    found = scipy.ndimage.median(values, known, numbers)
    there = np.isin(numbers, known)
    return [float(value) if has else None for value, has in zip(found, there, strict=True)]


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
    _, place, votes, sure = _ballots(ids, confidence, objects)
    leading, share = _leading(votes, sure)
    inside = objects != 0
    return (
        np.where(inside, leading[place], ids).astype(np.uint8),
        np.where(inside, share[place], confidence).astype(np.float32),
    )


Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def _ballots(
    ids: IdArray, confidence: FloatArray, objects: ObjectMap
) -> tuple[ObjectMap, Places, Doubles, Doubles]:
    """Numbers of the objects (n,), the place of each pixel's among them, votes and their sums (n, ids)."""
    if not ids.shape == confidence.shape == objects.shape:
        raise LabelError(
            "The map is {map_shape}, its objects {objects_shape} (lines x samples); take those of the same "
            "cube.",
            map_shape=" x ".join(map(str, ids.shape)),
            objects_shape=" x ".join(map(str, objects.shape)),
        )
    numbers, found = np.unique(objects, return_inverse=True)
    place: Places = found.reshape(objects.shape)
    classes = int(ids.max(initial=0)) + 1
    ballot = place.ravel() * classes + ids.reshape(-1)
    shape, size = (len(numbers), classes), len(numbers) * classes
    votes = np.bincount(ballot, minlength=size).reshape(shape).astype(np.float64)
    sums: Doubles = np.bincount(ballot, confidence.reshape(-1), minlength=size).astype(np.float64)
    sure = sums.reshape(shape)
    votes[:, UNLABELLED] = sure[:, UNLABELLED] = 0
    return numbers, place, votes, sure


def _leading(votes: Doubles, sure: Doubles) -> tuple[Places, Doubles]:
    """The class with the most votes of every object, and its share of them."""
    # Fewer than one vote, so that it decides between equal numbers of votes only.
    leading = (votes + sure / (sure.sum(axis=1, keepdims=True) + 1)).argmax(axis=1)
    share = votes[np.arange(len(votes)), leading] / np.maximum(votes.sum(axis=1), 1)
    return leading, share
