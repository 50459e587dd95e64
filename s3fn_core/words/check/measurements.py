"""What was measured of the classes of one cube, read at the wavelengths that a text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Wavelengths
from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.class_spectra import ClassSpectra

Values = npt.NDArray[np.float64]

CLOSEST = 5.0
"""A band within that many nm, or within a band's distance, tells of a wavelength."""
ENOUGH = 3
"""Pixels from which a spread over pixels is told."""


@dataclass(frozen=True, eq=False)
class Measurements:
    """What the claims of a text are held against.

    Attributes
    ----------
    wavelengths : array of float64, shape (bands,), or None
        In nm, in any order; None where they are not known.
    good_bands : array of bool, shape (bands,)
    spectra : mapping
        The labelled spectra of each class that has some, by its name.
    scale : float or None
        A measured value times `scale` is reflectance: 1 where reflectance was measured, the
        scene's brightness brought to that of the words (``Evidence.scale``) where it was not, None
        where neither is known: then no level can be checked.
    """

    wavelengths: Wavelengths | None
    good_bands: BoolArray
    spectra: Mapping[str, ClassSpectra] = field(default_factory=dict)
    scale: float | None = 1.0

    @property
    def is_scaled(self) -> bool:
        """Whether the brightness was only brought to that of the words."""
        return self.scale is not None and self.scale != 1.0

    @cached_property
    def good(self) -> Wavelengths:
        """Wavelengths of the good bands, ascending; empty where they are not known."""
        if self.wavelengths is None:
            return np.zeros(0)
        return np.unique(self.wavelengths[self.good_bands & np.isfinite(self.wavelengths)])

    def hindrance(self, low: float | None, high: float | None) -> Answer | None:
        """Why the cube shows nothing from `low` to `high`; None if it does."""
        if self.wavelengths is None:
            return Answer("unchecked", tr("The cube's wavelengths are not known; state them first."))
        if len(self.good) < 2:
            return Answer("unchecked", tr("The cube has hardly any usable band."))
        if _is_shown(self.good, low, high):
            return None
        first, last = float(self.good[0]), float(self.good[-1])
        every = np.unique(self.wavelengths[np.isfinite(self.wavelengths)])
        if _is_shown(every, low, high):
            return Answer("outside", tr("The cube has only bad bands at {where}.", where=nm(low, high)))
        return Answer(
            "outside",
            tr(
                "The cube shows nothing at {where}; its bands cover {shown}.",
                where=nm(low, high),
                shown=nm(first, last),
            ),
        )

    def of(self, name: str) -> Measured | None:
        """The curve of a class; None where none of its pixels is labelled."""
        spectra = self.spectra.get(name)
        if spectra is None or self.wavelengths is None:
            return None
        return measured(spectra, self.wavelengths, self.good_bands)


def _is_shown(bands: Wavelengths, low: float | None, high: float | None) -> bool:
    """Whether one of the bands lies in a range or close to it."""
    reach = max(CLOSEST, spacing(bands))
    bottom = -np.inf if low is None else low
    top = np.inf if high is None else high
    return bool(np.any((bands >= bottom - reach) & (bands <= top + reach)))


def spacing(bands: Wavelengths) -> float:
    """Usual distance of neighbouring bands, in nm."""
    return float(np.median(np.diff(bands))) if len(bands) > 1 else CLOSEST


@dataclass(frozen=True, eq=False)
class Measured:
    """The spectra of a class at the bands that tell of it.

    Attributes
    ----------
    bands : array of float64, shape (used,)
        In nm, ascending.
    mean, deviation : array of float64, shape (used,)
    spectra : array of float64, shape (n, used)
        Single pixels, none of them with a missing value; perhaps none.
    """

    bands: Wavelengths
    mean: Values
    deviation: Values
    spectra: Values

    def within(self, low: float | None, high: float | None) -> npt.NDArray[np.intp]:
        """Bands from `low` to `high` (None: all); those around where no band lies between."""
        bottom = self.bands[0] if low is None else low
        top = self.bands[-1] if high is None else high
        inside = np.flatnonzero((self.bands >= bottom) & (self.bands <= top))
        if len(inside):
            return inside
        after = int(np.searchsorted(self.bands, (bottom + top) / 2))
        return np.arange(max(after - 1, 0), min(after + 1, len(self.bands)))

    def weights(self, low: float | None, high: float | None) -> Values:
        """Weights (used,) of the bands whose sum is the value at a wavelength or over a range."""
        inside = self.within(low, high)
        weights = np.zeros(len(self.bands))
        if low is not None and low == high and self.bands[0] < low < self.bands[-1]:
            after = int(np.searchsorted(self.bands, low))  # between two bands it is interpolated
            share = (low - self.bands[after - 1]) / (self.bands[after] - self.bands[after - 1])
            weights[after - 1], weights[after] = 1 - share, share
        else:
            weights[inside] = 1 / len(inside)
        return weights

    def spread(self, weights: Values) -> float:
        """Standard deviation over the pixels of a weighted sum of bands."""
        if len(self.spectra) >= ENOUGH:
            return float((self.spectra @ weights).std())
        return float(np.abs(weights) @ self.deviation)

    def noise(self, weights: Values) -> float:
        """How uncertain a weighted sum of bands of the mean is.

        The larger one of its standard error over the pixels and of the jitter from band to band:
        stripes and remains of the atmosphere do not average out over the pixels.
        """
        jitter = self.jitter * float(np.sqrt(weights @ weights))
        if len(self.spectra) < ENOUGH:
            return jitter
        return max(jitter, float((self.spectra @ weights).std() / np.sqrt(len(self.spectra))))

    @cached_property
    def jitter(self) -> float:
        """Noise of a band of the mean, from its third differences, which are blind to a parabola.

        Their deviation is sqrt(20) times that of a band (sum of the squares of 1, 3, 3, 1); the
        median makes absorptions and gaps in the bands count for little.
        """
        if len(self.bands) < 5:
            return 0.0
        return float(np.median(np.abs(np.diff(self.mean, 3))) / 0.6745 / np.sqrt(20))


def measured(spectra: ClassSpectra, wavelengths: Wavelengths, good_bands: BoolArray) -> Measured | None:
    """The spectra of a class by ascending wavelength; None where fewer than two bands tell."""
    known = good_bands & np.isfinite(wavelengths) & np.isfinite(spectra.mean)
    bands, places = np.unique(wavelengths[known], return_index=True)
    if len(bands) < 2:
        return None
    chosen = np.flatnonzero(known)[places]
    rows = spectra.spectra[:, chosen].astype(np.float64)
    return Measured(
        bands,
        spectra.mean[chosen].astype(np.float64),
        np.nan_to_num(spectra.deviation[chosen].astype(np.float64)),
        rows[np.isfinite(rows).all(1)],
    )
