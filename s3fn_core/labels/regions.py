"""Regions: the connected parts of a label map, each of one class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.types import BoolArray, Box, IdArray

Numbers = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class LabelRegion:
    """One region of a label map.

    Attributes
    ----------
    number : int
        From 1, in reading order.
    class_id : int
    pixels : int
    box : Box
    centre : (float, float)
        Mean line and sample.
    """

    number: int
    class_id: int
    pixels: int
    box: Box
    centre: tuple[float, float]


def label_regions(ids: IdArray) -> tuple[Numbers, IdArray]:
    """Number the regions of a label map in reading order.

    Pixels of one class that touch, diagonally too, belong together.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)

    Returns
    -------
    numbers : array of int32, shape (lines, samples)
        From 1; 0 where there is no label.
    classes : array of uint8, shape (regions + 1,)
        The class of each region by its number; 0 at 0.
    """
    from skimage.measure import label

    numbers = label(ids, background=0, connectivity=2).astype(np.int32)
    classes = np.zeros(int(numbers.max(initial=0)) + 1, np.uint8)
    classes[numbers.ravel()] = ids.ravel()
    return numbers, classes


def list_regions(numbers: Numbers, classes: IdArray) -> tuple[LabelRegion, ...]:
    """What :func:`label_regions` found, one by one."""
    from scipy.ndimage import find_objects

    lines, samples = np.nonzero(numbers)
    which = numbers[lines, samples]
    pixels = np.bincount(which, minlength=len(classes))
    line = np.bincount(which, lines, len(classes)) / np.maximum(pixels, 1)
    sample = np.bincount(which, samples, len(classes)) / np.maximum(pixels, 1)
    found = []
    for number, place in enumerate(find_objects(numbers), 1):
        down, across = place
        box = (down.start, across.start, down.stop, across.stop)
        centre = (float(line[number]), float(sample[number]))
        found.append(LabelRegion(number, int(classes[number]), int(pixels[number]), box, centre))
    return tuple(found)


def whole_regions(numbers: Numbers, marked: BoolArray) -> BoolArray:
    """All pixels of the regions that `marked` holds any pixel of.

    So a mark stays with its region when that is painted larger, and none is marked in part.
    """
    touched = np.zeros(int(numbers.max(initial=0)) + 1, bool)
    touched[numbers[marked]] = True
    touched[0] = False
    return touched[numbers]


def marked_regions(ids: IdArray, marked: BoolArray | None) -> BoolArray | None:
    """Labelled pixels of the regions that `marked` touches (:func:`whole_regions`), if there are any."""
    if marked is None:
        return None
    whole = whole_regions(label_regions(ids)[0], marked)
    return whole if whole.any() else None
