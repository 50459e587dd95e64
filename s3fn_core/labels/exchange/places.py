"""Between pixel coordinates and map coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.labels.exchange.regions import Points
from s3fn_core.labels.rasters import Place
from s3fn_core.languages import tr

LONGITUDE_LATITUDE = "OGC:CRS84"


def to_map(pixels: Points, place: Place) -> Points:
    """Map coordinates (x, y) of pixel coordinates (x, y)."""
    a, b, c, d, e, f = place.transform
    return np.asarray(pixels @ np.array([[a, d], [b, e]]) + (c, f))


def to_pixels(on_map: Points, place: Place) -> Points:
    """Pixel coordinates (x, y) of map coordinates (x, y).

    Raises
    ------
    ValueError
        When the place has pixels without an area.
    """
    a, b, c, d, e, f = place.transform
    try:
        inverse = np.linalg.inv(np.array([[a, d], [b, e]]))
    except np.linalg.LinAlgError as error:
        raise ValueError(tr("the cube's georeference gives its pixels no area")) from error
    return np.asarray((on_map - (c, f)) @ inverse)


def reprojected(coordinates: Points, source: Any, target: Any) -> Points:
    """Coordinates of one system in another; `source` and `target` as rasterio takes them.

    Raises
    ------
    rasterio.errors.CRSError
        When a system is not understood.
    ValueError
        When a point has no place in `target`.
    """
    from rasterio import CRS
    from rasterio.warp import transform

    source, target = CRS.from_user_input(source), CRS.from_user_input(target)
    if source == target:
        return coordinates
    x, y = transform(source, target, coordinates[:, 0], coordinates[:, 1])
    result = np.column_stack([x, y])
    if not np.isfinite(result).all():
        raise ValueError(tr("coordinates lie outside the area of the coordinate system"))
    return result
