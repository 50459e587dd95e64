"""MATLAB files of both kinds, with and without an image shape."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from s3fn_core.cubes.cube import Layout
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """A small image with structure, as real ones have: shape (48, 64, bands)."""
    return simulate("wood", lines=48, samples=64).cube.read()


def save73(path: Path, **variables: np.ndarray) -> None:
    """Write as MATLAB 7.3 does: a block of text, then HDF5 with reversed axes."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in variables.items():
            file[name] = np.asarray(value).T
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file".ljust(510) + b"IM")


@pytest.mark.parametrize("save", [savemat, save73], ids=["v5", "v7.3"])
def test_the_largest_array_and_its_wavelengths(tmp_path: Path, scene: np.ndarray, save: object) -> None:
    path = tmp_path / "scene.mat"
    waves = np.linspace(0.9, 1.7, scene.shape[2])[None]
    content = {"gt": np.ones((48, 64), np.uint8), "cube": scene, "Wavelengths": waves}
    if save is savemat:
        savemat(path, content, do_compression=True)
    else:
        save73(path, **content)
    cube = open_cube(path)
    assert cube.shape == scene.shape
    np.testing.assert_array_equal(cube.read(), scene)
    np.testing.assert_array_equal(
        cube.window(slice(3, 9), slice(1, 5), [7, 2, 2]), scene[3:9, 1:5][:, :, [7, 2, 2]]
    )
    np.testing.assert_array_equal(cube.band(5), scene[:, :, 5])
    assert cube.wavelengths is not None
    np.testing.assert_allclose(cube.wavelengths, waves[0] * 1000)
    assert any('"cube"' in note for note in cube.notes)


@pytest.mark.parametrize("version", ["v5", "v7.3"])
def test_bands_first_is_turned_only_where_it_is_clear(
    tmp_path: Path, scene: np.ndarray, version: str
) -> None:
    path = tmp_path / "x.mat"
    turned = scene.transpose(2, 0, 1)
    if version == "v5":
        savemat(path, {"a": turned})
    else:
        save73(path, a=turned)
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), scene)
    assert any("bands, lines, samples" in note for note in cube.notes)


@pytest.mark.parametrize("pixels_first", [False, True])
@pytest.mark.parametrize("by_column", [False, True])
def test_a_matrix_is_arranged_by_what_neighbours_look_like(
    tmp_path: Path, scene: np.ndarray, pixels_first: bool, by_column: bool
) -> None:
    order = "F" if by_column else "C"
    matrix = (
        scene.reshape(-1, scene.shape[2], order=order) if by_column else scene.reshape(-1, scene.shape[2])
    )
    savemat(tmp_path / "m.mat", {"Y": matrix if pixels_first else matrix.T})
    cube = open_cube(tmp_path / "m.mat")
    expected = Layout(48, 64, by_column)
    assert expected in cube.layouts[:2]  # its mirror image at the diagonal looks just as good
    asked = open_cube(tmp_path / "m.mat", layout=expected)
    np.testing.assert_array_equal(asked.read(), scene)
    assert asked.layouts[0] == expected
    assert len(set(asked.layouts)) == len(asked.layouts)

    savemat(tmp_path / "s.mat", {"Y": matrix.T, "nRow": 48.0, "nCol": np.uint8(64)})
    stated = open_cube(tmp_path / "s.mat")
    np.testing.assert_array_equal(stated.read(), scene)
    assert stated.layouts[0] == expected


def test_samson(data_folder: Path) -> None:
    cube = open_cube(data_folder / "samson" / "Samson.mat")
    assert cube.shape == (95, 95, 156)
    assert cube.layouts == (Layout(95, 95, by_column=True), Layout(95, 95, by_column=False))
    assert any("95 x 95" in note for note in cube.notes)
    # Its pixels are counted down the columns: only so do they agree with its abundance maps.
    from scipy.io import loadmat

    water = loadmat(data_folder / "samson" / "Samson.mat")["S_GT"][:, :, 2]
    near_infrared = cube.band(120)
    assert np.corrcoef(water.ravel(), near_infrared.ravel())[0, 1] < -0.6
    other = open_cube(data_folder / "samson" / "Samson.mat", layout=cube.layouts[1])
    np.testing.assert_array_equal(other.band(7), cube.band(7).T)


def test_a_label_map_is_no_cube(data_folder: Path) -> None:
    for name in ("Indian_pines_gt.mat",):
        with pytest.raises(CubeError, match=name):
            open_cube(data_folder / "label_maps" / name)


def test_what_cannot_be_a_cube_is_named(tmp_path: Path, scene: np.ndarray) -> None:
    path = tmp_path / "x.mat"
    savemat(path, {"text": "hello", "row": np.arange(9.0), "z": np.zeros((4, 4, 9), complex)})
    with pytest.raises(CubeError, match=r"x\.mat"):
        open_cube(path)
    savemat(path, {"cube": scene})
    with pytest.raises(CubeError, match=r'no array "other".*cube 48x64'):
        open_cube(path, variable="other")
    savemat(path, {"Y": scene.reshape(-1, scene.shape[2])})
    with pytest.raises(CubeError, match="100 pixels"):
        open_cube(path, layout=Layout(10, 10))
    whole = path.read_bytes()
    for cut in (10, 130, 200, len(whole) // 2):
        path.write_bytes(whole[:cut])
        with pytest.raises(CubeError, match=r"x\.mat"):
            open_cube(path)
    save73(path, cube=scene)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(CubeError, match=r"x\.mat"):
        open_cube(path)


def test_the_variable_asked_for_is_taken(tmp_path: Path, scene: np.ndarray) -> None:
    savemat(tmp_path / "x.mat", {"raw": scene * 2, "small": scene[:9]})
    assert open_cube(tmp_path / "x.mat", variable="small").lines == 9
