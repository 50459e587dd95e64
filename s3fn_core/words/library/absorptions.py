"""How well absorption features agree, whatever the brightness and the slope of a spectrum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from s3fn_core.types import BoolArray, Wavelengths

Values = npt.NDArray[np.float64]

LEAST_DEPTH = 0.01
"""Depth below which a feature is noise."""
LEAST_BANDS = 5
"""Bands of a feature, its shoulders included."""
DARK = 1e-3
"""Share of the brightest band that a band has at least: water and shade are 0 or below in some."""
_TINY = 1e-12
_CACHED_ROWS = 256  # curves that a processor keeps at hand while it wraps them


class Features:
    """The absorption features of many curves, ready to be compared with one spectrum after another.

    After Clark et al. (J. Geophys. Res. 108, 5131, 2003: Tetracorder).  The continuum of a curve is
    its upper convex hull; between two points where they touch lies a feature.  There, curve L and
    spectrum O are divided by straight lines between the same two bands (means of three), and
    ``O = a + b L`` is fitted by least squares.  The fit of the feature is the correlation
    coefficient ``F = sqrt(b b')``, b' of the fit the other way round, 0 where b is negative.  The
    curve's fit is the mean of F, weighted by the area of its features.

    That alone overlooks what the spectrum absorbs and the curve does not.  So the result is the
    geometric mean of it and of the correlation r of both over the whole range, each divided by its
    own hull (Clark & Roush, J. Geophys. Res. 89, 6329, 1984).

    Parameters
    ----------
    curves : array, shape (n, bands)
        Finite.
    wavelengths : array, shape (bands,)
        Increasing.
    """

    def __init__(self, curves: Values, wavelengths: Wavelengths) -> None:
        self._number, self._wavelengths = len(curves), wavelengths
        self._lit: BoolArray = np.asarray(curves.max(axis=1, initial=0) > 0)
        if len(wavelengths) < LEAST_BANDS or not self._lit.any():
            self._lit[:] = False
            return
        curves = _lifted(curves[self._lit])
        touching = hull_points(curves, wavelengths)
        self._chords = _Chords(touching, wavelengths)
        own = 1 - curves / self._chords.through(curves)
        self._deviations = own - own.mean(axis=1, keepdims=True)
        self._length = np.sqrt(np.einsum("ij,ij->i", self._deviations, self._deviations))
        self._measure(curves, touching)

    def _measure(self, curves: Values, touching: BoolArray) -> None:
        """Area and variance of every feature.

        A feature is a run in the flattened rows: from a touching band up to the one before the
        next.  The depth at the next is 0 but for the averaging, so it only counts as a band.
        """
        self._starts = np.flatnonzero(touching[:, :-1].ravel())
        self._owners = self._starts // (touching.shape[1] - 1)
        self._depths = self._even_depths(curves)
        self._bands = np.diff(np.append(self._starts, self._depths.size)) + 1.0
        self._areas = self._total(self._depths)
        self._variances = self._total(self._depths**2) - self._areas**2 / self._bands
        deep = np.maximum.reduceat(self._depths, self._starts) >= LEAST_DEPTH
        counts = deep & (self._bands >= LEAST_BANDS) & (self._areas > 0)
        self._weights = np.where(counts, self._areas, 0)
        whole = np.bincount(self._owners, self._weights, len(curves))
        self._whole = np.where(whole > 0, whole, np.nan)

    def fits(self, spectrum: Values) -> Values:
        """Agreement with a spectrum (bands,), finite: 0 to 1, NaN for a curve without features."""
        found = np.full(self._number, np.nan)
        if self._lit.any():
            (spectrum,) = _lifted(spectrum[None])
            found[self._lit] = np.sqrt(self._by_feature(spectrum) * self._over_range(spectrum))
        return found

    def _over_range(self, spectrum: Values) -> Values:
        """Correlation of depths over all bands, 0 where there is none or it is negative."""
        if spectrum.max() <= 0:
            return np.zeros(len(self._length))
        row = spectrum[None]
        chords = _Chords(hull_points(row, self._wavelengths), self._wavelengths)
        seen = 1 - spectrum / chords.through(row)[0]
        seen -= seen.mean()
        lengths = self._length * np.sqrt(seen @ seen)
        correlations: Values = np.clip(self._deviations @ seen / np.maximum(lengths, _TINY), 0, 1)
        return correlations

    def _by_feature(self, spectrum: Values) -> Values:
        """Mean of the features' correlations, weighted by area."""
        seen = self._even_depths(spectrum[None])
        total = self._total(seen)
        variances = self._total(seen**2) - total**2 / self._bands
        covariances = self._total(seen * self._depths) - total * self._areas / self._bands
        lengths = np.sqrt(np.maximum(variances, 0) * np.maximum(self._variances, 0))
        correlations = np.clip(covariances / np.maximum(lengths, _TINY), 0, 1)
        sums = np.bincount(self._owners, self._weights * correlations, len(self._whole))
        mean: Values = np.divide(sums, self._whole)
        return mean

    def _even_depths(self, values: Values) -> Values:
        """Depths below the chords through means of three bands, the last band left out, flat.

        0 where a chord cannot be divided by.
        """
        padded = np.concatenate([values[:, :1], values, values[:, -1:]], axis=1)
        chords = self._chords.through((padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3)
        depths = np.where(chords > 0, 1 - values / np.where(chords > 0, chords, 1), 0)
        return depths[:, :-1].ravel()

    def _total(self, values: Values) -> Values:
        """Sums over the features."""
        sums: Values = np.add.reduceat(values, self._starts)
        return sums


class _Chords:
    """Straight lines between those bands of each row that touch its hull."""

    def __init__(self, touching: BoolArray, wavelengths: Wavelengths) -> None:
        bands = np.arange(touching.shape[1], dtype=np.int32)
        left = np.maximum.accumulate(np.where(touching, bands, 0), axis=1)
        right = np.minimum.accumulate(np.where(touching, bands, bands[-1])[:, ::-1], axis=1)[:, ::-1]
        width = wavelengths[right] - wavelengths[left]
        self._share = (wavelengths - wavelengths[left]) / np.where(width > 0, width, 1)
        self._left, self._right = left, right

    def through(self, values: Values) -> Values:
        """The lines (n, bands) through values (n, bands), or (1, bands) for all rows."""
        if len(values) == 1:
            low, high = values[0][self._left], values[0][self._right]
        else:
            low = np.take_along_axis(values, self._left, 1)
            high = np.take_along_axis(values, self._right, 1)
        lines: Values = low + (high - low) * self._share
        return lines


def _lifted(values: Values) -> Values:
    """Values (n, bands) that a continuum can be divided by: dark bands are a little above 0."""
    lifted: Values = np.maximum(values, DARK * values.max(axis=1, keepdims=True))
    return lifted


def hull_points(curves: Values, wavelengths: Wavelengths) -> BoolArray:
    """Where curves (n, bands) touch their upper convex hull, by gift wrapping many of them at once."""
    blocks = [
        _wrapped(curves[i : i + _CACHED_ROWS], wavelengths) for i in range(0, len(curves), _CACHED_ROWS)
    ]
    return np.concatenate(blocks)


def _wrapped(curves: Values, wavelengths: Wavelengths) -> BoolArray:
    touching = np.zeros(curves.shape, bool)
    touching[:, 0] = touching[:, -1] = True
    rows = np.arange(len(curves))
    at = np.zeros(len(curves), np.intp)
    while len(rows):
        first = int(at.min()) + 1
        steps = wavelengths[first:] - wavelengths[at][:, None]
        rises = curves[rows, first:] - curves[rows, at][:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.where(steps > 0, rises / steps, -np.inf)
        at = first + slopes.shape[1] - 1 - slopes[:, ::-1].argmax(axis=1)  # the last of equal ones
        touching[rows, at] = True
        going = at < len(wavelengths) - 1
        rows, at = rows[going], at[going]
    return touching
