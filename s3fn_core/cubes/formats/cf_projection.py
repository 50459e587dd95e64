"""Coordinate systems of NetCDF and HDF5 files: as WKT, a code, PROJ's words, or parameters.

The names of the parameters are those of the CF conventions (CF-1.11, appendix F), the values are
handed to PROJ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

_ORIGIN = {"latitude_of_projection_origin": "lat_0", "longitude_of_projection_origin": "lon_0"}
_MERIDIAN = {"latitude_of_projection_origin": "lat_0", "longitude_of_central_meridian": "lon_0"}
_CONES = {**_MERIDIAN, "standard_parallel": "lat_1"}
_PROJECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "latitude_longitude": ("longlat", {}),
    "transverse_mercator": ("tmerc", {**_MERIDIAN, "scale_factor_at_central_meridian": "k_0"}),
    "lambert_conformal_conic": ("lcc", _CONES),
    "albers_conical_equal_area": ("aea", _CONES),
    "lambert_azimuthal_equal_area": ("laea", _ORIGIN),
    "azimuthal_equidistant": ("aeqd", _ORIGIN),
    "orthographic": ("ortho", _ORIGIN),
    "lambert_cylindrical_equal_area": (
        "cea",
        {"longitude_of_central_meridian": "lon_0", "standard_parallel": "lat_ts"},
    ),
    "mercator": (
        "merc",
        {
            "longitude_of_projection_origin": "lon_0",
            "standard_parallel": "lat_ts",
            "scale_factor_at_projection_origin": "k_0",
        },
    ),
    "polar_stereographic": (
        "stere",
        {
            "latitude_of_projection_origin": "lat_0",
            "straight_vertical_longitude_from_pole": "lon_0",
            "longitude_of_projection_origin": "lon_0",
            "standard_parallel": "lat_ts",
            "scale_factor_at_projection_origin": "k_0",
        },
    ),
    "stereographic": ("stere", {**_ORIGIN, "scale_factor_at_projection_origin": "k_0"}),
    "sinusoidal": (
        "sinu",
        {"longitude_of_projection_origin": "lon_0", "longitude_of_central_meridian": "lon_0"},
    ),
}
_COMMON = {
    "false_easting": "x_0",
    "false_northing": "y_0",
    "semi_major_axis": "a",
    "semi_minor_axis": "b",
    "inverse_flattening": "rf",
    "earth_radius": "R",
    "longitude_of_prime_meridian": "pm",
}
_SHAPE = {"a", "b", "rf", "R"}


# By the letters of their names, the most exact first.
_WHOLE = ("crswkt", "spatialref", "wkt", "epsgcode", "spatialepsg", "epsg", "crs", "proj")
_WKT = re.compile(r"\s*[A-Z_]+\s*\[")


def states_crs(attributes: Mapping[str, Any]) -> bool:
    """Whether attributes state a coordinate system in any of these ways."""
    return "grid_mapping_name" in attributes or any(_letters(key) in _WHOLE for key in attributes)


def wkt_of(attributes: Mapping[str, Any], unit: str = "m") -> str:
    """WKT of the coordinate system that attributes state, "" where it is unknown.

    Parameters
    ----------
    attributes : mapping
        Of the grid mapping variable, or of a group.
    unit : str
        Of the coordinates: "m" or "km".
    """
    stated = {_letters(key): value for key, value in attributes.items()}
    for key in _WHOLE:
        wkt = _understood(stated[key]) if key in stated else ""
        if wkt:
            return wkt
    return wkt_of_projection(attributes, unit)


def _letters(key: str) -> str:
    plain = re.sub("[^a-z]", "", key.lower())
    return "proj" if re.fullmatch(r"proj(text|params|parameters|string|str)?", plain) else plain


def _understood(value: Any) -> str:
    """WKT of a text such as ``EPSG:32611``, of a code, or of PROJ's parameters."""
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    text = str(np.ravel(value)[0]) if np.size(value) == 1 else ""
    if _WKT.match(text):
        return text
    if not text.isascii():  # damaged: GDAL would cut its message within a letter
        return ""
    try:
        return str((CRS.from_epsg(int(text)) if text.isdecimal() else CRS.from_string(text)).to_wkt())
    except (CRSError, ValueError, OverflowError, RecursionError):  # rasterio also looks for JSON
        return ""


def wkt_of_projection(attributes: Mapping[str, Any], unit: str = "m") -> str:
    """WKT of the projection that a grid mapping states, "" where it is unknown.

    Parameters
    ----------
    attributes : mapping
        Of the grid mapping variable.
    unit : str
        Of the coordinates: "m" or "km".
    """
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    name = str(attributes.get("grid_mapping_name", "")).strip().lower()
    if name not in _PROJECTIONS:
        return ""
    projection, own = _PROJECTIONS[name]
    system: dict[str, Any] = {"proj": projection}
    for key, parameter in (own | _COMMON).items():
        values = _numbers(attributes.get(key))
        if values:
            system[parameter] = values[0]
        if len(values) > 1 and parameter == "lat_1":
            system["lat_2"] = values[1]
    if not _SHAPE & system.keys():
        system["datum"] = "WGS84"
    if projection != "longlat":
        system["units"] = unit
    try:
        return str(CRS.from_dict(system).to_wkt())
    except CRSError:
        return ""


def _numbers(value: Any) -> list[float]:
    try:
        numbers = np.asarray(value, np.float64).ravel()
    except (TypeError, ValueError):
        return []
    return [float(number) for number in numbers[np.isfinite(numbers)]]
