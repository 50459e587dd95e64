"""NumPy archives: several arrays in one file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Layout
from s3fn_core.cubes.formats import can_open, open_cube
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return simulate("fruit", lines=54, samples=81).cube.read()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_the_largest_array_and_its_wavelengths(
    tmp_path: Path, scene: np.ndarray, save: object, order: str
) -> None:
    path = tmp_path / "x.npz"
    waves = np.linspace(400, 1000, scene.shape[2])
    stored = np.asfortranarray(scene) if order == "F" else scene
    save(  # type: ignore[operator]
        path,
        labels=np.ones((54, 81), np.uint8),
        dark=scene[:1],
        cube=stored,
        wavelengths=waves,
        band_numbers=np.arange(scene.shape[2]),
    )
    assert can_open(path)
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), scene)
    np.testing.assert_array_equal(cube.wavelengths, waves)
    assert isinstance(cube.data, MappedArray) == (save is np.savez)
    assert any("read into memory" in note for note in cube.notes) == (save is not np.savez)
    assert any('"cube" was used' in note and "labels" in note for note in cube.notes)
    assert open_cube(path, variable="cube").notes != cube.notes


def test_bands_first_or_between(tmp_path: Path, scene: np.ndarray) -> None:
    waves = np.linspace(400, 1000, scene.shape[2])
    noise = np.random.default_rng(0).normal(size=scene.shape).astype(np.float32)
    for values in (scene, noise):
        for axes in ((2, 0, 1), (0, 2, 1)):
            np.savez(tmp_path / "x.npz", a=values.transpose(axes), wl=waves)
            cube = open_cube(tmp_path / "x.npz")
            np.testing.assert_array_equal(cube.read(), values)
            assert any("bands" in note for note in cube.notes)


def test_a_list_of_pixels_with_its_size(tmp_path: Path, scene: np.ndarray) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, pixels=scene.reshape(-1, scene.shape[2]), lines=54, samples=81)
    cube = open_cube(path)
    assert cube.layouts[0] == Layout(54, 81)
    np.testing.assert_array_equal(cube.read(), scene)


def test_the_variable_asked_for_is_taken(tmp_path: Path, scene: np.ndarray) -> None:
    np.savez(tmp_path / "x.npz", raw=scene, small=scene[:9])
    assert open_cube(tmp_path / "x.npz", variable="small").lines == 9
    with pytest.raises(CubeError, match=r'no array "other".*raw 54x81'):
        open_cube(tmp_path / "x.npz", variable="other")


def test_what_is_no_archive_is_named(tmp_path: Path, scene: np.ndarray) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, cube=scene)
    whole = path.read_bytes()
    for content in (b"", b"text", whole[:100], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(CubeError, match=r"x\.npz"):
            open_cube(path)
    objects = np.empty((2, 2, 2), object)
    np.savez(path, objects=objects, row=np.zeros(4))
    with pytest.raises(CubeError, match=r"x\.npz holds no array that can be a cube"):
        open_cube(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_nothing_is_allocated_for_a_promise(tmp_path: Path, method: int) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999, 99999, 9999), }\n"
    with zipfile.ZipFile(tmp_path / "x.npz", "w", method) as archive:
        content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        archive.writestr("cube.npy", content + b"\0" * 4096)
    with pytest.raises(CubeError, match=r"x\.npz.*promises"):
        open_cube(tmp_path / "x.npz")
