"""Metres on the ground, against PROJ's own projections."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.warp import transform as warp

from s3fn_core.cubes.cube import Georeference
from s3fn_core.cubes.place import pixel_area, pixel_size

UTM = CRS.from_epsg(32633).to_wkt()
WGS84 = CRS.from_epsg(4326).to_wkt()
SHAPE = (40, 60)
LOCAL = 'LOCAL_CS["Arbitrary",UNIT["Meter",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
MARS = (
    'GEOGCS["Mars 2000",DATUM["D_Mars_2000",SPHEROID["Mars_2000_IAU_IAG",3396190.0,169.894447]],'
    'PRIMEM["Reference_Meridian",0],UNIT["degree",0.0174532925199433]]'
)


def upright(crs: str, across: float, down: float, x: float = 0.0, y: float = 0.0) -> Georeference:
    """North is up; (x, y) is the upper left corner."""
    return Georeference(crs, (across, 0.0, x, 0.0, -down, y))


def test_metres_stay_metres() -> None:
    size = pixel_size(upright(UTM, 30, 20, 360_000, 5_800_000), SHAPE)
    assert size is not None
    assert (size.across, size.down) == (30, 20)


def test_feet_become_metres() -> None:
    size = pixel_size(upright(CRS.from_epsg(2263).to_wkt(), 10, 10), SHAPE)
    assert size is not None
    assert size.across == pytest.approx(10 * 1200 / 3937)


@given(st.floats(0, 2 * math.pi))
def test_an_image_may_be_rotated(angle: float) -> None:
    c, s = math.cos(angle), math.sin(angle)
    size = pixel_size(Georeference(UTM, (30 * c, 20 * s, 0, 30 * s, -20 * c, 0)), SHAPE)
    assert size is not None
    assert (size.across, size.down) == (pytest.approx(30), pytest.approx(20))


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_degrees_become_metres_at_the_centre(latitude: float, longitude: float) -> None:
    step = 0.0002
    place = upright(WGS84, step, step, longitude - 30 * step, latitude + 20 * step)
    size = pixel_size(place, SHAPE)
    assert size is not None
    flat = CRS.from_proj4(f"+proj=aeqd +lat_0={latitude} +lon_0={longitude} +datum=WGS84")
    (x, _), (_, y) = warp(
        CRS.from_epsg(4326), flat, [longitude + step, longitude], [latitude, latitude + step]
    )
    assert size.across == pytest.approx(x, rel=1e-4)
    assert size.down == pytest.approx(y, rel=1e-4)


def test_other_planets_have_other_degrees() -> None:
    size = pixel_size(upright(MARS, 1, 1, -30, 20), SHAPE)
    assert size is not None
    assert size.across == pytest.approx(math.pi / 180 * 3_396_190)


@pytest.mark.parametrize(
    "place",
    [
        None,
        upright("", 1, 1),
        upright(LOCAL, 1, 1),
        upright(WGS84, 1, 1, 0, 500),
        upright(UTM, 0, 1),
        upright(UTM, math.nan, 1),
    ],
)
def test_what_is_not_known_is_not_guessed(place: Georeference | None) -> None:
    assert pixel_size(place, SHAPE) is None


def test_only_a_map_projection_has_an_area() -> None:
    assert pixel_area(upright(UTM, 30, 20)) == 600
    for crs in ("", LOCAL, WGS84):
        assert pixel_area(upright(crs, 30, 20)) is None
    assert pixel_area(None) is None
