"""Absorption features and maxima of a mean spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from s3fn_core.cubes.facts.series import Series, Values
from s3fn_core.types import Wavelengths

LEAST_DEPTH = 0.02
"""Depth below which a dip of the continuum-removed spectrum is not told, and ..."""
TIMES_NOISE = 4.0
"""... how many times the noise it must exceed."""
LEAST_RISE = 0.1
"""How far a maximum stands out from both sides, as a share of its reflectance."""
WIDEST_HOLLOW = 150.0
"""Width in nm up to which a hollow in a slope is an absorption; curves bend without any, too."""
SAME = 4
"""Two features are one where their centres are nearer than that part of the wider one's width."""
MOST = 6
"""The strongest ones are told."""
GAP = 40.0
"""Nothing is said of what would lie in a gap between bands wider than that, in nm."""
LEAST_SPECTRUM = 5
"""Bands below which a spectrum has no shape."""


@dataclass(frozen=True)
class Absorption:
    """An absorption feature.

    Attributes
    ----------
    centre_nm : float
        Where the continuum-removed spectrum is lowest.
    depth : float
        1 - reflectance / continuum there, 0 to 1.
    width_nm : float
        Full width at half depth.
    low_nm, high_nm : float
        Its shoulders, which carry the continuum.
    """

    centre_nm: float
    depth: float
    width_nm: float
    low_nm: float
    high_nm: float


@dataclass(frozen=True)
class Peak:
    """A maximum of the reflectance, away from the ends of the range; wavelength in nm."""

    nm: float
    reflectance: float


def absorptions(series: Series) -> tuple[Absorption, ...]:
    """The strongest absorption features, by wavelength.

    The spectrum is cut at its maxima, and each part divided by its upper convex hull (Clark &
    Roush, J. Geophys. Res. 89, 6329, 1984): chlorophyll's absorption in the red is that between
    the green peak and the near infrared, as Curran (Remote Sens. Environ. 30, 271, 1989) has it.
    Depth and width refer to the hull between the feature's own shoulders, as in Clark et al.
    (J. Geophys. Res. 108, 5131, 2003).
    """
    axis = series.wavelengths
    floor = max(float(series.smooth.max(initial=0)), 0.0) * 1e-3
    if axis is None or len(axis) < LEAST_SPECTRUM or floor <= 0:
        return ()
    from scipy.signal import find_peaks, peak_prominences

    values = np.maximum(series.smooth, floor)
    found = []
    for start, stop in pairwise([0, *_maxima(series), len(axis) - 1]):
        part = slice(start, stop + 1)
        depth = removed_depth(values[part], axis[part])
        noise = TIMES_NOISE * series.noise[part] * (1 - depth) / values[part]
        places, _ = find_peaks(depth, prominence=np.maximum(LEAST_DEPTH, noise))
        _, lefts, rights = peak_prominences(depth, places)
        for left, right in zip(lefts + start, rights + start, strict=True):
            feature = _absorption(values, axis, int(left), int(right))
            if feature is not None:
                found.append(feature)
    strongest: list[Absorption] = []
    for feature in sorted(found, key=lambda feature: -feature.depth):
        if not any(_is_one(feature, other) for other in strongest):
            strongest.append(feature)
    return tuple(sorted(strongest[:MOST], key=lambda feature: feature.centre_nm))


def _is_one(feature: Absorption, other: Absorption) -> bool:
    """Whether two features have nearly the same centre: a dent in the bottom of the wider one."""
    wider = max(feature.width_nm, other.width_nm)
    return abs(feature.centre_nm - other.centre_nm) < wider / SAME


def removed_depth(values: Values, axis: Wavelengths) -> Values:
    """1 - values / upper convex hull, shape (bands,); values are positive."""
    from spectral.algorithms.continuum import spectral_continuum

    hull = values if len(values) < 3 else spectral_continuum(values, axis)
    depth: Values = 1 - values / hull
    return depth


def _absorption(values: Values, axis: Wavelengths, left: int, right: int) -> Absorption | None:
    """The feature between two shoulders; None if it is one band, a bend, or in a gap."""
    if right - left < 2:
        return None
    here = slice(left, right + 1)
    depth, nm = removed_depth(values[here], axis[here]), axis[here]
    middle = int(np.argmax(depth))
    deepest = float(depth[middle])
    if deepest < LEAST_DEPTH or not 0 < middle < len(nm) - 1:
        return None
    first, last = _half(depth, middle, -1), _half(depth, middle, 1)
    low = _crossing(nm, depth, first, -1, deepest / 2)
    high = _crossing(nm, depth, last, 1, deepest / 2)
    hollow = values[here][middle] > min(values[left], values[right])
    if last == first or (hollow and high - low > WIDEST_HOLLOW):
        return None
    inside = nm[max(0, first - 1) : last + 2]
    if np.diff(inside).max(initial=0) > max(GAP, 3 * float(np.median(np.diff(axis)))):
        return None
    return Absorption(float(nm[middle]), deepest, high - low, float(nm[0]), float(nm[-1]))


def _half(depth: Values, middle: int, step: int) -> int:
    """The last index from `middle` on where the depth is at least half of the deepest."""
    place = middle
    while 0 <= place + step < len(depth) and depth[place + step] >= depth[middle] / 2:
        place += step
    return place


def _crossing(nm: Wavelengths, depth: Values, place: int, step: int, half: float) -> float:
    """Where the depth passes `half` between the band at `place` and the next one, in nm."""
    if not 0 <= place + step < len(nm):
        return float(nm[place])
    share = (depth[place] - half) / (depth[place] - depth[place + step])
    return float(nm[place] + share * (nm[place + step] - nm[place]))


def peaks(series: Series) -> tuple[Peak, ...]:
    """The maxima of reflectance, by wavelength."""
    axis = series.wavelengths
    if axis is None or len(axis) < LEAST_SPECTRUM:
        return ()
    return tuple(Peak(float(axis[p]), float(series.smooth[p])) for p in _maxima(series))


def _maxima(series: Series) -> list[int]:
    """Places of the maxima that stand out most from their surroundings, in order."""
    from scipy.signal import find_peaks

    places, told = find_peaks(series.smooth, prominence=1e-6)
    height, noise, out = series.smooth[places], series.noise[places], told["prominences"]
    keep = (height > 0) & (out > LEAST_RISE * height) & (out > TIMES_NOISE * noise)
    order = np.argsort(-(out[keep] / height[keep]), kind="stable")[:MOST]
    return sorted(int(place) for place in places[keep][order])
