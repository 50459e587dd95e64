"""Drawing from many labels: as many of every object, so that the cost of a training is bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from s3fn_core.types import IdArray, ObjectMap

VALUES = 8_000_000
"""Labelled pixels times bands that are learned from or asked, at most: experts see each in eight ways."""
ALL = int(np.iinfo(np.int64).max)
_IDS = 256

Numbers = npt.NDArray[np.int64]
Maps = Sequence[tuple[IdArray, ObjectMap | None]]
"""Label map and object map of each cube."""


def draw(maps: Maps, per_object: int, seed: int, most: int = ALL) -> Iterator[tuple[Numbers, Numbers]]:
    """Lines and samples of the labelled pixels of each cube that are drawn, at random.

    Parameters
    ----------
    per_object : int
        At most so many of each object; 0 for all.
    most : int
        At most so many in all, but one of each: as many of each object, and of each class on none in each
        cube.
    """
    if not per_object and most == ALL:
        yield from (np.nonzero(ids) for ids, _ in maps)  # type: ignore[misc] # two axes
        return
    counted = [np.unique(_units(*pair), return_counts=True) for pair in maps]
    units, counts = (np.concatenate(parts) for parts in zip(*counted, strict=True))
    of_object = per_object or ALL
    cap = _share(np.where(units >= _IDS, np.minimum(counts, of_object), counts), most)
    for number, (ids, objects) in enumerate(maps):
        own = _units(ids, objects)
        rank = _ranks(own, np.random.default_rng((seed, number)))
        chosen = rank < np.where(own >= _IDS, min(of_object, cap), cap)
        lines, samples = np.nonzero(ids)
        yield lines[chosen], samples[chosen]


def _units(ids: IdArray, objects: ObjectMap | None) -> Numbers:
    """What each labelled pixel (n,) is drawn with: its class, and the object it lies on."""
    labelled = ids > 0
    units = ids[labelled].astype(np.int64)
    return units if objects is None else units + _IDS * objects[labelled].astype(np.int64)


def _share(counts: Numbers, most: int) -> int:
    """How many may be taken of each of some heaps that are no more than `most` together; 1 at least."""
    if counts.sum() <= most:
        return ALL
    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if np.minimum(counts, middle).sum() <= most else (low, middle - 1)
    return low


def _ranks(units: Numbers, rng: np.random.Generator) -> Numbers:
    """The place of each among those of its unit, in an order drawn at random."""
    order = rng.permutation(len(units))
    order = order[np.argsort(units[order], kind="stable")]
    starts = np.flatnonzero(np.diff(units[order], prepend=-1))
    ranks = np.empty_like(units)
    ranks[order] = np.arange(len(units)) - np.repeat(starts, np.diff(starts, append=len(units)))
    return ranks
