"""Stacks of single-band images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import tifffile
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import can_open, open_cube, stack, stack_images
from s3fn_core.errors import CubeError


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 4000, (20, 30, 12)).astype(np.uint16)


def write(folder: Path, names: list[str], values: np.ndarray) -> Path:
    folder.mkdir(exist_ok=True)
    for index, name in enumerate(names):
        band = np.ascontiguousarray(values[:, :, index])
        if name.endswith(".png"):
            Image.fromarray(band).save(folder / name)
        else:
            tifffile.imwrite(folder / name, band)
    return folder


def check(cube: Cube, values: np.ndarray) -> None:
    np.testing.assert_array_equal(cube.read(), values)
    np.testing.assert_array_equal(cube.band(3), values[:, :, 3])
    np.testing.assert_array_equal(cube.spectrum(19, 29), values[19, 29])
    window = cube.window(slice(2, 18, 3), slice(4, 9), [5, 0, 5])
    np.testing.assert_array_equal(window, values[2:18:3, 4:9][:, :, [5, 0, 5]])


@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_numbered_images_are_sorted_naturally(
    tmp_path: Path, values: np.ndarray, suffix: str, kind: type
) -> None:
    values = values.astype(kind)
    folder = write(tmp_path / "scene", [f"band{n}{suffix}" for n in range(1, 13)], values)
    assert can_open(folder)
    cube = open_cube(folder)
    assert (cube.name, cube.path, cube.wavelengths) == ("scene", folder, None)
    assert cube.data.dtype == kind
    check(cube, values)
    assert any(f"band1{suffix} to band12{suffix}" in note for note in cube.notes)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("form", ["s1_{:.0f}nm", "{:.1f} nm_s1", "S1-{:.0f}NM-x"])
def test_wavelengths_from_the_names(tmp_path: Path, values: np.ndarray, suffix: str, form: str) -> None:
    waves = 900.0 + 20 * np.arange(12)  # text would sort 1000 before 900
    names = [form.format(wave) + suffix for wave in waves]
    folder = write(tmp_path / "scene", names, values)
    write(folder, [f"mask{suffix}"], values)
    cube = open_cube(folder)
    np.testing.assert_array_equal(cube.wavelengths, waves)
    check(cube, values)
    assert any(f"mask{suffix}" in note for note in cube.notes)
    assert any("names of the files" in note for note in cube.notes)
    one = folder / names[7]
    assert can_open(one)
    check(open_cube(one), values)
    assert cube.path is not None
    check(open_cube(cube.path), values)
    assert not can_open(folder / "mask.png")


def test_micrometres(tmp_path: Path, values: np.ndarray) -> None:
    names = [f"x_{0.4 + index / 10:.1f}um.png" for index in range(12)]
    cube = open_cube(write(tmp_path / "x", names, values))
    np.testing.assert_allclose(cube.wavelengths, 400 + 100 * np.arange(12))


def test_a_list_of_files(tmp_path: Path, values: np.ndarray) -> None:
    folder = write(tmp_path / "x", [f"b{n}.png" for n in range(12)], values)
    cube = open_cube([folder / "b10.png", folder / "b9.png", folder / "b2.png"])
    np.testing.assert_array_equal(cube.read(), values[:, :, [2, 9, 10]])
    assert cube.path is None
    with pytest.raises(CubeError, match="0 image"):
        open_cube([])
    with pytest.raises(CubeError, match=r"nowhere\.png does not exist"):
        open_cube([folder / "b1.png", folder / "nowhere.png"])


def test_other_images_are_no_stack(tmp_path: Path, values: np.ndarray) -> None:
    """A label map and a tile keep their own readers."""
    write(tmp_path, ["labels_1.png", "labels_2.png", "tile_1.tif", "tile_2.tif"], values)
    assert not can_open(tmp_path / "labels_1.png")
    assert open_cube(tmp_path / "tile_1.tif").bands == 1
    for name in ("wide_450nm.tif", "wide_460nm.tif"):
        tifffile.imwrite(tmp_path / name, np.moveaxis(values, 2, 0), photometric="minisblack")
    assert open_cube(tmp_path / "wide_450nm.tif").bands == 12  # pages, not bands
    with rasterio.open(
        tmp_path / "many_450nm.tif",
        "w",
        driver="GTiff",
        height=20,
        width=30,
        count=12,
        dtype="uint16",
        transform=Affine(1, 0, 5, 0, -1, 9),
    ) as file:
        file.write(np.moveaxis(values, 2, 0))
    (tmp_path / "many_460nm.tif").write_bytes((tmp_path / "many_450nm.tif").read_bytes())
    assert open_cube(tmp_path / "many_450nm.tif").bands == 12


def test_georeference_scale_and_missing_values(tmp_path: Path, values: np.ndarray) -> None:
    values[4, 5] = 65535
    for index in range(12):
        with rasterio.open(
            tmp_path / f"B{index}.tif",
            "w",
            driver="GTiff",
            height=20,
            width=30,
            count=1,
            dtype="uint16",
            nodata=65535,
            crs="EPSG:32633",
            transform=Affine(10, 0, 3e5, 0, -10, 5e6),
        ) as file:
            file.write(values[:, :, index], 1)
            file.scales = [1e-4]
    cube = open_cube(tmp_path)
    expected = values * 1e-4
    expected[4, 5] = np.nan
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-6)
    assert cube.georeference is not None
    assert cube.georeference.pixel_area == 100
    assert "33N" in cube.georeference.crs


def test_png_images_beyond_the_memory_kept_are_read_again(
    tmp_path: Path, values: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_images, "_KEPT_BYTES", 3 * 20 * 30 * 2)
    cube = open_cube(write(tmp_path / "x", [f"b{n}.png" for n in range(12)], values))
    check(cube, values)
    (tmp_path / "x" / "b11.png").unlink()
    np.testing.assert_array_equal(cube.band(0), values[:, :, 0])  # kept
    with pytest.raises(CubeError, match=r"b11\.png"):
        cube.band(11)


def test_what_is_no_stack_is_named(tmp_path: Path, values: np.ndarray) -> None:
    def fresh(name: str) -> Path:
        return write(tmp_path / name, ["a1.png", "a2.png", "a3.tif"], values)

    (tmp_path / "empty").mkdir()
    with pytest.raises(CubeError, match="empty is a folder without images"):
        open_cube(tmp_path / "empty")
    folder = write(tmp_path / "single", ["a1.png"], values)
    with pytest.raises(CubeError, match=r"single holds 1 image"):
        open_cube(folder)
    Image.fromarray(np.zeros((5, 6), np.uint8)).save(fresh("sizes") / "a2.png")
    with pytest.raises(CubeError, match=r"a2\.png has 5 x 6 pixels"):
        open_cube(tmp_path / "sizes")
    for mode in ("RGB", "P", "LA"):
        Image.new(mode, (30, 20)).save(fresh(mode) / "a2.png")
        with pytest.raises(CubeError, match=r"a2\.png is a colour image"):
            open_cube(tmp_path / mode)
    whole = (fresh("cut") / "a2.png").read_bytes()
    for content in (b"", b"text", whole[:20], whole[: len(whole) // 2]):
        (tmp_path / "cut" / "a2.png").write_bytes(content)
        with pytest.raises(CubeError, match=r"a2\.png"):
            open_cube(tmp_path / "cut").read()
    tiffs = write(tmp_path / "tiffs", ["a1.tif", "a2.tif"], values)
    whole = (tiffs / "a2.tif").read_bytes()
    for content in (b"", b"text", whole[:6], whole[: len(whole) // 2]):
        (tiffs / "a2.tif").write_bytes(content)
        with pytest.raises(CubeError, match=r"a2\.tif"):
            open_cube(tiffs).read()


@given(st.lists(st.integers(1500, 30_000), min_size=2, max_size=30, unique=True), st.booleans())
def test_names_are_put_in_the_order_of_their_wavelengths(waves: list[int], tenths: bool) -> None:
    files = [Path(f"x7_{wave / 10 if tenths else wave}nm_2.png") for wave in waves]
    found, ordered, _ = stack._wavelengths(files)
    assert found is not None
    np.testing.assert_allclose(found, np.sort(waves) / (10 if tenths else 1))
    assert [files.index(file) for file in ordered] == np.argsort(waves).tolist()


def test_images_at_different_places_are_told(tmp_path: Path) -> None:
    for number in range(3):
        place = Affine(30, 0, 3e5 + 30 * (number // 2), 0, -30, 5e6)
        profile = {"height": 5, "width": 6, "count": 1, "dtype": "uint8", "crs": "EPSG:32633"}
        with rasterio.open(
            tmp_path / f"b{number}.tif", "w", driver="GTiff", transform=place, **profile
        ) as file:
            file.write(np.full((5, 6), number + 1, np.uint8), 1)
    cube = open_cube(tmp_path)
    assert any("different places" in note and "b0.tif" in note for note in cube.notes)
