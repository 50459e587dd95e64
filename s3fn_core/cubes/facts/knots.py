"""A mean spectrum by a few knots."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.facts.series import Series

FEWEST, MOST = 8, 12
ACCURATE = 0.01
"""Share of the brightest band by which straight lines between knots may miss the spectrum."""


def knots(series: Series) -> tuple[tuple[float, float], ...]:
    """Wavelengths in nm with their reflectance, which straight lines between come close to.

    One after the other is set where the lines miss the smoothed mean most (the insertion of
    Douglas & Peucker, Cartographica 10, 112, 1973, with vertical distances), until they miss it by
    1 % of its maximum or there are twelve.

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
    while len(places) < min(MOST, len(axis)):
        missed = np.abs(values - np.interp(axis, axis[places], values[places]))
        missed[places] = -1
        worst = int(np.argmax(missed))
        if len(places) >= FEWEST and missed[worst] <= ACCURATE * float(np.abs(values).max()):
            break
        places = sorted([*places, worst])
    whole = sorted({float(round(axis[p])) for p in places})
    return tuple((nm, series.at(nm)) for nm in whole)
