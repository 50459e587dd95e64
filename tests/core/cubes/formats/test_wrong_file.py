"""The file, the series and the array that is meant, where others lie beside it."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from s3fn_core.cubes.cube import Axes
from s3fn_core.cubes.formats import open_cube, variables_of, write_envi
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.test_matlab import save73

RNG = np.random.default_rng(0)
VALUES = RNG.integers(1, 200, (20, 30, 12)).astype(np.uint8)


def series(folder: Path, name: str, values: np.ndarray) -> None:
    folder.mkdir(exist_ok=True)
    for band in range(values.shape[2]):
        Image.fromarray(values[:, :, band]).save(folder / f"{name}{400 + 10 * band}nm.png")


@pytest.mark.parametrize("dark", ["dark_", "DARKREF_", "00_black_", "D_", "darkcurrent_", "dunkel_", "bias_"])
def test_references_of_a_folder_are_not_its_cube(tmp_path: Path, dark: str) -> None:
    folder = tmp_path / "scene"
    for name, values in ((dark, VALUES // 50), ("sample_", VALUES), ("white_", VALUES + 20)):
        series(folder, name, values)
    np.testing.assert_array_equal(open_cube(folder).read(), VALUES)
    found = variables_of(folder)
    assert [one.likely for one in found] == [True, False, False]
    assert found[0].shape == (12, 20, 30)
    white = open_cube(folder, variable=found[2].name)
    np.testing.assert_array_equal(white.read(), VALUES + 20)
    assert white.path is not None
    np.testing.assert_array_equal(open_cube(white.path, variable=found[2].name).read(), VALUES + 20)
    with pytest.raises(CubeError, match="holds no series"):
        open_cube(folder, variable="grey")


def test_two_scenes_in_a_folder_are_a_question(tmp_path: Path) -> None:
    for name in ("left_", "right_"):
        series(tmp_path / "scene", name, VALUES)
    assert [one.likely for one in variables_of(tmp_path / "scene")] == [True, True]


def test_a_quick_look_is_not_the_data_of_its_header(tmp_path: Path) -> None:
    for name in ("123", "124"):
        write_envi(VALUES, tmp_path / f"{name}.hdr")
        Image.fromarray(VALUES[:, :, 0]).save(tmp_path / f"{name}.png")
    for name in ("123.png", "123.hdr", "123.img"):
        np.testing.assert_array_equal(open_cube(tmp_path / name).read(), VALUES)
    assert any("123.png" in note for note in open_cube(tmp_path / "123.png").notes)
    with pytest.raises(CubeError, match=r"123\.hdr"):
        open_cube(tmp_path)  # not a stack of quick-looks


CUBE = RNG.random((80, 50, 103))


@pytest.mark.parametrize("channels", [3, 7])
@pytest.mark.parametrize("suffix", ["mat", "73.mat", "npz", "h5"])
def test_a_cube_comes_before_a_larger_picture(tmp_path: Path, suffix: str, channels: int) -> None:
    path = tmp_path / f"x.{suffix}"
    photo = RNG.integers(0, 255, (500, 340, channels)).astype(np.uint8)
    name = "rgb1" if channels == 3 else "msi"
    content = {name: photo, "I1": CUBE, "mask1": np.ones((80, 50), np.uint8)}
    if suffix == "h5":
        with h5py.File(path, "w") as file:
            for key, values in content.items():
                file[key] = values
    elif suffix == "npz":
        np.savez(path, **content)
    elif suffix == "73.mat":
        save73(path, **content)
    else:
        savemat(path, content)
    np.testing.assert_allclose(open_cube(path).read(), CUBE, rtol=1e-6)
    assert [one.name for one in variables_of(path)][:2] == ["I1", name]


def scene(*shape: int) -> np.ndarray:
    return RNG.integers(0, 4000, shape).astype(np.uint16)


def test_the_short_axis_is_that_of_the_bands(tmp_path: Path) -> None:
    values = scene(4, 51, 61)
    np.save(tmp_path / "x.npy", values)
    cube = open_cube(tmp_path / "x.npy")
    np.testing.assert_array_equal(cube.read(), values.transpose(1, 2, 0))
    assert any("short" in note for note in cube.notes)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["data"] = values
    assert open_cube(tmp_path / "x.h5").shape == (51, 61, 4)
    np.save(tmp_path / "z.npy", scene(8, 20, 24))
    assert open_cube(tmp_path / "z.npy").shape == (20, 24, 8)
    np.save(tmp_path / "y.npy", scene(51, 61, 4))
    assert open_cube(tmp_path / "y.npy").shape == (51, 61, 4)


def test_wavelengths_names_and_label_maps_know_better(tmp_path: Path) -> None:
    values = scene(4, 51, 61)
    np.savez(tmp_path / "waves.npz", data=values, wavelengths=np.linspace(400, 1000, 61))
    np.savez(tmp_path / "labels.npz", data=values, labels=np.ones((4, 51), np.uint8))
    savemat(tmp_path / "labels.mat", {"data": values, "gt": np.ones((4, 51), np.uint8)})
    with h5py.File(tmp_path / "labels.h5", "w") as file:
        file["data"], file["labels"] = values, np.ones((4, 51), np.uint8)
    with h5py.File(tmp_path / "names.h5", "w") as file:
        file["data"] = values
        for axis, name in enumerate(("y", "x", "band")):
            file["data"].dims[axis].label = name
    for name in ("waves.npz", "labels.npz", "labels.mat", "labels.h5", "names.h5"):
        cube = open_cube(tmp_path / name)
        assert cube.layouts[0] == Axes("lsb"), (name, cube.notes)
        np.testing.assert_array_equal(cube.read(), values)


@pytest.mark.parametrize("suffix", ["h5", "mat"])
@pytest.mark.parametrize("way", ["external", "virtual", "link"])
def test_no_other_file_is_read(tmp_path: Path, suffix: str, way: str) -> None:
    secret, path = tmp_path / "secret.bin", tmp_path / f"x.{suffix}"
    secret.write_bytes(VALUES.tobytes())
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["cube"] = VALUES
    with h5py.File(path, "w") as file:
        if way == "external":
            file.create_dataset("cube", VALUES.shape, "u1", external=[(str(secret), 0, VALUES.nbytes)])
        elif way == "virtual":
            layout = h5py.VirtualLayout(VALUES.shape, "u1")
            layout[...] = h5py.VirtualSource(str(tmp_path / "other.h5"), "cube", VALUES.shape)
            file.create_virtual_dataset("cube", layout)
        else:
            file["cube"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/cube")
    with pytest.raises(CubeError, match=rf"x\.{suffix}"):
        open_cube(path)
    with h5py.File(path, "r+") as file:
        file["own"] = VALUES[:10].T if suffix == "mat" else VALUES[:10]  # MATLAB's first is the last
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), VALUES[:10])
    assert any("in other files" in note for note in cube.notes)
    if suffix == "h5":
        with pytest.raises(CubeError, match="in other files"):
            open_cube(path, variable="cube")


def test_a_virtual_data_set_of_the_file_itself_is_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["parts/cube"] = VALUES
        layout = h5py.VirtualLayout(VALUES.shape, "u1")
        layout[...] = h5py.VirtualSource(".", "parts/cube", VALUES.shape)
        file.create_virtual_dataset("whole", layout)
    np.testing.assert_array_equal(open_cube(tmp_path / "x.h5", variable="whole").read(), VALUES)


def test_numbers_in_names_may_be_wavelengths(tmp_path: Path) -> None:
    for name in ("wl{}", "lambda_{}"):
        folder = tmp_path / name[:2]
        folder.mkdir()
        for wave in (450, 500, 620):
            Image.fromarray(VALUES[:, :, wave // 50 % 12]).save(folder / f"{name.format(wave)}.png")
        np.testing.assert_array_equal(open_cube(folder).wavelengths, [450, 500, 620])
    for wave in (450, 500, 620):
        (tmp_path / "wl" / f"wl{wave}.png").rename(tmp_path / "wl" / f"img_{wave}.png")
    cube = open_cube(tmp_path / "wl")
    assert cube.wavelengths is None
    assert any("450 to 620 without a unit" in note for note in cube.notes)


@pytest.mark.parametrize("order", ["bls", "lbs", "lsb"])
@pytest.mark.parametrize("suffix", ["h5", "npz"])
def test_as_many_bands_as_lines(tmp_path: Path, order: str, suffix: str) -> None:
    """The number of wavelengths fits two axes: spectra are smooth, images are not."""
    waves = np.linspace(400, 1000, 24)
    values = RNG.random((24, 20, 1)) * np.sin(waves / 100) + 2
    stored = np.ascontiguousarray(values.transpose(["lsb".index(axis) for axis in order]))
    if suffix == "h5":
        with h5py.File(tmp_path / "x.h5", "w") as file:
            file["cube"], file["wavelength"] = stored, waves
    else:
        np.savez(tmp_path / "x.npz", cube=stored, wavelength=waves)
    np.testing.assert_allclose(open_cube(tmp_path / f"x.{suffix}").read(), values, rtol=1e-6)


def test_a_data_file_with_a_header_of_its_own_is_not_taken(tmp_path: Path) -> None:
    write_envi(VALUES, tmp_path / "k.hdr")
    (tmp_path / "k.img").rename(tmp_path / "k.dat")
    write_envi(VALUES + 1, tmp_path / "other.hdr")
    (tmp_path / "other.img").rename(tmp_path / "k.img")
    (tmp_path / "other.hdr").rename(tmp_path / "k.img.hdr")
    for name, expected in (("k.hdr", VALUES), ("k.dat", VALUES), ("k.img.hdr", VALUES + 1)):
        np.testing.assert_array_equal(open_cube(tmp_path / name).read(), expected)
    np.testing.assert_array_equal(open_cube(tmp_path / "k.img").read(), VALUES + 1)
