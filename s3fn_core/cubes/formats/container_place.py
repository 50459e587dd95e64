"""Where an array of an HDF5 or NetCDF file lies, as the CF conventions and GDAL state it.

CF-1.11, section 5.6: the array's attribute ``grid_mapping`` names a variable, whose attributes hold
the coordinate system; the coordinates are variables called like the axes.  GDAL adds the affine
map as ``GeoTransform``, which counts lines from the north even where the file does not: it is used
only where there are no coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Georeference

_TOLERANCE = 1e-3  # of a step: coordinates in float32 are not more regular
_WKT = ("crs_wkt", "spatial_ref")

Attributes = Mapping[str, Any]
Affine = tuple[float, float, float, float, float, float]


def georeference(
    stated: Attributes,
    named: Callable[[str], Attributes | None],
    coordinates: tuple[np.ndarray[Any, Any] | None, np.ndarray[Any, Any] | None],
) -> Georeference | None:
    """The place of an array, None where the file does not state it simply.

    Parameters
    ----------
    stated : mapping
        The array's attributes.
    named : callable
        Gives the attributes of another variable of the file.
    coordinates : (lines, samples)
        Of the centres of the pixels, where the file has them.
    """
    mapping = stated.get("grid_mapping")
    if not isinstance(mapping, str) or not mapping.split():
        return None
    attributes = named(mapping.split()[0].rstrip(":"))
    if attributes is None:
        return None
    wkt = next((str(attributes[key]) for key in _WKT if isinstance(attributes.get(key), str)), "")
    transform = _of_coordinates(*coordinates) or _of_gdal(attributes.get("GeoTransform"))
    return Georeference(wkt, transform) if wkt and transform else None


def _of_coordinates(
    lines: np.ndarray[Any, Any] | None, samples: np.ndarray[Any, Any] | None
) -> Affine | None:
    down, across = _regular(lines), _regular(samples)
    if down is None or across is None:
        return None
    (top, height), (left, width) = down, across
    return width, 0.0, left - width / 2, 0.0, height, top - height / 2


def _regular(centres: np.ndarray[Any, Any] | None) -> tuple[float, float] | None:
    """First value and step of evenly spaced coordinates."""
    if centres is None or centres.ndim != 1 or centres.size < 2:
        return None
    values = centres.astype(np.float64)
    step = float(values[-1] - values[0]) / (values.size - 1)
    if not np.isfinite(step) or step == 0:
        return None
    away = np.abs(values - (values[0] + step * np.arange(values.size)))
    return (float(values[0]), step) if away.max() <= _TOLERANCE * abs(step) else None


def _of_gdal(text: Any) -> Affine | None:
    """x of the corner, step, turn, y of the corner, turn, step."""
    try:
        values = text.split() if isinstance(text, str) else list(text)
        x, across, turn_x, y, turn_y, down = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    return across, turn_x, x, turn_y, down, y
