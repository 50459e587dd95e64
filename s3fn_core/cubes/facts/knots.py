"""A mean spectrum by a few knots."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.facts.series import Series, Values
from s3fn_core.types import Wavelengths

FEWEST, MOST = 8, 12
TRIED = 150
"""Where there are more bands, not every one of them is tried."""
ACCURATE = 0.01
"""Share of the spectrum's root mean square by which straight lines between knots may miss it."""


def knots(series: Series) -> tuple[tuple[float, float], ...]:
    """Wavelengths in nm with their reflectance, which straight lines between come close to.

    One after the other is set where it takes most off the sum of squared differences to the
    smoothed mean, until they are 1 % of it or there are twelve; then each may still move.

    Returns
    -------
    tuple of (nm, reflectance)
        Ascending, at whole nanometres; fewer than eight where there are fewer bands; none without
        wavelengths.
    """
    axis, values = series.wavelengths, series.smooth
    if axis is None or len(axis) < 2:
        return ()
    places = [0, len(axis) - 1]
    enough = float(np.sum((ACCURATE * values) ** 2))
    while len(places) < min(MOST, len(axis)):
        if len(places) >= FEWEST and _missed(axis, values, places) <= enough:
            break
        places = _with_best(axis, values, places)
    for place in places[1:-1]:
        places = _with_best(axis, values, [p for p in places if p != place])
    whole = sorted({float(round(axis[p])) for p in places})
    return tuple((nm, series.at(nm)) for nm in whole)


def _with_best(axis: Wavelengths, values: Values, places: list[int]) -> list[int]:
    """Places, and the one more that helps most."""
    free = (p for p in range(0, len(axis), 1 + len(axis) // TRIED) if p not in places)
    return min((sorted([*places, p]) for p in free), key=lambda x: _missed(axis, values, x))


def _missed(axis: Wavelengths, values: Values, places: list[int]) -> float:
    """Sum of squared differences to straight lines between places."""
    missed = values - np.interp(axis, axis[places], values[places])
    return float(missed @ missed)
