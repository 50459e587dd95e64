"""Whether the values of a cube are reflectance: one answer for all who ask.

A file that scales its values, a calibration or the analyst says so.  Where nobody does, values that
could be reflectance are taken for it, and who opens the cube is asked once.
"""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.types import FloatArray

LARGEST_REFLECTANCE = 1.5
"""Values that go beyond (glints and white references aside) are not reflectance."""
_MOST = 95  # per cent of the values
_LINES, _BANDS = 8, 16
"""Looked at: few, for it is done whenever a cube is opened."""


def is_reflectance(cube: Cube) -> bool:
    """Whether values are reflectance, as somebody says or as they look."""
    return looks_like_reflectance(cube) if cube.reflectance is None else cube.reflectance


def looks_like_reflectance(cube: Cube) -> bool:
    """Whether values can be reflectance: fractions, hardly any below 0 or above 1.5.

    Whole numbers without a scale are counts, whatever their size.
    """
    if cube.simulated:
        return True
    if np.dtype(cube.data.dtype).kind != "f" and cube.scale == 1.0:
        return False
    values = _some_values(cube)
    if not values.size:
        return False
    low, high = np.percentile(values, [100 - _MOST, _MOST])
    return bool(low >= -0.1 and 0 < high <= LARGEST_REFLECTANCE)


def _some_values(cube: Cube) -> FloatArray:
    """Values of some lines and good bands, shape (n,), without those that are missing or 0."""
    good = np.flatnonzero(cube.good_bands)
    bands = good[np.unique(np.linspace(0, len(good) - 1, _BANDS).astype(int))] if len(good) else good
    lines = np.unique(np.linspace(0, cube.lines - 1, _LINES).astype(int)).tolist()
    read = [cube.window(slice(line, line + 1), slice(None), bands.tolist()) for line in lines]
    values = np.concatenate([part.ravel() for part in read])
    known: FloatArray = values[np.isfinite(values) & (values != 0)]
    return known


def judged(cube: Cube) -> Cube:
    """The cube, which says of itself whether its values are reflectance."""
    return cube if cube.reflectance is not None else cube.with_(reflectance=is_reflectance(cube))


def is_unsure(cube: Cube) -> bool:
    """Whether the values look like reflectance, but nobody says that they are."""
    return (
        cube.reflectance is None and not cube.simulated and cube.scale == 1.0 and looks_like_reflectance(cube)
    )
