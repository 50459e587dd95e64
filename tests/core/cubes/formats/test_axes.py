"""Arrays of three axes in any order: the guess, the user's word on it, and that nothing is read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import savemat

from s3fn_core.cubes.cube import Axes, Cube, Layout
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.test_matlab import save73

SIZE = {"l": 32, "s": 36, "b": 30}
ORDERS = ["".join(order) for order in permutations("lsb")]


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return simulate("wood", lines=SIZE["l"], samples=SIZE["s"]).cube.read()[:, :, : SIZE["b"]]


def stored(scene: np.ndarray, order: str) -> np.ndarray:
    """The scene with its axes in another order."""
    return np.ascontiguousarray(scene.transpose(["lsb".index(axis) for axis in order]))


def hdf5(path: Path, array: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("cube", data=array, chunks=(7, 8, 9))


WRITERS: dict[str, Callable[[Path, np.ndarray], None]] = {
    "a.npy": np.save,
    "a.npz": lambda path, array: np.savez(path, cube=array),
    "packed.npz": lambda path, array: np.savez_compressed(path, cube=array),
    "a.mat": lambda path, array: savemat(path, {"cube": array}),
    "packed.mat": lambda path, array: savemat(path, {"cube": array}, do_compression=True),
    "new.mat": lambda path, array: save73(path, cube=array),
    "a.h5": hdf5,
    "a.tif": lambda path, array: tifffile.imwrite(path, array, photometric="minisblack"),
    "packed.tif": lambda path, array: tifffile.imwrite(
        path, array, photometric="minisblack", compression="zlib"
    ),
}
MAPPED = ("a.npy", "a.npz", "a.mat", "a.tif")
LAZY = ("new.mat", "a.h5", "packed.tif")


def agrees(cube: Cube, scene: np.ndarray) -> None:
    """Whatever is read of the cube is that of the scene."""
    assert cube.shape == scene.shape
    np.testing.assert_array_equal(cube.read(), scene)
    np.testing.assert_array_equal(cube.band(5), scene[:, :, 5])
    np.testing.assert_array_equal(cube.spectrum(3, 19), scene[3, 19])
    window = cube.window(slice(2, 17, 3), slice(4, 9), [7, 2, 7])
    np.testing.assert_array_equal(window, scene[2:17:3, 4:9][:, :, [7, 2, 7]])


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_axes_asked_for_are_taken(tmp_path: Path, scene: np.ndarray, name: str, order: str) -> None:
    path = tmp_path / name
    WRITERS[name](path, stored(scene, order))
    cube = open_cube(path, layout=Axes(order))
    agrees(cube, scene)
    assert cube.layouts[0] == Axes(order)
    assert sorted(str(axes) for axes in cube.layouts) == sorted(str(Axes(o)) for o in ORDERS)
    if name in MAPPED:  # turning it read nothing
        assert isinstance(cube.data, MappedArray)
        assert not cube.data.base.flags.owndata
        assert isinstance(base(cube.data.base), np.memmap)
    elif name in LAZY:
        assert isinstance(cube.data, WindowedArray)
    if ".tif" not in name:
        assert any("as asked for" in note for note in cube.notes)


def base(array: np.ndarray) -> object:
    """The array that the memory belongs to."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@pytest.mark.parametrize("name", [*MAPPED, *LAZY[:2]])
@pytest.mark.parametrize("order", ["lsb", "lbs", "bls"])
def test_axes_are_guessed_by_the_values(tmp_path: Path, scene: np.ndarray, name: str, order: str) -> None:
    path = tmp_path / name
    WRITERS[name](path, stored(scene, order))
    cube = open_cube(path)
    agrees(cube, scene)
    assert cube.layouts[0] == Axes(order)
    if order == "lbs":
        assert any("lines, bands, samples" in note or "line was" in note for note in cube.notes)
    again = open_cube(path, layout=cube.layouts[0])
    assert again.layouts == cube.layouts


@pytest.mark.parametrize("name", ["a.npy", "a.mat", "new.mat", "a.h5"])
@pytest.mark.parametrize(("order", "interleave"), [("bls", "bsq"), ("lbs", "bil"), ("lsb", "bip")])
def test_the_interleave_is_the_order_in_the_file(
    tmp_path: Path, scene: np.ndarray, name: str, order: str, interleave: str
) -> None:
    WRITERS[name](tmp_path / name, stored(scene, order))
    cube = open_cube(tmp_path / name, layout=Axes(order))
    if name.endswith(".mat"):  # the first axis varies fastest
        interleave = {"bsq": "bip", "bip": "bsq"}.get(interleave, interleave)
    assert cube.interleave == interleave


@given(st.tuples(*[st.integers(1, 6)] * 3), st.sampled_from(ORDERS))
def test_any_shape_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int, int], order: str
) -> None:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    path = tmp_path_factory.mktemp("axes") / "x.npy"
    np.save(path, stored(values, order))
    np.testing.assert_array_equal(open_cube(path, layout=Axes(order)).read(), values)


def test_alternatives_begin_with_the_mirror_image(tmp_path: Path, scene: np.ndarray) -> None:
    np.save(tmp_path / "x.npy", stored(scene, "bls"))
    cube = open_cube(tmp_path / "x.npy")
    assert [str(axes) for axes in cube.layouts[:2]] == ["bands, lines, samples", "bands, samples, lines"]


def test_an_order_of_other_axes_is_refused() -> None:
    for order in ("lsbb", "ls", "xyz", ""):
        with pytest.raises(CubeError, match="lines"):
            Axes(order)


@pytest.mark.parametrize("name", WRITERS)
def test_the_shape_of_a_list_is_none_of_an_array(tmp_path: Path, scene: np.ndarray, name: str) -> None:
    WRITERS[name](tmp_path / name, scene)
    with pytest.raises(CubeError, match=rf"{name}.*three axes.*Axes"):
        open_cube(tmp_path / name, layout=Layout(2, 3))
    if not name.endswith(".tif"):
        pixels = scene.reshape(-1, SIZE["b"])
        if name == "a.h5":
            with h5py.File(tmp_path / name, "w") as file:
                file["cube"] = pixels
        else:
            WRITERS[name](tmp_path / name, pixels)
        with pytest.raises(CubeError, match=rf"{name}.*list of pixels"):
            open_cube(tmp_path / name, layout=Axes("bls"))


def test_nothing_is_allocated_for_the_length_of_an_axis() -> None:
    """Neither by an integer nor by a slice; sequences and masks are as long as they are."""
    asked: list[tuple[slice, slice, list[int]]] = []

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray:
        asked.append((lines, samples, bands))
        return np.zeros((lines.stop - lines.start, samples.stop - samples.start, len(bands)))

    lazy = WindowedArray((2**40, 2**40, 5), np.float64, read)
    assert lazy[7, -1, 2].shape == ()
    assert lazy[2**39 : 2**39 + 9 : 3, [5, 4], :].shape == (3, 2, 5)
    assert lazy[0, np.array([3, 2**35]) // 2**35, [0]].shape == (2, 1)
    assert asked[1] == (slice(2**39, 2**39 + 7), slice(4, 6), [0, 1, 2, 3, 4])
    with pytest.raises(IndexError):
        lazy[2**40, 0, 0]
