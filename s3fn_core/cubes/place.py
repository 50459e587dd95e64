"""How large a pixel is on the ground, where the cube's position says so."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from s3fn_core.cubes.cube import Georeference

_ELLIPSOID = re.compile(r'(?:SPHEROID|ELLIPSOID)\["[^"]*",\s*([\d.]+),\s*([\d.]+)')


@dataclass(frozen=True)
class PixelSize:
    """Metres from one sample to the next, and from one line to the next."""

    across: float
    down: float


@lru_cache(maxsize=64)
def pixel_size(georeference: Georeference | None, shape: tuple[int, int]) -> PixelSize | None:
    """Ground size of a pixel of an image of `shape` (lines, samples).

    In degrees it is that at the centre of the image.  None where the size is unknown: without a
    position, and in a local coordinate system, of which GDAL says metres also where an ENVI
    header gives no unit.
    """
    metres = None if georeference is None else _metres_per_unit(georeference, shape)
    if georeference is None or metres is None:
        return None
    (a, b, _, d, e, _), (east, north) = georeference.transform, metres
    size = PixelSize(math.hypot(a * east, d * north), math.hypot(b * east, e * north))
    return size if 0 < size.across < math.inf and 0 < size.down < math.inf else None


def pixel_area(georeference: Georeference | None) -> float | None:
    """Square metres of a pixel; None without a map projection (degrees have no one area)."""
    unit = None if georeference is None else _unit(georeference.crs)
    if georeference is None or unit is None or unit.is_angle:
        return None
    return georeference.pixel_area * unit.factor**2


@dataclass(frozen=True)
class _Unit:
    """The unit of a coordinate system: metres, or radians where `is_angle`."""

    factor: float
    is_angle: bool


@lru_cache(maxsize=64)
def _unit(crs: str) -> _Unit | None:
    if not crs:
        return None
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    try:
        system = CRS.from_wkt(crs)
        if not (system.is_projected or system.is_geographic):
            return None
        _, factor = system.units_factor
    except CRSError:
        return None
    return _Unit(float(factor), bool(system.is_geographic))


def _metres_per_unit(georeference: Georeference, shape: tuple[int, int]) -> tuple[float, float] | None:
    """Metres that a unit of the coordinate system is to the east and to the north."""
    unit = _unit(georeference.crs)
    if unit is None:
        return None
    if not unit.is_angle:
        return unit.factor, unit.factor
    (lines, samples), (_, _, _, d, e, f) = shape, georeference.transform
    latitude = (d * samples / 2 + e * lines / 2 + f) * unit.factor
    radii = _radii(georeference.crs, latitude)
    return None if radii is None else (radii[0] * unit.factor, radii[1] * unit.factor)


def _radii(crs: str, latitude: float) -> tuple[float, float] | None:
    """Radius of the parallel and of the meridian's curvature, in metres, on the WKT's ellipsoid.

    With the semi-major axis a and the first eccentricity e, N = a / sqrt(1 - e^2 sin^2 lat) and
    M = a (1 - e^2) / (1 - e^2 sin^2 lat)^(3/2); the parallel's radius is N cos lat (Snyder 1987,
    Map Projections: A Working Manual, equations 4-18 to 4-21).
    """
    found = _ELLIPSOID.search(crs)
    if found is None or not abs(latitude) < math.pi / 2:
        return None
    axis, inverse_flattening = float(found[1]), float(found[2])
    flattening = 1 / inverse_flattening if inverse_flattening else 0.0  # 0: a sphere
    squared = flattening * (2 - flattening)
    bent = 1 - squared * math.sin(latitude) ** 2
    return axis / math.sqrt(bent) * math.cos(latitude), axis * (1 - squared) / bent**1.5
