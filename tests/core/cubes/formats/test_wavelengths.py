"""What is odd about wavelengths is told by every format in the same words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
import tifffile
from scipy.io import netcdf_file, savemat

from s3fn_core.cubes.formats import open_cube, write_envi
from tests.core.cubes.formats.test_matlab import save73

VALUES = np.random.default_rng(0).random((6, 7, 5)).astype(np.float32)
Writer = Callable[[Path, np.ndarray, str], None]


def envi(path: Path, waves: np.ndarray, unit: str) -> None:
    write_envi(VALUES, path, np.linspace(400, 800, 5))
    header = path.read_text().split("\n")
    kept = [line for line in header if not line.startswith("wavelength")]
    listed = ", ".join(map(str, waves))
    more = [f"wavelength = {{{listed}}}", f"wavelength units = {unit}"]
    path.write_text("\n".join(kept + more))


def hdf5(path: Path, waves: np.ndarray, unit: str) -> None:
    with h5py.File(path, "w") as file:
        file["cube"], file["wavelength"] = VALUES, waves
        file["wavelength"].attrs["units"] = unit


def classic(path: Path, waves: np.ndarray, unit: str) -> None:
    with netcdf_file(path, "w") as file:
        for name, size in zip("yxb", VALUES.shape, strict=True):
            file.createDimension(name, size)
        file.createVariable("cube", "f4", tuple("yxb"))[:] = VALUES
        variable = file.createVariable("wavelength", "f8", ("b",))
        variable[:], variable.units = waves, unit


def geotiff(path: Path, waves: np.ndarray, unit: str) -> None:
    with rasterio.open(path, "w", driver="GTiff", height=6, width=7, count=5, dtype="float32") as file:
        file.write(np.moveaxis(VALUES, 2, 0))
        for band, wave in enumerate(waves, 1):
            file.update_tags(band, wavelength=str(wave), wavelength_units=unit)


def pages(path: Path, waves: np.ndarray, unit: str) -> None:
    stated = {"wavelengths": waves.tolist(), "wavelength_units": unit}
    stack = np.moveaxis(VALUES, 2, 0)
    tifffile.imwrite(path, stack, photometric="minisblack", metadata=stated)


WITH_UNITS: dict[str, Writer] = {
    "a.hdr": envi,
    "a.h5": hdf5,
    "a.nc": classic,
    "a.tif": geotiff,
    "pages.tif": pages,
}
WITHOUT: dict[str, Writer] = {
    "a.mat": lambda path, waves, _: savemat(path, {"cube": VALUES, "wavelength": waves}),
    "new.mat": lambda path, waves, _: save73(path, cube=VALUES, wavelength=waves),
    "a.npz": lambda path, waves, _: np.savez(path, cube=VALUES, wavelength=waves),
}
TURNING = np.array([400.0, 500, 450, 600, 700])
REPEATING = np.array([400.0, 500, 500, 600, 700])
RISING = np.array([400.0, 500, 550, 600, 700])


@pytest.mark.parametrize("name", [*WITH_UNITS, *WITHOUT])
@pytest.mark.parametrize(
    ("waves", "told"), [(TURNING, "turn back at band 3"), (REPEATING, "of another (band 3)"), (RISING, "")]
)
def test_an_odd_order_is_told(tmp_path: Path, name: str, waves: np.ndarray, told: str) -> None:
    (WITH_UNITS | WITHOUT)[name](tmp_path / name, waves, "Nanometers")
    cube = open_cube(tmp_path / name)
    np.testing.assert_allclose(cube.wavelengths, waves)
    odd = [note for note in cube.notes if "turn back" in note or "of another" in note]
    assert len(odd) == bool(told)
    assert all(told in note for note in odd)


@pytest.mark.parametrize("name", [*WITH_UNITS, *WITHOUT])
def test_a_unit_that_is_missing_is_guessed_and_told(tmp_path: Path, name: str) -> None:
    (WITH_UNITS | WITHOUT)[name](tmp_path / name, RISING / 1000, "")
    cube = open_cube(tmp_path / name)
    np.testing.assert_allclose(cube.wavelengths, RISING)
    assert any("no unit; they were taken as micrometres" in note for note in cube.notes)


@pytest.mark.parametrize("name", WITH_UNITS)
@pytest.mark.parametrize(
    ("unit", "factor", "told"),
    [
        ("furlongs", 1e-3, '"furlongs" is unknown; they were taken as micrometres'),
        ("Nanometers", 1e-3, 'cannot be in "Nanometers"; they were taken as micrometres'),
        ("Micrometers (um)", 1e-3, ""),
        ("Wavenumber (cm-1)", 0, ""),
    ],
)
def test_units_are_understood_and_impossible_ones_told(
    tmp_path: Path, name: str, unit: str, factor: float, told: str
) -> None:
    waves = RISING * factor if factor else 1e7 / RISING
    WITH_UNITS[name](tmp_path / name, waves, unit)
    cube = open_cube(tmp_path / name)
    np.testing.assert_allclose(cube.wavelengths, RISING)
    told_of = [note for note in cube.notes if "they were taken as" in note]
    assert len(told_of) == bool(told), cube.notes
    assert all(told in note for note in told_of)
