"""Absorptions and maxima of a measured spectrum, by removing the continuum around a wavelength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths
from s3fn_core.words.check.findings import Answer, nm
from s3fn_core.words.check.measurements import Measured, Values, spacing

SHOULDER = 100.0
"""How far to either side, in nm, the continuum around a feature is looked for: the shoulders of
chlorophyll's red absorption (570, 760 nm) and of leaf water's at 970 and 1200 nm lie within."""
LEAST_SHOULDER = 50.0
"""Of that, what must be measured on both sides before a feature can be denied.  One that shows
though a side is cut off is there, such as leaf water's at 970 nm where a camera ends at 1000 nm."""
POSITION = 20.0
"""How far, in nm, a feature may lie from where a text puts it: textbooks differ by that.  So much
at least must be measured on both sides."""
LEAST_DEPTH = 0.01
"""Share of the continuum below which a feature is not called one: calibration is no better."""
CERTAIN = 4.0
"""A feature is deeper than that many times its noise: between the highest and the lowest of some
forty bands of mere noise lie about three times what one of them has."""


@dataclass(frozen=True)
class Band:
    """An absorption, or a maximum turned over, of a spectrum near a wavelength.

    Attributes
    ----------
    at_nm : float
        Where it is deepest within the place asked for.
    depth : float
        There, as a share of the continuum (Clark & Roush, J. Geophys. Res. 89, 6329, 1984); of a
        maximum the height above the continuum below it, as a share of the maximum.
    noise : float
        Of the depth.
    deepest_nm, deepest : float
        Position and depth of the whole absorption that this place belongs to.
    has_sides : bool
        Whether enough of both sides was measured to say that nothing is there.
    stands_out : bool
        Of a maximum: whether it is higher than both of its sides, and no mere bend of a slope.
        Absorptions on a slope are absorptions.
    """

    at_nm: float
    depth: float
    noise: float
    deepest_nm: float
    deepest: float
    has_sides: bool
    stands_out: bool

    @property
    def threshold(self) -> float:
        """Depth from which it is told from noise."""
        return max(LEAST_DEPTH, CERTAIN * self.noise)

    @property
    def is_there(self) -> bool:
        """Deeper than the noise, and within the half-depth width of its absorption."""
        return self.stands_out and self.depth >= max(self.threshold, self.deepest / 2)


def zone(curve: Measured, low: float, high: float) -> tuple[float, float]:
    """Where a feature that a text puts at `low` to `high` may lie."""
    slack = max(POSITION, spacing(curve.bands))
    middle = (low + high) / 2
    return min(low, middle - slack), max(high, middle + slack)


def window(curve: Measured, low: float, high: float) -> slice:
    """The bands that tell of a feature at `low` to `high`."""
    reach = max(SHOULDER, 4 * spacing(curve.bands))
    first, last = np.searchsorted(curve.bands, (low - reach, high + reach))
    return slice(int(first), int(last))


def shortest_side(bands: Wavelengths, low: float, high: float) -> float:
    """How far, in nm, the bands reach beyond the middle of a feature, on the side with less."""
    middle = (low + high) / 2
    return min(middle - float(bands[0]), float(bands[-1]) - middle) if len(bands) else 0.0


def one_sided(low: float, high: float) -> Answer:
    """Said where nothing can be told for want of bands."""
    return Answer(
        "outside",
        tr(
            "Too few bands lie around {where}: an absorption or a maximum shows only with both of its sides.",
            where=nm(low, high),
        ),
    )


def find_band(curve: Measured, kind: Literal["dip", "peak"], low: float, high: float) -> Band | Answer:
    """The absorption (or maximum) at `low` to `high`, however shallow; or why none can be seen."""
    part = window(curve, low, high)
    bands, mean = curve.bands[part], curve.mean[part]
    side = shortest_side(bands, low, high)
    if side < max(POSITION, spacing(curve.bands)):
        return one_sided(low, high)
    depth = _depths(bands, mean, kind)
    bottom, top = zone(curve, low, high)
    inside = np.flatnonzero((bands >= bottom) & (bands <= top))
    if not len(inside):
        inside = np.array([int(np.argmin(np.abs(bands - (low + high) / 2)))])
    at = int(inside[np.argmax(depth[inside])])
    left, right = _shoulders(depth, at)
    deepest = left + int(np.argmax(depth[left : right + 1]))
    places = np.array([left, at, right]) + part.start
    noise = _noise(curve, kind, places)
    higher = mean[at] - max(mean[left], mean[right])
    return Band(
        float(bands[at]),
        float(depth[at]),
        noise,
        float(bands[deepest]),
        float(depth[deepest]),
        has_sides=side >= max(LEAST_SHOULDER, 2 * spacing(curve.bands)),
        stands_out=bool(kind == "dip" or higher > CERTAIN * noise * mean[at]),
    )


def _depths(bands: Values, mean: Values, kind: Literal["dip", "peak"]) -> Values:
    """Depth under the upper hull at every band, or height above the lower one."""
    from spectral.algorithms.continuum import spectral_continuum

    if kind == "dip":
        hull = spectral_continuum(mean, bands)
        difference, whole = hull - mean, hull
    else:
        difference, whole = mean + spectral_continuum(-mean, bands), mean
    return np.where(whole > 0, difference / np.where(whole > 0, whole, 1.0), 0.0)


def _shoulders(depth: Values, at: int) -> tuple[int, int]:
    """Where the spectrum touches its continuum before and after a band."""
    touching = np.flatnonzero(depth <= 1e-9)
    before, after = touching[touching <= at], touching[touching >= at]
    left = int(before[-1]) if len(before) else 0
    right = int(after[0]) if len(after) else len(depth) - 1
    return left, right


def _noise(curve: Measured, kind: Literal["dip", "peak"], places: Values) -> float:
    """Noise of the depth of a band between two shoulders."""
    left, at, right = (int(place) for place in places)
    span = curve.bands[right] - curve.bands[left]
    share = 0.5 if span <= 0 else float((curve.bands[at] - curve.bands[left]) / span)
    weights = np.zeros(len(curve.bands))
    weights[at] = 1.0
    weights[left] -= 1 - share
    weights[right] -= share
    continuum = (1 - share) * curve.mean[left] + share * curve.mean[right]
    whole = float(continuum if kind == "dip" else curve.mean[at])
    if not np.any(weights):  # on the continuum itself: as uncertain as a band beside it
        return curve.jitter * 1.2 / whole if whole > 0 else np.inf
    return curve.noise(weights) / whole if whole > 0 else np.inf
