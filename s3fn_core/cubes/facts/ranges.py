"""Levels in named ranges of the spectrum, slopes between them, the red edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from s3fn_core.cubes.facts.series import Series

LEAST_FOR_SPREAD = 3
"""Fewer pixels than that say nothing of how a class varies."""
LEAST_RED_EDGE = 0.3
"""Normalised difference of near infrared and red below which there is no red edge to place."""
LEAST_CHANGE = 0.1
"""Share of the highest level by which two levels must differ to be called a rise or a fall."""


@dataclass(frozen=True)
class NamedRange:
    """A range that has a name, and the wavelength that stands for it in a text; in nm."""

    name: str
    low: float
    high: float
    typical: float


# Blue, green, red and the two windows of the shortwave infrared: bands 1, 2, 3, 5 and 7 of the
# Landsat Thematic Mapper (Lillesand, Kiefer & Chipman, Remote Sensing and Image Interpretation).
# Red edge: Horler, Dockray & Barber (1983), Int. J. Remote Sensing 4:273.  The plateau of the near
# infrared goes from its end to the strong water bands.
RED = NamedRange("red", 630, 690, 660)
RED_EDGE = NamedRange("red edge", 690, 750, 720)
NEAR_INFRARED = NamedRange("near infrared", 760, 1300, 860)
RANGES = (
    NamedRange("blue", 450, 520, 485),
    NamedRange("green", 520, 600, 560),
    RED,
    RED_EDGE,
    NEAR_INFRARED,
    NamedRange("shortwave infrared", 1550, 1750, 1650),
    NamedRange("shortwave infrared", 2080, 2350, 2200),
)


@dataclass(frozen=True)
class RangeLevel:
    """What is reflected in the bands that a cube has in a named range.

    Attributes
    ----------
    range : NamedRange
    low_nm, high_nm : float
        First and last band in it.
    level : float
        Mean reflectance.
    variation : float or None
        Coefficient of variation of the pixels' own means; None for fewer than 3 pixels.
    typical_nm, typical : float
        The band that stands for the range, and the reflectance there.
    """

    range: NamedRange
    low_nm: float
    high_nm: float
    level: float
    variation: float | None
    typical_nm: float
    typical: float


@dataclass(frozen=True)
class RangeSlope:
    """How the reflectance goes on from one named range to the next.

    Attributes
    ----------
    low_nm, high_nm : float
        The wavelengths that stand for the two ranges.
    start, end : float
        Reflectance there.
    sign : int
        1 rises, -1 falls: the ends differ by a tenth and more, and what is beside them goes along.
    level : bool
        Whether all between them stays within a tenth.
    """

    low_nm: float
    high_nm: float
    start: float
    end: float
    sign: Literal[-1, 0, 1]
    level: bool

    @property
    def per_100_nm(self) -> float:
        """Change of reflectance in 100 nm."""
        return 100 * (self.end - self.start) / (self.high_nm - self.low_nm)


def variation(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    """Coefficient of variation: standard deviation over mean; None where it means nothing."""
    mean = float(values.mean())
    if len(values) < LEAST_FOR_SPREAD or mean <= 0:
        return None
    return float(values.std(ddof=1)) / mean


def range_levels(series: Series) -> tuple[RangeLevel, ...]:
    """Levels in the named ranges that have a band."""
    axis = series.wavelengths
    if axis is None:
        return ()
    found = []
    for named in RANGES:
        inside = (axis >= named.low) & (axis < named.high)
        if inside.any():
            pixels = series.spectra[:, inside].mean(1)
            low, high = float(axis[inside][0]), float(axis[inside][-1])
            place = float(axis[inside][np.abs(axis[inside] - named.typical).argmin()])
            level = float(pixels.mean())
            found.append(RangeLevel(named, low, high, level, variation(pixels), place, series.at(place)))
    return tuple(found)


def range_slopes(series: Series, levels: Sequence[RangeLevel]) -> tuple[RangeSlope, ...]:
    """Slopes from each range to the next; the red edge itself is not an end of one."""
    places = [level.typical_nm for level in levels if level.range is not RED_EDGE]
    return tuple(_slope(series, low, high) for low, high in pairwise(places))


def _slope(series: Series, low: float, high: float) -> RangeSlope:
    start, end = series.at(low), series.at(high)
    axis = np.linspace(low, high, 50)
    between = np.interp(axis, *series.curve)
    tenth = LEAST_CHANGE * float(np.abs(between).max())
    change = float(between[-10:].mean() - between[:10].mean())
    clear = abs(end - start) > tenth and change * np.sign(end - start) > tenth / 2
    sign: Literal[-1, 0, 1] = 0 if not clear else 1 if end > start else -1
    return RangeSlope(low, high, start, end, sign, bool(np.ptp(between) <= tenth))


def red_edge_position(series: Series) -> float | None:
    """Wavelength of the red edge in nm, by linear interpolation of four points.

    The edge is where the reflectance is half-way between the red minimum (670 nm) and the plateau
    (780 nm); between 700 and 740 nm it is taken for a straight line (Guyot & Baret, 1988,
    "Utilisation de la haute resolution spectrale pour suivre l'etat des couverts vegetaux", ESA
    SP-287, 279-286).

    Returns
    -------
    float or None
        None where the cube does not cover it, or where the spectrum has no such edge: the
        normalised difference of 780 and 670 nm is below 0.3, or the result is not between 680 and
        760 nm.
    """
    axis = series.wavelengths
    if axis is None or axis[0] > 675 or axis[-1] < 775:
        return None
    if np.diff(axis[(axis >= 660) & (axis <= 790)]).max(initial=0) > 30:
        return None
    red, low, high, plateau = (series.at(nm) for nm in (670, 700, 740, 780))
    if plateau - red < LEAST_RED_EDGE * (plateau + max(red, 0)) or high <= low:
        return None
    position = 700 + 40 * ((red + plateau) / 2 - low) / (high - low)
    return float(position) if 680 <= position <= 760 else None
