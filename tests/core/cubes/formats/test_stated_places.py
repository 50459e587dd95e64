"""Axes and place as files state them, in the words of vigra, CF, NEON, PRISMA and ENVI."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
import rasterio.warp
from affine import Affine

from s3fn_core.cubes.cube import Axes, Cube, Georeference
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.writing import write_windows
from s3fn_core.progress import run

VALUES = np.random.default_rng(0).random((6, 7, 5)).astype(np.float32)  # lines, samples, bands
X, Y = 400_015.0 + 30 * np.arange(7), 4_099_985.0 - 30 * np.arange(6)
PLACE = (30, 0, 400_000, 0, -30, 4_100_000)
UTM = {
    "grid_mapping_name": "transverse_mercator",
    "latitude_of_projection_origin": 0.0,
    "longitude_of_central_meridian": -117.0,
    "scale_factor_at_central_meridian": 0.9996,
    "false_easting": 500_000.0,
    "false_northing": 0.0,
}


def placed(
    path: Path, mapping: dict[str, object] | None, x: object = X, y: object = Y, **cube: object
) -> Path:
    with h5py.File(path, "w") as file:
        file["cube"] = VALUES
        file["cube"].attrs.update(cube)
        if mapping is not None:
            file["spatial_ref"] = np.int32(0)
            file["spatial_ref"].attrs.update(mapping)
        for axis, (name, values) in enumerate((("y", y), ("x", x))):
            file["cube"].dims[axis].label = name
            file[name] = values
        file["cube"].dims[2].label = "band"
    return path


def check(path: Path, epsg: int, transform: tuple[float, ...] = PLACE) -> None:
    found = open_cube(path).georeference
    assert found is not None, open_cube(path).notes
    np.testing.assert_allclose(found.transform, transform)
    crs, expected = rasterio.CRS.from_wkt(found.crs), rasterio.CRS.from_epsg(epsg)
    points = (
        [[400_000.0, 410_000.0], [4_100_000.0, 4_000_000.0]] if crs.is_projected else [[8.0, 9], [47.0, 48]]
    )
    here = rasterio.warp.transform(crs, expected, *points)
    np.testing.assert_allclose(here, points, rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize(
    ("mapping", "epsg"),
    [
        (UTM, 32611),
        ({**UTM, "semi_major_axis": 6378137.0, "inverse_flattening": 298.257223563}, 32611),
        (
            {
                "grid_mapping_name": "lambert_azimuthal_equal_area",
                "latitude_of_projection_origin": 52.0,
                "longitude_of_projection_origin": 10.0,
                "false_easting": 4_321_000.0,
                "false_northing": 3_210_000.0,
            },
            3035,
        ),
        (
            {
                "grid_mapping_name": "polar_stereographic",
                "latitude_of_projection_origin": 90.0,
                "straight_vertical_longitude_from_pole": -45.0,
                "standard_parallel": 70.0,
            },
            3413,
        ),
        (
            {
                "grid_mapping_name": "albers_conical_equal_area",
                "standard_parallel": [29.5, 45.5],
                "latitude_of_projection_origin": 23.0,
                "longitude_of_central_meridian": -96.0,
                "semi_major_axis": 6378137.0,
                "inverse_flattening": 298.257222101,
            },
            5070,
        ),
    ],
)
def test_a_projection_without_wkt(tmp_path: Path, mapping: dict[str, object], epsg: int) -> None:
    check(placed(tmp_path / "x.nc", mapping, grid_mapping="spatial_ref"), epsg)


def test_degrees_and_kilometres(tmp_path: Path) -> None:
    lon, lat = 8 + 0.01 * np.arange(7), 48 - 0.01 * np.arange(6)
    degrees = {"grid_mapping_name": "latitude_longitude"}
    expected = (0.01, 0, 7.995, 0, -0.01, 48.005)
    check(placed(tmp_path / "x.nc", degrees, lon, lat, grid_mapping="spatial_ref"), 4326, expected)
    path = placed(tmp_path / "k.nc", UTM, X / 1000, Y / 1000, grid_mapping="spatial_ref")
    with h5py.File(path, "r+") as file:
        file["x"].attrs["units"] = file["y"].attrs["units"] = "km"
    found = open_cube(path).georeference
    assert found is not None
    np.testing.assert_allclose(found.transform, np.array(PLACE) / 1000)
    assert rasterio.CRS.from_wkt(found.crs).linear_units_factor[1] == 1000


@pytest.mark.parametrize("coordinates", ["spatial_ref", "x y spatial_ref", None])
def test_the_reference_as_a_coordinate_only(tmp_path: Path, coordinates: str | None) -> None:
    mapping = {"crs_wkt": rasterio.CRS.from_epsg(32611).to_wkt()}
    stated = {} if coordinates is None else {"coordinates": coordinates}
    check(placed(tmp_path / "x.nc", mapping, **stated), 32611)


def test_what_is_not_understood_is_told(tmp_path: Path) -> None:
    unknown = {"grid_mapping_name": "rotated_latitude_longitude"}
    cube = open_cube(placed(tmp_path / "x.nc", unknown, grid_mapping="spatial_ref"))
    assert cube.georeference is None
    assert any("coordinate system is not understood" in note for note in cube.notes)
    with h5py.File(tmp_path / "y.nc", "w") as file:
        file["cube"], file["lat"], file["lon"] = VALUES, np.ones((6, 7)), np.ones((6, 7))
    assert any("single pixels are not used" in note for note in open_cube(tmp_path / "y.nc").notes)


def test_latitudes_and_longitudes_alone(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.nc", "w") as file:
        file["cube"] = VALUES
        for axis, (name, values) in enumerate(
            (("lat", 48 - 0.01 * np.arange(6)), ("lon", 8 + 0.01 * np.arange(7)))
        ):
            file[name] = values
            file[name].make_scale(name)
            file["cube"].dims[axis].attach_scale(file[name])
    check(tmp_path / "x.nc", 4326, (0.01, 0, 7.995, 0, -0.01, 48.005))
    assert any("WGS 84" in note for note in open_cube(tmp_path / "x.nc").notes)


@pytest.mark.parametrize("wkt", [True, False])
def test_the_map_info_of_neon(tmp_path: Path, wkt: bool) -> None:
    info = "UTM,  1.000,  1.000,       400000.000,       4100000.000,  30.0,  30.0,  11,  North,  "
    info += "WGS-84,  units=Meters"
    with h5py.File(tmp_path / "x.h5", "w") as file:
        site = file.create_group("SJER/Reflectance")
        site["Reflectance_Data"] = (VALUES * 10000).astype(np.int16)
        site["Reflectance_Data"].attrs.update({"Scale_Factor": 10000.0, "Data_Ignore_Value": -9999.0})
        system = site.create_group("Metadata/Coordinate_System")
        system["Map_Info"] = info
        if wkt:
            system["Coordinate_System_String"] = rasterio.CRS.from_epsg(32611).to_wkt("WKT1_ESRI")
        site["Metadata/Spectral_Data/Wavelength"] = np.linspace(400, 2400, 5)
    check(tmp_path / "x.h5", 32611)


def test_the_corners_of_prisma(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.he5", "w") as file:
        file["HDFEOS/SWATHS/PRS_L2D_HCO/Data Fields/VNIR_Cube"] = np.ones((6, 5, 7), np.uint16)
        file.attrs.update({"List_Cw_Vnir": np.linspace(900, 400, 5), "Epsg_Code": 32611})
        file.attrs.update({"Product_ULcorner_easting": X[0], "Product_ULcorner_northing": Y[0]})
        file.attrs.update({"Product_LRcorner_easting": X[-1], "Product_LRcorner_northing": Y[-1]})
    check(tmp_path / "x.he5", 32611)


@pytest.mark.parametrize("order", ["yxc", "xyc", "cyx", "cxy", "yxz", "xyt"])
@pytest.mark.parametrize("way", ["axistags", "axes", "labels", "list"])
def test_axes_that_the_file_names(tmp_path: Path, order: str, way: str) -> None:
    band = next(letter for letter in order if letter in "czt")
    stored = VALUES.transpose([("y", "x", band).index(letter) for letter in order])
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["volume/data"] = stored[None] if way == "axistags" else stored
        attributes = file["volume/data"].attrs
        if way == "axistags":
            keys = ("z" if band == "t" else "t") + order
            tags = [{"key": key, "typeFlags": 2, "resolution": 0} for key in keys]
            attributes["axistags"] = json.dumps({"axes": tags})
        elif way == "axes":
            attributes["axes"] = order.upper()
        elif way == "list":
            attributes["DIMENSIONS"] = list(order)
        else:
            for axis, letter in enumerate(order):
                file["volume/data"].dims[axis].label = letter
    cube = open_cube(tmp_path / "x.h5")
    np.testing.assert_array_equal(cube.read(), VALUES)


def turned(degrees: float, across: float = 2.0, down: float = 2.0) -> tuple[float, ...]:
    return tuple(Affine.translation(4e5, 5e6) * Affine.rotation(degrees) * Affine.scale(across, -down))[:6]


SOUTH_UP = (2.0, 0.0, 4e5, 0.0, 2.0, 5e6)


@pytest.mark.parametrize(
    "transform", [turned(0, down=3), turned(30), turned(-120.5), turned(90), SOUTH_UP], ids=str
)
@pytest.mark.parametrize("epsg", [32633, 25832, 4326, None])
def test_a_saved_cube_keeps_its_place(tmp_path: Path, transform: tuple[float, ...], epsg: int | None) -> None:
    if epsg == 4326:
        transform = tuple(Affine(*transform) * Affine.scale(1e-5))[:6]
        transform = (*transform[:2], 8.5, *transform[3:5], 47.5)
    wkt = "" if epsg is None else rasterio.CRS.from_epsg(epsg).to_wkt()
    cube = Cube(VALUES, "x", georeference=Georeference(wkt, transform))  # type: ignore[arg-type]
    whole = write_envi(cube, tmp_path / "a.hdr")
    for header in (whole, run(write_windows(cube, tmp_path / "b.hdr"))):
        found = open_cube(header).georeference
        assert found is not None
        np.testing.assert_allclose(found.transform, transform, rtol=1e-9, atol=1e-12)
        if epsg is not None:
            assert rasterio.CRS.from_wkt(found.crs).to_epsg() == epsg
    if epsg == 32633:
        info = next(line for line in whole.read_text().splitlines() if line.startswith("map info"))
        assert "UTM" in info
        assert "33" in info
        assert "WGS-84" in info


def test_the_axes_stay_a_choice(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["data"] = VALUES
        file["data"].attrs["axistags"] = "{damaged"
    assert open_cube(tmp_path / "x.h5", layout=Axes("slb")).shape == (7, 6, 5)


def test_a_grid_that_a_header_cannot_state_is_told_there(tmp_path: Path) -> None:
    place = Georeference(rasterio.CRS.from_epsg(32633).to_wkt(), (2.0, 0.5, 4e5, 0.0, -3.0, 5e6))
    header = write_envi(Cube(VALUES, "x", georeference=place), tmp_path / "a.hdr")
    assert "cannot state its sheared grid" in header.read_text()
    assert open_cube(header).georeference is None


@pytest.mark.parametrize(
    "stated",
    [
        {"epsg_code": "EPSG:32611"},
        {"spatial_epsg": np.int32(32611)},
        {"proj4": "+proj=utm +zone=11 +datum=WGS84 +units=m"},
        {"proj4_params": "+proj=utm +zone=11 +datum=WGS84 +units=m"},
        {"spatial_ref": "EPSG:32611"},
    ],
)
def test_a_coordinate_system_in_other_words(tmp_path: Path, stated: dict[str, object]) -> None:
    check(placed(tmp_path / "x.nc", stated, grid_mapping="spatial_ref"), 32611)


def test_a_coordinate_system_without_end(tmp_path: Path) -> None:
    cube = open_cube(placed(tmp_path / "x.nc", {"crs_wkt": "[" * 5000}, grid_mapping="spatial_ref"))
    assert any("not understood" in note for note in cube.notes)


def test_a_grid_mapping_that_nothing_names(tmp_path: Path) -> None:
    path = placed(tmp_path / "x.nc", None)
    with h5py.File(path, "r+") as file:
        file["transverse_mercator"] = np.int32(0)
        file["transverse_mercator"].attrs.update(UTM)
    check(path, 32611)


@pytest.mark.parametrize("coordinates", [True, False])
def test_a_place_among_the_attributes_of_the_file(tmp_path: Path, coordinates: bool) -> None:
    path = placed(tmp_path / "x.nc", None)
    with h5py.File(path, "r+") as file:
        file.attrs["crs"] = "EPSG:32611"
        if not coordinates:
            del file["x"], file["y"]
            file.attrs["geotransform"] = np.array([400_000.0, 30, 0, 4_100_000, 0, -30])
    check(path, 32611)


def test_coordinates_without_a_system(tmp_path: Path) -> None:
    cube = open_cube(placed(tmp_path / "x.nc", None))
    assert cube.georeference is not None
    assert (cube.georeference.crs, cube.georeference.transform) == ("", PLACE)
    assert any("no coordinate system" in note for note in cube.notes)
    counted = placed(tmp_path / "y.nc", None, np.arange(7.0), np.arange(6.0))
    assert open_cube(counted).georeference is None


@pytest.mark.parametrize("field", ["geo points", "rpc info", "coordinate system string"])
def test_what_places_no_pixel_of_an_envi_header_is_told(tmp_path: Path, field: str) -> None:
    header = write_envi(VALUES, tmp_path / "a.hdr")
    header.write_text(header.read_text() + f"{field} = {{1, 1, 50, 10}}\n")
    cube = open_cube(header)
    assert cube.georeference is None
    assert any(field in note for note in cube.notes)


@pytest.mark.parametrize("name", ["DIMENSION_LABELS", "DIMENSION_LIST"])
@pytest.mark.parametrize("value", ["y,x,c", [b"y", b"x"], 3, [1, 2, 3], ["y", "x", "c"]])
def test_axes_of_another_type_do_not_end_the_process(tmp_path: Path, name: str, value: object) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["data"] = VALUES
        file["data"].attrs[name] = value
    np.testing.assert_array_equal(open_cube(tmp_path / "x.h5").read(), VALUES)
