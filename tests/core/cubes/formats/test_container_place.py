"""Where NetCDF and HDF5 arrays lie, and the bands that they mark as good."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
from scipy.io import netcdf_file

from s3fn_core.cubes.formats import open_cube

VALUES = np.random.default_rng(0).random((5, 6, 7)).astype(np.float32)  # bands, y, x
WKT = rasterio.CRS.from_epsg(32633).to_wkt()
X, Y = 300_015.0 + 30 * np.arange(7), 5_000_000.0 - 15 - 30 * np.arange(6)
PLACE = (30, 0, 300_000, 0, -30, 5_000_000)


def netcdf4(path: Path, y: np.ndarray | None = Y, **mapping: object) -> None:
    with h5py.File(path, "w") as file:
        file["spatial_ref"] = np.int64(0)
        file["spatial_ref"].attrs.update(mapping)
        file["cube"] = VALUES
        file["cube"].attrs["grid_mapping"] = "spatial_ref"
        for axis, (name, values) in enumerate((("band", None), ("y", y), ("x", X))):
            file["cube"].dims[axis].label = name
            if values is not None:
                file[name] = values
                file[name].make_scale(name)
                file["cube"].dims[axis].attach_scale(file[name])


def classic(path: Path, y: np.ndarray | None = Y, **mapping: object) -> None:
    with netcdf_file(path, "w") as file:
        for name, size in zip(("band", "y", "x"), VALUES.shape, strict=True):
            file.createDimension(name, size)
        crs = file.createVariable("crs", "c", ())
        for key, value in mapping.items():
            setattr(crs, key, value)
        cube = file.createVariable("cube", "f4", ("band", "y", "x"))
        cube[:], cube.grid_mapping = VALUES, "crs"
        if y is not None:
            file.createVariable("y", "f8", ("y",))[:] = y
            file.createVariable("x", "f8", ("x",))[:] = X


@pytest.mark.parametrize("write", [netcdf4, classic])
@pytest.mark.parametrize("key", ["crs_wkt", "spatial_ref"])
def test_coordinates_and_a_grid_mapping(tmp_path: Path, write: object, key: str) -> None:
    write(tmp_path / "x.nc", **{key: WKT})  # type: ignore[operator]
    cube = open_cube(tmp_path / "x.nc")
    assert cube.shape == (6, 7, 5)
    assert cube.georeference is not None
    np.testing.assert_allclose(cube.georeference.transform, PLACE)
    assert rasterio.CRS.from_wkt(cube.georeference.crs).to_epsg() == 32633


@pytest.mark.parametrize("write", [netcdf4, classic])
def test_coordinates_count_more_than_the_map_of_gdal(tmp_path: Path, write: object) -> None:
    """GDAL counts from the north, also where it writes the lines from the south."""
    stated = "300000 30 0 5000000 0 -30"
    write(tmp_path / "x.nc", Y[::-1], crs_wkt=WKT, GeoTransform=stated)  # type: ignore[operator]
    cube = open_cube(tmp_path / "x.nc")
    assert cube.georeference is not None
    np.testing.assert_allclose(cube.georeference.transform, (30, 0, 3e5, 0, 30, 5e6 - 180))
    write(tmp_path / "x.nc", None, crs_wkt=WKT, GeoTransform=stated)  # type: ignore[operator]
    cube = open_cube(tmp_path / "x.nc")
    assert cube.georeference is not None
    np.testing.assert_allclose(cube.georeference.transform, PLACE)


def test_what_is_not_simple_is_left_out(tmp_path: Path) -> None:
    for mapping, y in (({}, Y), ({"crs_wkt": WKT}, Y + 9 * (Y[2] > Y)), ({"crs_wkt": WKT}, None)):
        netcdf4(tmp_path / "x.nc", y, **mapping)
        assert open_cube(tmp_path / "x.nc").georeference is None


@pytest.mark.parametrize("dtype", ["u1", "f4"])
def test_good_wavelengths_as_emit_states_them(tmp_path: Path, dtype: str) -> None:
    good = np.array([1, 1, 0, 1, 0], dtype)
    with h5py.File(tmp_path / "x.nc", "w") as file:
        file["reflectance"] = np.moveaxis(VALUES, 0, 2)
        file["sensor_band_parameters/wavelengths"] = np.linspace(400, 800, 5)
        file["sensor_band_parameters/good_wavelengths"] = good
    cube = open_cube(tmp_path / "x.nc")
    assert cube.good_bands.tolist() == (good == 1).tolist()
    assert any("The file marks as bad: band 3" in note for note in cube.notes)
    with h5py.File(tmp_path / "x.nc", "r+") as file:
        file["sensor_band_parameters/good_wavelengths"][:] = 0
    assert open_cube(tmp_path / "x.nc").good_bands.all()
