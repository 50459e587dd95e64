"""Spectral facts: what is measured on the labelled pixels of each class, as numbers.

Nothing here knows labels or words: classes are keys of a mapping.  Everything is deterministic.
`series` prepares the spectra; `ranges`, `shapes` and `separation` measure; `knots` sums a mean
spectrum up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from s3fn_core.cubes.facts.knots import knots
from s3fn_core.cubes.facts.ranges import (
    NamedRange,
    RangeLevel,
    RangeSlope,
    range_levels,
    range_slopes,
    red_edge_position,
    variation,
)
from s3fn_core.cubes.facts.separation import BandRatio, Contrast, Run, contrasts
from s3fn_core.cubes.facts.series import Series, make_series
from s3fn_core.cubes.facts.shapes import Absorption, Peak, absorptions, peaks
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

__all__ = [
    "Absorption",
    "BandRatio",
    "Contrast",
    "NamedRange",
    "Peak",
    "RangeLevel",
    "RangeSlope",
    "Run",
    "SpectralFacts",
    "spectral_facts",
]


@dataclass(frozen=True)
class SpectralFacts:
    """What was measured of one class.

    Attributes
    ----------
    pixels : int
        Spectra it was measured on.
    range_nm : (float, float) or None
        First and last usable band; None where the wavelengths are not known: then there are no
        levels, slopes, features, ratios or knots either.
    factor : float
        What the stored values were multiplied by because they are not reflectance, the same for all
        classes; 1 where they are.
    level : float
        Mean over bands and pixels.
    variation : float or None
        Coefficient of variation of the pixels' mean levels; None for fewer than 3 pixels.
    levels : tuple of RangeLevel
    slopes : tuple of RangeSlope
    red_edge_nm : float or None
    absorptions : tuple of Absorption
    peaks : tuple of Peak
    contrasts : tuple of Contrast
        One for each other class.
    knots : tuple of (nm, reflectance)
    """

    pixels: int
    range_nm: tuple[float, float] | None
    factor: float
    level: float
    variation: float | None
    levels: tuple[RangeLevel, ...]
    slopes: tuple[RangeSlope, ...]
    red_edge_nm: float | None
    absorptions: tuple[Absorption, ...]
    peaks: tuple[Peak, ...]
    contrasts: tuple[Contrast, ...]
    knots: tuple[tuple[float, float], ...]

    @property
    def relative(self) -> bool:
        """Whether levels are shares of the brightest class instead of reflectances."""
        return self.factor != 1.0


def spectral_facts(
    spectra: Mapping[int, FloatArray],
    wavelengths: Wavelengths | None = None,
    good_bands: BoolArray | None = None,
    reflectance: bool | None = None,
) -> dict[int, SpectralFacts]:
    """The facts of each class, by its key; nothing when no band is usable in all of them.

    Parameters
    ----------
    spectra : mapping of int to array, shape (n, bands)
        At least one spectrum of each class; NaN where a value is missing.
    wavelengths : array, shape (bands,), optional
        In nm, in any order.
    good_bands : array of bool, shape (bands,), optional
    reflectance : bool, optional
        Whether the values are that; by default, whether the classes' means look like it.
    """
    if not spectra:
        return {}
    series, factor = make_series(spectra, wavelengths, good_bands, reflectance)
    against = contrasts(series)
    return {key: _facts(one, factor, against[key]) for key, one in series.items() if one.mean.size}


def _facts(series: Series, factor: float, against: tuple[Contrast, ...]) -> SpectralFacts:
    axis = series.wavelengths
    levels = range_levels(series)
    brightness = series.spectra.mean(1)
    return SpectralFacts(
        pixels=len(series.spectra),
        range_nm=None if axis is None else (float(axis[0]), float(axis[-1])),
        factor=factor,
        level=float(brightness.mean()),
        variation=variation(brightness),
        levels=levels,
        slopes=range_slopes(series, levels),
        red_edge_nm=red_edge_position(series),
        absorptions=absorptions(series),
        peaks=peaks(series),
        contrasts=against,
        knots=knots(series),
    )
