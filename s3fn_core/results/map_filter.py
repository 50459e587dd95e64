"""A map made calmer for the eye: majority of a window, small areas dissolved; the map itself stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from s3fn_core.checked import checked
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import UNLABELLED
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

LARGEST_WINDOW = 31
TOUCHING = 4
"""Neighbours that belong to the same area: those above, below, left and right."""


@dataclass(frozen=True)
class MapFilter:
    """What is done to a map before it is drawn.

    Attributes
    ----------
    window : int
        Side in pixels of the window whose majority counts, odd; 1 leaves every pixel its class.
    smallest : int
        Pixels of the smallest area that stays; 1 leaves all.
    """

    window: int = 1
    smallest: int = 1

    def __bool__(self) -> bool:
        return self.window > 1 or self.smallest > 1

    @property
    def text(self) -> str:
        """What it does, for the eye; "" where that is nothing."""
        parts = []
        if self.window > 1:
            parts.append(tr("majority {side} x {side}", side=self.window))
        if self.smallest > 1:
            parts.append(tr("areas under {pixels} px dissolved", pixels=self.smallest))
        return ", ".join(parts)


@checked(ExportError)
def filtered(ids: IdArray, chosen: MapFilter) -> IdArray:
    """The map after the majority, then without small areas; background stays background.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
        Not changed.
    chosen : MapFilter

    Raises
    ------
    ExportError
        When the window is even or too large, or the smallest area has no pixel.
    """
    if not (1 <= chosen.window <= LARGEST_WINDOW and chosen.window % 2):
        raise ExportError(
            "The window of the majority is {window}; it must be odd, from 1 to {largest_window}.",
            window=chosen.window,
            largest_window=LARGEST_WINDOW,
        )
    if chosen.smallest < 1:
        raise ExportError(
            "The smallest area is {smallest} pixels; it must have at least one.", smallest=chosen.smallest
        )
    found = majority(ids, chosen.window) if chosen.window > 1 else ids
    return dissolved(found, chosen.smallest) if chosen.smallest > 1 else found


def majority(ids: IdArray, window: int) -> IdArray:
    """The class that most pixels of a window have, shape (lines, samples).

    Background has no say and stays.  Where several classes are as frequent, a pixel keeps its own if
    that is one of them, and takes the one with the lowest id otherwise.
    """
    winner, most = np.array(ids), np.zeros(ids.shape, np.float32)
    for class_id in np.unique(ids[ids != UNLABELLED]):
        own = ids == class_id
        share = scipy.ndimage.uniform_filter(own.astype(np.float32), window, mode="constant")
        count = np.rint(share * np.float32(window**2))  # an exact number again
        better = (count > most) | ((count == most) & own)
        winner[better] = class_id
        np.maximum(most, count, out=most)
    winner[ids == UNLABELLED] = UNLABELLED
    return winner


def dissolved(ids: IdArray, smallest: int) -> IdArray:
    """Areas of fewer than `smallest` pixels become what their largest neighbour is (GDAL's sieve).

    Those without a large neighbour, as an object alone on background, stay.
    """
    from rasterio.features import sieve

    wide = ids if ids.size > smallest else np.pad(ids, ((0, 0), (0, smallest)))  # GDAL wants more pixels
    found = sieve(np.ascontiguousarray(wide), smallest, mask=(wide != UNLABELLED), connectivity=TOUCHING)
    inner: IdArray = np.where(ids != UNLABELLED, found[:, : ids.shape[1]], UNLABELLED).astype(np.uint8)
    return inner
