"""Stratified random samples of points by which a map is validated.

Source: Olofsson et al., Remote Sensing of Environment 148, 42-57 (2014), section 5: the strata are
the classes of the map; Cochran, Sampling Techniques (1977), eq. 5.25 and 5.66, for the size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.types import BoolArray, IdArray

LEAST = 5
"""Points of each class at least, so that its accuracy has an error that means something."""
LIKELY = 0.85
"""User's accuracy that is expected of a class about which nothing is known yet."""


@dataclass(frozen=True, eq=False)
class ValidationSample:
    """Points to look at, in random order, so that a part of them is a sample as well.

    Attributes
    ----------
    points : array of int, shape (n, 2)
        Line and sample.
    strata : array of int, shape (n,)
        The class that the map gave each when the sample was drawn.
    stratum_pixels : dict of int to int
        Pixels of every class of that map.
    seed : int
    """

    points: npt.NDArray[np.intp]
    strata: npt.NDArray[np.intp]
    stratum_pixels: dict[int, int]
    seed: int


@checked(LabelError)
def per_class(map_pixels: dict[int, int], points: int) -> dict[int, int]:
    """The same number of points for each class; of smaller classes all pixels."""
    if points < 1:
        raise LabelError("Draw at least one point of each class.")
    return {stratum: min(points, size) for stratum, size in map_pixels.items() if size > 0}


@checked(LabelError)
def neyman(
    map_pixels: dict[int, int],
    target_error: float,
    expected: Mapping[int, float] | None = None,
    least: int = LEAST,
) -> dict[int, int]:
    """Points of each class that reach a standard error of the overall accuracy with fewest in all.

    Parameters
    ----------
    map_pixels : dict of int to int
    target_error : float
        Standard error, as a fraction: 0.01 for one point of per cent.
    expected : mapping of int to float, optional
        User's accuracy that is expected of each class, such as the held-out precision.
    least : int
        Points of a class at least; it gets all its pixels where it has fewer.

    Raises
    ------
    LabelError
        When the target is not between 0 and 0.5, or the map is empty.
    """
    if not 0 < target_error < 0.5:
        raise LabelError("The standard error that is aimed at must lie between 0 and 50 %.")
    sizes = {stratum: size for stratum, size in map_pixels.items() if size > 0}
    if not sizes:
        raise LabelError("The map has no classified pixel, so nothing can be drawn.")
    total = sum(sizes.values())
    known = expected or {}
    spread = {i: _spread(known.get(i, LIKELY)) for i in sizes}
    weighted = {i: sizes[i] / total * spread[i] for i in sizes}
    whole = sum(weighted.values())
    within = sum(sizes[i] / total * spread[i] ** 2 for i in sizes) / total
    needed = whole**2 / (target_error**2 + within)
    return {i: min(sizes[i], max(least, int(np.ceil(needed * weighted[i] / whole)))) for i in sizes}


def _spread(accuracy: float) -> float:
    """Standard deviation of right and wrong, for an accuracy that is never taken to be perfect."""
    share = float(np.clip(accuracy if np.isfinite(accuracy) else LIKELY, 0.5, 0.98))
    return float(np.sqrt(share * (1 - share)))


@checked(LabelError)
def draw_sample(
    ids: IdArray, wanted: dict[int, int], *, seed: int = 0, excluded: BoolArray | None = None
) -> ValidationSample:
    """Draw points of every class at random, without repetition.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
        The map; 0 is not drawn.
    wanted : dict of int to int
        Points of each class.
    seed : int
    excluded : array of bool, shape (lines, samples), optional
        Pixels that are neither drawn nor counted, such as the training labels.

    Raises
    ------
    LabelError
        When the map has nothing to draw, or the shapes differ.
    """
    if excluded is not None and excluded.shape != ids.shape:
        raise LabelError(
            "The map has {shape} pixels, what is excluded {excluded_shape}.",
            shape=ids.shape,
            excluded_shape=excluded.shape,
        )
    free = ids if excluded is None else np.where(excluded, 0, ids)
    counts = np.bincount(free.ravel(), minlength=256)
    pixels = {int(i): int(counts[i]) for i in np.flatnonzero(counts) if i}
    if not pixels:
        raise LabelError("The map has no classified pixel outside the excluded ones, so nothing is drawn.")
    rng = np.random.default_rng(seed)
    places, strata = [], []
    for stratum, size in pixels.items():
        number = min(wanted.get(stratum, 0), size)
        places.append(rng.choice(np.flatnonzero(free == stratum), number, replace=False))
        strata += [stratum] * number
    order = rng.permutation(len(strata))
    flat = np.concatenate(places)[order]
    points = np.column_stack(np.unravel_index(flat, ids.shape))
    return ValidationSample(points, np.array(strata, int)[order], pixels, seed)
