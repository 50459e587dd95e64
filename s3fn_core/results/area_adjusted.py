"""Accuracy and areas from a stratified random sample of validation points.

The points of a class that covers little of the map are drawn as often as those of one that covers
most of it, so counting them flatters or blames.  Each point stands for its share of its stratum
instead (Stehman, Int. J. Remote Sensing 35, 4923-4939, 2014).  Where the strata are the classes of
the map these are the estimators of Olofsson et al., Remote Sensing of Environment 148, 42-57, 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError

Values = npt.NDArray[np.float64]
Z95 = 1.959964
"""Half the width of a 95 % interval in standard errors, for samples of 30 and more points."""
LEAST_POINTS = 2
"""Of each stratum: one point says nothing about how much points differ."""


@dataclass(frozen=True)
class Estimate:
    """A share with its standard error; both NaN where no point tells."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence, within 0 to 1."""
        half = Z95 * self.error
        return max(self.value - half, 0.0), min(self.value + half, 1.0)


@dataclass(frozen=True, eq=False)
class AreaAdjusted:
    """What a sample says of a map.

    Attributes
    ----------
    overall : Estimate
    users, producers : dict of int to Estimate
        By class id.
    areas : dict of int to Estimate
        Share of the map that each class covers in truth.
    matrix : array of float64, shape (classes, classes)
        Shares of the map: rows are the map's classes, columns the reference's, in the order of ids.
    counts : array of int, shape (classes, classes)
        Points.
    pixels : int
        Of all strata.
    """

    class_ids: tuple[int, ...]
    overall: Estimate
    users: dict[int, Estimate]
    producers: dict[int, Estimate]
    areas: dict[int, Estimate]
    matrix: Values
    counts: npt.NDArray[np.intp]
    pixels: int


@checked(LabelError)
def area_adjusted(
    strata: Sequence[int], mapped: Sequence[int], reference: Sequence[int], stratum_pixels: dict[int, int]
) -> AreaAdjusted:
    """Accuracy, areas and their standard errors from a stratified random sample.

    Parameters
    ----------
    strata, mapped, reference : sequences of int, one for each point
        The stratum that it was drawn from, the class that the map gives it, the class it has.
    stratum_pixels : dict of int to int
        Pixels of every stratum.

    Returns
    -------
    AreaAdjusted

    Raises
    ------
    LabelError
        When the lists differ in length, a stratum has fewer than two points, or its size is not
        known.
    """
    h, m, r = (np.asarray(list(one), int) for one in (strata, mapped, reference))
    if not (len(h) == len(m) == len(r)) or not len(h):
        raise LabelError(
            "Each point needs a stratum, a mapped and a reference class; here are {strata}, {mapped} and "
            "{reference}.",
            strata=len(h),
            mapped=len(m),
            reference=len(r),
        )
    sample = _Sample(h, _sizes(h, stratum_pixels))
    ids = tuple(int(i) for i in np.unique(np.concatenate([m, r])))
    of_map = {i: (m == i).astype(float) for i in ids}
    of_truth = {i: (r == i).astype(float) for i in ids}
    hit = (m == r).astype(float)
    shares, counts = np.zeros((len(ids), len(ids))), np.zeros((len(ids), len(ids)), np.intp)
    cells = np.searchsorted(ids, m), np.searchsorted(ids, r)
    np.add.at(shares, cells, sample.weights)
    np.add.at(counts, cells, 1)
    return AreaAdjusted(
        ids,
        sample.mean(hit),
        {i: sample.ratio(hit * of_map[i], of_map[i]) for i in ids},
        {i: sample.ratio(hit * of_truth[i], of_truth[i]) for i in ids},
        {i: sample.mean(of_truth[i]) for i in ids},
        shares,
        counts,
        sum(stratum_pixels.values()),
    )


def _sizes(strata: npt.NDArray[np.intp], pixels: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Pixels and points of every stratum."""
    counts = {int(i): int(n) for i, n in zip(*np.unique(strata, return_counts=True), strict=True)}
    if unknown := sorted(set(counts) - set(pixels)):
        raise LabelError(
            "How many pixels stratum {stratum} has is not given; give the size of each.", stratum=unknown[0]
        )
    for stratum, size in pixels.items():
        points = counts.get(stratum, 0)
        if size > 0 and points < min(LEAST_POINTS, size):
            raise LabelError(
                "Stratum {stratum} has {size:,} pixels but {points} validated points; validate at least "
                "{least} in each.",
                stratum=stratum,
                size=size,
                points=points,
                least=LEAST_POINTS,
            )
        if points > size:
            raise LabelError(
                "Stratum {stratum} has {points} points but only {size} pixels.",
                stratum=stratum,
                points=points,
                size=size,
            )
    return {stratum: (size, counts[stratum]) for stratum, size in pixels.items() if size > 0}


class _Sample:
    """Means and ratios over all pixels, estimated from the points of each stratum."""

    def __init__(self, strata: npt.NDArray[np.intp], sizes: dict[int, tuple[int, int]]) -> None:
        self._parts = [(strata == stratum, size, points) for stratum, (size, points) in sizes.items()]
        self._total = sum(size for _, size, _ in self._parts)
        self.weights: Values = np.zeros(len(strata))
        """Share of all pixels that each point stands for."""
        for part, size, points in self._parts:
            self.weights[part] = size / self._total / points

    def mean(self, y: Values) -> Estimate:
        """Eq. 3 and 25: of a value that every pixel has."""
        value = sum(size * y[part].mean() for part, size, _ in self._parts) / self._total
        variance = sum(
            size**2 * (1 - points / size) * _variance(y[part]) / points for part, size, points in self._parts
        )
        return Estimate(float(value), float(np.sqrt(variance) / self._total))

    def ratio(self, y: Values, x: Values) -> Estimate:
        """Eq. 27 and 28: of two totals; NaN where there is nothing of the second."""
        whole = sum(size * x[part].mean() for part, size, _ in self._parts)
        if whole <= 0:
            return Estimate(np.nan, np.nan)
        value = sum(size * y[part].mean() for part, size, _ in self._parts) / whole
        variance = sum(
            size**2 * (1 - points / size) * _variance(y[part] - value * x[part]) / points
            for part, size, points in self._parts
        )
        return Estimate(float(value), float(np.sqrt(variance) / whole))


def _variance(y: Values) -> float:
    """Of a sample; 0 where one point is all that there is."""
    return float(y.var(ddof=1)) if len(y) > 1 else 0.0
