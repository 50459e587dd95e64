"""HDF5 and NetCDF of both versions, as cameras, missions and toolboxes write them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file

from s3fn_core.cubes.cube import Layout
from s3fn_core.cubes.formats import can_open, open_cube
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError

BANDS = 25
WAVES = np.linspace(450.0, 930.0, BANDS)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Shape (40, 56, 25)."""
    return simulate("fruit", lines=40, samples=56).cube.read()[:, :, :BANDS]


def check(path: Path, expected: np.ndarray) -> None:
    """The file opens lazily, and every kind of window agrees with `expected`."""
    assert can_open(path)
    cube = open_cube(path)
    assert isinstance(cube.data, WindowedArray)
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-6)
    np.testing.assert_allclose(cube.band(4), expected[:, :, 4], rtol=1e-6)
    np.testing.assert_allclose(cube.spectrum(3, 39), expected[3, 39], rtol=1e-6)
    window = cube.window(slice(2, 30, 3), slice(5, 9), [7, 2, 7])
    np.testing.assert_allclose(window, expected[2:30:3, 5:9][:, :, [7, 2, 7]], rtol=1e-6)


@pytest.mark.parametrize("suffix", [".h5", ".hdf5", ".he5"])
def test_the_largest_of_three_axes_with_wavelengths_beside_it(
    tmp_path: Path, scene: np.ndarray, suffix: str
) -> None:
    path = tmp_path / f"x{suffix}"
    with h5py.File(path, "w") as file:
        file["raw/cube"] = scene
        file["raw/preview"] = scene[:20]
        file["table"] = np.zeros((5000, 40))
        file["raw/meta/Wavelength"] = WAVES / 1000
        file["raw/meta/Wavelength"].attrs["Units"] = "micrometers"
        file["other/Wavelength"] = WAVES * 2
        file["raw/meta/good_wavelengths"] = np.ones(BANDS)
    check(path, scene)
    cube = open_cube(path)
    np.testing.assert_allclose(cube.wavelengths, WAVES)
    assert any('"raw/cube"' in note and "raw/preview 20x56x25" in note for note in cube.notes)
    assert any('"raw/meta/Wavelength"' in note for note in cube.notes)
    assert cube.interleave == "bip"
    assert open_cube(path, variable="preview").lines == 20
    with pytest.raises(CubeError, match=r'no array "dark".*raw/cube 40x56x25'):
        open_cube(path, variable="dark")


@pytest.mark.parametrize("order", ["lsb", "lbs", "bls", "slb"])
@pytest.mark.parametrize("named", [True, False])
def test_axes_by_their_names_or_by_the_wavelengths(tmp_path: Path, order: str, named: bool) -> None:
    values = np.random.default_rng(0).normal(size=(40, 56, BANDS)).astype(np.float32)
    called = {"l": "y", "s": "x", "b": "wavelength"}
    with h5py.File(tmp_path / "x.nc", "w") as file:
        file["wavelength"] = WAVES
        file["wavelength"].attrs["units"] = "nm"
        file["cube"] = values.transpose(["lsb".index(axis) for axis in order])
        for axis, letter in enumerate(order if named else ()):
            name = called[letter]
            if name not in file:  # a dimension without a variable, as netCDF-4 stores it
                file[name] = np.zeros(file["cube"].shape[axis])
                file[name].make_scale("This is a netCDF dimension but not a netCDF variable.   9")
            elif not file[name].is_scale:
                file[name].make_scale(name)
            file["cube"].dims[axis].attach_scale(file[name])
    if order == "slb" and not named:  # nothing tells lines from samples
        values = values.transpose(1, 0, 2)
    check(tmp_path / "x.nc", values)
    cube = open_cube(tmp_path / "x.nc")
    np.testing.assert_allclose(cube.wavelengths, WAVES)
    told = "as the file names them" if named else "as the number of wavelengths shows"
    assert any(told in note for note in cube.notes) == (order != "lsb" or not named)


def test_axes_that_only_the_values_tell(tmp_path: Path, scene: np.ndarray) -> None:
    for values, why in ((scene.transpose(2, 0, 1), "values suggest"), (scene, "does not name them")):
        with h5py.File(tmp_path / "x.h5", "w") as file:
            file["cube"] = values
        check(tmp_path / "x.h5", scene)
        cube = open_cube(tmp_path / "x.h5")
        assert cube.wavelengths is None
        assert any(why in note for note in cube.notes)


def test_axes_of_length_one_are_left_out(tmp_path: Path, scene: np.ndarray) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = scene.transpose(2, 0, 1)[None]
    check(tmp_path / "x.h5", scene)


@pytest.mark.parametrize("place", ["cube", "group", "/"])
def test_wavelengths_from_attributes(tmp_path: Path, scene: np.ndarray, place: str) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["group/cube"] = scene
        target = {"cube": file["group/cube"], "group": file["group"], "/": file}[place]
        target.attrs["center_wavelengths"] = (
            "{" + ", ".join(f"{1e7 / wave:.4f}" for wave in WAVES) + "}" if place == "/" else WAVES
        )
        target.attrs["wavelength_units"] = "cm-1" if place == "/" else "nm"
        target.attrs["fwhm"] = np.full(BANDS, 5.0)
    cube = open_cube(tmp_path / "x.h5")
    np.testing.assert_allclose(cube.wavelengths, WAVES, rtol=1e-5)
    assert any("center_wavelengths" in note for note in cube.notes)


def test_running_numbers_are_no_wavelengths(tmp_path: Path, scene: np.ndarray) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = scene
        file["bands"] = np.arange(1, BANDS + 1)
    assert open_cube(tmp_path / "x.h5").wavelengths is None


@pytest.mark.parametrize(
    ("attributes", "scale", "offset"),
    [
        ({"scale_factor": 1e-4}, 1e-4, 0),
        ({"scale_factor": 2.0}, 2.0, 0),
        ({"Scale_Factor": 10000.0}, 1e-4, 0),
        ({"scale_factor": np.float32([0.5]), "add_offset": 3.0}, 0.5, 3),
        ({"add_offset": -1.0}, 1, -1),
    ],
)
@pytest.mark.parametrize("missing", ["_FillValue", "Data_Ignore_Value", "missing_value"])
def test_packed_values_and_missing_ones(
    tmp_path: Path, attributes: dict[str, object], scale: float, offset: float, missing: str
) -> None:
    stored = np.random.default_rng(1).integers(0, 9000, (40, 56, BANDS)).astype(np.int16)
    stored[5, 6] = -9999
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = stored
        file["cube"].attrs[missing] = np.int16(-9999)
        for key, value in attributes.items():
            file["cube"].attrs[key] = value
    expected = stored * float(scale) + offset
    expected[5, 6] = np.nan
    check(tmp_path / "x.h5", expected)
    notes = open_cube(tmp_path / "x.h5").notes
    assert all(any(f'"{key}"' in note for note in notes) for key in attributes)


def test_only_what_is_looked_at_is_read(tmp_path: Path) -> None:
    """A cube of 800 GB, of which a single block was ever written."""
    with h5py.File(tmp_path / "x.h5", "w") as file:
        cube = file.create_dataset(
            "cube", (50_000, 20_000, 400), "u2", chunks=(16, 16, 400), compression="gzip"
        )
        cube[100:116, 32:48] = 7
    cube = open_cube(tmp_path / "x.h5")
    assert cube.shape == (50_000, 20_000, 400)
    assert cube.spectrum(101, 33)[399] == 7
    assert cube.spectrum(99, 33)[399] == 0


def test_a_matrix_of_pixels(tmp_path: Path, scene: np.ndarray) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["spectra"] = scene.reshape(-1, BANDS)
        file["lines"], file["samples"] = 40, 56
        file["spectra"].attrs["wavelengths"] = WAVES
    cube = open_cube(tmp_path / "x.h5")
    assert cube.layouts[0] == Layout(40, 56)
    np.testing.assert_array_equal(cube.read(), scene)
    np.testing.assert_array_equal(cube.wavelengths, WAVES)
    assert any("as a whole" in note for note in cube.notes)


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_classic_netcdf(tmp_path: Path, scene: np.ndarray, record: bool, version: int) -> None:
    path = tmp_path / "x.nc"
    expected = scene.copy()
    expected[5, 6] = np.nan
    with netcdf_file(path, "w", version=version) as file:
        file.createDimension("band", None if record else BANDS)
        file.createDimension("y", 40)
        file.createDimension("x", 56)
        waves = file.createVariable("band", "f8", ("band",))
        waves.units = "nm"
        cube = file.createVariable("reflectance", "f4", ("band", "y", "x"))
        cube._FillValue = np.float32(-1)
        for band in range(BANDS):
            waves[band] = WAVES[band]
            cube[band] = np.nan_to_num(expected[:, :, band], nan=-1)
    check(path, expected)
    np.testing.assert_array_equal(open_cube(path).wavelengths, WAVES)
    whole = path.read_bytes()
    for cut in (3, 10, 200, len(whole) // 2):
        path.write_bytes(whole[:cut])
        with pytest.raises(CubeError, match=r"x\.nc"):
            open_cube(path).read()


def test_what_is_no_file_of_the_kind_is_named(tmp_path: Path, scene: np.ndarray) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("cube", data=scene, chunks=(8, 8, BANDS), compression="gzip")
    whole = path.read_bytes()
    for content in (b"", b"text", b"\x0e\x03\x13\x01rest", whole[:100], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(CubeError, match=r"x\.h5"):
            open_cube(path)
    damaged = bytearray(whole)
    damaged[len(whole) // 4 : len(whole) * 3 // 4] = bytes(len(whole) // 2)
    path.write_bytes(damaged)
    with pytest.raises(CubeError, match=r"x\.h5"):
        open_cube(path).read()
    with h5py.File(path, "w") as file:
        file["text"], file["row"], file["image"] = "hello", np.zeros(9), np.zeros((9, 9))
        file["empty"] = np.zeros((4, 0, 5))
        file["complex"] = np.zeros((4, 4, 5), complex)
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["outside"] = h5py.ExternalLink("nowhere.h5", "/cube")
    with pytest.raises(CubeError, match=r"x\.h5.*single 9 x 9 image"):
        open_cube(path)
    for name in ("row", "empty"):
        with pytest.raises(CubeError, match=rf"x\.h5, array {name}, has the shape"):
            open_cube(path, variable=name)


def test_many_texts_of_any_length_are_no_damage(tmp_path: Path, scene: np.ndarray) -> None:
    """They lie in heaps that are checked before the library reads them."""
    path = tmp_path / "x.h5"
    random = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        file["cube"] = scene
        for number, length in enumerate(random.integers(0, 9000, 300)):
            file["cube"].attrs[f"text{number}"] = "x" * int(length)
        file["names"] = np.array(["y" * int(n) for n in random.integers(1, 300, 2000)], object)
        for number in range(0, 300, 3):
            del file["cube"].attrs[f"text{number}"]
        file["cube"].attrs["again"] = "z" * 5000
    check(path, scene)
