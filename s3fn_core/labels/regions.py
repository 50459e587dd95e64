"""Regions: the connected parts of a label map, each of one class."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.types import IdArray

Numbers = np.ndarray[Any, np.dtype[np.int32]]


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
