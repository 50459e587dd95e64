"""What tells a class from each other class: distances, band ratios, where it is brighter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.facts.series import Series, Values
from s3fn_core.types import Wavelengths

Signs = npt.NDArray[np.int_]

CANDIDATES = 24
"""Places, evenly spread over the bands, of which ratios are tried."""
AROUND = 1
"""Bands on either side that are averaged with each place."""
DARKEST = 0.005
"""Reflectance below which logarithms would only show noise."""
LEAST_SPREAD = 0.01
"""Relative differences of two bands that no measurement can tell from nothing."""
CLEAR = 0.05
"""Share of the brighter class by which two classes differ where one is called brighter."""
FEWEST = 5
"""Pixels of each class below which their distance is not told: the means of fewer differ by noise
alone, which would pass for being apart."""
UNKNOWN_SPREAD = 0.1
"""Assumed of a class with a single pixel, as a share of its reflectance."""
LEAST_RUN = 0.05
"""Share of the range below which being brighter is not worth telling."""


@dataclass(frozen=True)
class BandRatio:
    """Reflectance at one wavelength divided by that at another, in the class and in the other.

    `distance` is that of Jeffries and Matusita, of this ratio alone.
    """

    above_nm: float
    below_nm: float
    own: float
    other: float
    distance: float | None


@dataclass(frozen=True)
class Run:
    """A range in nm all over which the class is brighter (1) or darker (-1) than the other."""

    low_nm: float
    high_nm: float
    sign: int


@dataclass(frozen=True)
class Contrast:
    """A class against one other class.

    Attributes
    ----------
    other : int
        Its key.
    distance : float or None
        Jeffries-Matusita, 0 (the same) to 2 (apart); None where either has fewer than FEWEST
        pixels.
    ratio : BandRatio or None
        The one that separates the two best.
    runs : tuple of Run
        By wavelength.
    """

    other: int
    distance: float | None
    ratio: BandRatio | None
    runs: tuple[Run, ...]


@dataclass(frozen=True, eq=False)
class _Cloud:
    """Logarithms of a class's reflectance at the candidate places."""

    places: np.ndarray[tuple[int], np.dtype[np.intp]]
    values: Values
    level: Values

    @property
    def mean(self) -> Values:
        mean: Values = self.values.mean(0)
        return mean


def contrasts(series: Mapping[int, Series]) -> dict[int, tuple[Contrast, ...]]:
    """Each class against each other one, in their order."""
    clouds = {key: _cloud(one) for key, one in series.items()}
    result: dict[int, list[Contrast]] = {key: [] for key in series}
    for key, one in series.items():
        for other, second in series.items():
            if key != other:
                runs = brighter_runs(one, second)
                distance, ratio = _separation(one, clouds[key], clouds[other])
                result[key].append(Contrast(other, distance, ratio, runs))
    return {key: tuple(found) for key, found in result.items()}


def _cloud(series: Series) -> _Cloud:
    bands = series.mean.size
    places = np.unique(np.linspace(0, bands - 1, min(CANDIDATES, bands)).astype(np.intp))
    around = [slice(max(0, p - AROUND), p + AROUND + 1) for p in places]
    values = np.stack([series.spectra[:, part].mean(1) for part in around], -1)
    return _Cloud(places, np.log(np.maximum(values, DARKEST)), values.mean(0))


def _separation(series: Series, one: _Cloud, two: _Cloud) -> tuple[float | None, BandRatio | None]:
    covariances = regularised(one.values, two.values)
    if covariances is None:
        return None, _best_ratio(series, one, two, None)
    distance = None
    if min(len(one.values), len(two.values)) >= FEWEST:
        distance = jeffries_matusita(one.mean, two.mean, *covariances)
    return distance, _best_ratio(series, one, two, covariances)


def regularised(one: Values, two: Values) -> tuple[Values, Values] | None:
    """Covariance of each of two classes, which few pixels are enough for.

    Each is shrunk towards that of both together (regularised discriminant analysis: Friedman, J.
    Am. Stat. Assoc. 84, 165, 1989), which is shrunk towards a multiple of the identity (Ledoit &
    Wolf, J. Multivar. Anal. 88, 365, 2004).  Both are shrunk alike, by the number of bands against
    the pixels of the smaller class: else the same class with more pixels would be another one.

    Parameters
    ----------
    one, two : array, shape (n, bands) and (m, bands)

    Returns
    -------
    pair of arrays, shape (bands, bands), or None
        None where neither class has two pixels.
    """
    from sklearn.covariance import ledoit_wolf

    residuals = [values - values.mean(0) for values in (one, two)]
    free = [len(values) - 1 for values in residuals]
    if not sum(free):
        return None
    every, bands = np.concatenate(residuals), one.shape[1]
    both = ledoit_wolf(every, assume_centered=True)[0] * (len(every) / sum(free))
    share = bands / (bands + min(free))
    floor = LEAST_SPREAD**2 * np.eye(bands)
    first, second = (
        (1 - share) * (values.T @ values) / max(n, 1) + share * both + floor
        for values, n in zip(residuals, free, strict=True)
    )
    return first, second


def jeffries_matusita(
    mean: Values, other_mean: Values, covariance: Values, other_covariance: Values
) -> float:
    """Distance of two normal distributions, 2 (1 - exp(-B)) with B that of Bhattacharyya.

    0 where they are the same, 2 where they do not overlap; see Richards, Remote Sensing Digital
    Image Analysis, section 10.2 (the square of Jeffries and Matusita's own measure).
    """
    middle = (covariance + other_covariance) / 2
    apart = mean - other_mean
    shift = apart @ np.linalg.solve(middle, apart) / 8
    shape = _log_determinant(middle)
    shape -= (_log_determinant(covariance) + _log_determinant(other_covariance)) / 2
    return float(2 * -np.expm1(-(shift + shape / 2)))


def _log_determinant(matrix: Values) -> float:
    return float(np.linalg.slogdet(matrix)[1])


def _best_ratio(
    series: Series, one: _Cloud, two: _Cloud, covariances: tuple[Values, Values] | None
) -> BandRatio | None:
    """The two places whose ratio moves most from class to class, against its spread in both.

    The difference of two logarithms is that of a ratio, and its variance follows from the
    covariance.  The larger reflectance of the class is divided by the smaller.
    """
    axis, apart = series.wavelengths, one.mean - two.mean
    if axis is None or len(apart) < 2:
        return None
    none = np.zeros((len(apart), len(apart)))
    first, second = (_spread(c) for c in covariances or (none, none))
    score = (apart[:, None] - apart) ** 2 / (first + second)
    i, j = np.unravel_index(np.argmax(score), score.shape)
    if i == j:  # no ratio differs at all
        return None
    above, below = (i, j) if one.level[i] >= one.level[j] else (j, i)
    own, other = (float(max(c.level[above], DARKEST) / max(c.level[below], DARKEST)) for c in (one, two))
    distance = None
    if covariances is not None:
        shift = np.array([apart[above] - apart[below]])
        variances = (np.array([[c[above, below]]]) for c in (first, second))
        distance = jeffries_matusita(shift, np.zeros(1), *variances)
    nm = axis[one.places]
    return BandRatio(float(nm[above]), float(nm[below]), own, other, distance)


def _spread(covariance: Values) -> Values:
    """Variance of the difference of each two places."""
    variance = np.diag(covariance)
    spread: Values = variance[:, None] + variance - 2 * covariance + LEAST_SPREAD**2
    return spread


def brighter_runs(one: Series, two: Series) -> tuple[Run, ...]:
    """Where the mean of one class lies clearly above or below that of another.

    Clearly: by two standard errors of the difference, and by a twentieth of the brighter one.
    """
    axis = one.wavelengths
    if axis is None:
        return ()
    brighter = np.maximum(np.abs(one.mean), np.abs(two.mean))
    apart = one.mean - two.mean
    clear = np.abs(apart) > np.maximum(2 * np.hypot(_error(one), _error(two)), CLEAR * brighter)
    signs = _joined(np.where(clear, np.sign(apart), 0).astype(int), apart, axis)
    edges = [0, *(np.flatnonzero(np.diff(signs)) + 1), len(signs)]
    runs = (Run(float(axis[a]), float(axis[b - 1]), int(signs[a])) for a, b in pairwise(edges))
    least = LEAST_RUN * float(axis[-1] - axis[0])
    return tuple(run for run in runs if run.sign and run.high_nm - run.low_nm >= least)


def _joined(signs: Signs, apart: Values, axis: Wavelengths) -> Signs:
    """Signs (bands,) where short stretches that are less clear go with equal signs beside them."""
    result = signs.copy()
    for before, after in pairwise(np.flatnonzero(signs).tolist()):
        sign = signs[before]
        short = axis[after] - axis[before] <= LEAST_RUN * (axis[-1] - axis[0])
        if short and sign == signs[after] and (sign * apart[before:after] > 0).all():
            result[before:after] = sign
    return result


def _error(series: Series) -> Values:
    """Standard error of the mean."""
    count = len(series.spectra)
    if count < 2:
        return UNKNOWN_SPREAD * np.abs(series.mean)
    error: Values = series.spectra.std(0, ddof=1) / np.sqrt(count)
    return error
