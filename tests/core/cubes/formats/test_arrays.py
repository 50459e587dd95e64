"""NumPy arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Layout
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return simulate("fruit", lines=54, samples=81).cube.read()


def saved(path: Path, array: np.ndarray) -> Path:
    np.save(path, array)
    return path


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_cube_is_mapped_not_read(tmp_path: Path, scene: np.ndarray, order: str) -> None:
    cube = open_cube(saved(tmp_path / "x.npy", np.asarray(scene, order=order)))  # type: ignore[call-overload]
    assert isinstance(cube.data, MappedArray)
    assert isinstance(cube.data.base, np.memmap)
    np.testing.assert_array_equal(cube.read(), scene)
    assert not cube.notes


def test_bands_first_is_turned(tmp_path: Path, scene: np.ndarray) -> None:
    cube = open_cube(saved(tmp_path / "x.npy", scene.transpose(2, 0, 1)))
    np.testing.assert_array_equal(cube.read(), scene)
    assert cube.notes


@pytest.mark.parametrize("shape", [(32, 32, 320), (9, 9, 3), (200, 30, 30), (50, 2, 7)])
def test_noise_keeps_its_axes(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert open_cube(saved(tmp_path / "x.npy", values)).shape == shape


def test_a_list_of_pixels_by_row(tmp_path: Path, scene: np.ndarray) -> None:
    cube = open_cube(saved(tmp_path / "x.npy", scene.reshape(-1, scene.shape[2])))
    assert cube.layouts[0] == Layout(54, 81)
    np.testing.assert_array_equal(cube.read(), scene)


def test_a_prime_number_of_pixels_is_one_line(tmp_path: Path) -> None:
    cube = open_cube(saved(tmp_path / "x.npy", np.ones((997, 5), np.float32)))
    assert cube.shape == (1, 997, 5)


def test_what_is_no_cube_is_named(tmp_path: Path, scene: np.ndarray) -> None:
    objects = np.empty((2, 2, 2), object)
    objects[:] = "a"
    bad = [
        objects,
        np.zeros(5),
        np.zeros((3, 3, 3, 3)),
        np.zeros((2, 0, 3)),
        np.array(1.0),
        np.zeros((2, 2, 2), complex),
        np.zeros((2, 2, 2), "U3"),
        np.zeros((60, 60)),
    ]
    for array in bad:
        path = tmp_path / "bad.npy"
        np.save(path, array, allow_pickle=True)
        with pytest.raises(CubeError, match=r"bad\.npy"):
            open_cube(path)
    whole = saved(tmp_path / "cut.npy", scene)
    whole.write_bytes(whole.read_bytes()[:5000])
    with pytest.raises(CubeError, match=r"cut\.npy"):
        open_cube(whole)
    np.savez(tmp_path / "several.npz", a=scene[:3], b=scene[:2])
    renamed = (tmp_path / "several.npz").rename(tmp_path / "several.npy")
    with pytest.raises(CubeError, match=r"several\.npy"):
        open_cube(renamed)
    lying = tmp_path / "lying.npy"
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (999999, 999999, 9999), }"
    lying.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    with pytest.raises(CubeError, match=r"lying\.npy"):
        open_cube(lying)


def test_missing_values_and_odd_numbers_are_nan_without_a_warning(tmp_path: Path) -> None:
    values = np.array([1e300, np.inf, -np.inf, np.nan, 0.5, 1]).reshape(1, 1, 6)
    cube = open_cube(saved(tmp_path / "x.npy", values))
    with np.errstate(all="raise"):
        spectrum = cube.spectrum(0, 0)
    np.testing.assert_array_equal(np.isnan(spectrum), [1, 1, 1, 1, 0, 0])


def test_unknown_files_list_what_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "scene.xyz").write_text("?")
    for name in ("scene.xyz", "nowhere.npy", "."):
        with pytest.raises(CubeError) as caught:
            open_cube(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)
    with pytest.raises(CubeError, match=r"ENVI.*MATLAB.*NumPy.*GeoTIFF"):
        open_cube(tmp_path / "scene.xyz")


def test_an_envi_header_beside_it_does_not_take_an_array_over(tmp_path: Path) -> None:
    np.save(tmp_path / "scene.npy", np.ones((4, 5, 6), np.float32))
    write_envi(np.zeros((2, 2, 3), np.float32), tmp_path / "scene.hdr")
    assert open_cube(tmp_path / "scene.npy").shape == (4, 5, 6)
