"""Dead detector elements: what they should have measured, from their neighbours along the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.languages import plural
from s3fn_core.types import BoolArray, FloatArray

Counts = np.ndarray[Any, np.dtype[np.int64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
FARTHEST = 3
"""Samples to the nearest element of the band that works, at most."""


@dataclass(frozen=True, eq=False)
class Repair:
    """The dead elements that can be repaired, and what from.

    Attributes
    ----------
    dead : array of bool, shape (samples, bands)
        Those that are repaired.
    left, right : arrays of int, shape (samples, bands)
        Sample of the nearest elements of the same band that work, one of them twice where the other is
        too far.
    """

    dead: BoolArray
    left: Places
    right: Places

    @classmethod
    def of(cls, gone: BoolArray) -> Repair:
        """For the dead elements of a detector, shape (samples, bands)."""
        places = np.broadcast_to(np.arange(len(gone))[:, None], gone.shape)
        far = len(gone) + 2 * FARTHEST
        left = np.maximum.accumulate(np.where(gone, -far, places), axis=0)
        right = np.minimum.accumulate(np.where(gone, 2 * far, places)[::-1], axis=0)[::-1]
        near_left, near_right = places - left <= FARTHEST, right - places <= FARTHEST
        dead = gone & (near_left | near_right)
        return cls(dead, np.where(near_left, left, right), np.where(near_right, right, left))

    @property
    def count(self) -> int:
        return int(self.dead.sum())

    def around(self, samples: slice) -> slice:
        """What must be read to repair `samples`."""
        here = self.dead[samples]
        if not here.any():
            return samples
        needed = np.concatenate([self.left[samples][here], self.right[samples][here]])
        return slice(min(samples.start, int(needed.min())), max(samples.stop, int(needed.max()) + 1))

    def fill(self, block: FloatArray, first: int, samples: slice, bands: list[int]) -> None:
        """Add what `samples` should have measured to a block (lines, samples, bands) in place.

        The block, whose first sample is `first`, holds 0 at the dead elements, or NaN where a whole
        pixel is missing.
        """
        for sample, place in np.argwhere(self.dead[samples, :][:, bands]):
            at, band = sample + samples.start, bands[place]
            left, right = int(self.left[at, band]), int(self.right[at, band])
            share = 0.5 if left == right else (at - left) / (right - left)
            block[:, at - first, place] += (1 - share) * block[:, left - first, place]
            block[:, at - first, place] += share * block[:, right - first, place]


def dead_samples(gain: FloatArray) -> Counts:
    """In each band, shape (bands,)."""
    dead: Counts = np.count_nonzero(np.isnan(gain), axis=0).astype(np.int64)
    return dead


def told_dead(dead: Counts, samples: int, repaired: int) -> tuple[str, ...]:
    if not dead.any():
        return ()
    whole = int(np.count_nonzero(dead == samples))
    rest = int(dead.sum()) - repaired
    told = [
        plural(
            "Dead (white <= dark): {dead} of {elements} detector elements, in {count} band.",
            "Dead (white <= dark): {dead} of {elements} detector elements, in {count} bands.",
            int(np.count_nonzero(dead)),
            dead=dead.sum(),
            elements=samples * dead.size,
        )
    ]
    if whole:
        told.append(
            plural("{count} band is dead in every sample.", "{count} bands are dead in every sample.", whole)
        )
    if repaired:
        told.append(
            plural(
                "{count} is repaired from its neighbours along the line.",
                "{count} are repaired from their neighbours along the line.",
                repaired,
            )
        )
    if rest:
        told.append(plural("{count} is missing (NaN).", "{count} are missing (NaN).", rest))
    return (" ".join(told),)
