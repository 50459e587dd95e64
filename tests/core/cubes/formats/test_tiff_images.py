"""TIFFs with several pages, series or images: all bands, or a question, never one page in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import tifffile
from affine import Affine
from PIL import Image

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, variables_of

VALUES = np.random.default_rng(0).integers(1, 60000, (20, 30, 12)).astype(np.uint16)
STACK = np.ascontiguousarray(np.moveaxis(VALUES, 2, 0))
COMPRESSIONS = [None, "zlib"]


def check(path: Path, expected: np.ndarray = VALUES, note: str = "") -> Cube:
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), expected)
    np.testing.assert_array_equal(cube.band(3), expected[:, :, 3])
    window = cube.window(slice(2, 9, 3), slice(4, 7), [3, 0])
    np.testing.assert_array_equal(window, expected[2:9:3, 4:7][:, :, [3, 0]])
    assert not note or any(note in told for told in cube.notes), cube.notes
    return cube


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("axes", ["TCYX", "ZCYX", "CZYX"])
def test_hyperstacks(tmp_path: Path, axes: str, compression: str | None) -> None:
    stack = STACK.reshape(4, 3, 20, 30)
    told = f"The pages ({axes[0]} 4 x {axes[1]} 3)"
    if axes != "CZYX":
        path = tmp_path / "x.tif"
        tifffile.imwrite(path, stack, imagej=True, metadata={"axes": axes}, compression=compression)
        check(path, note=told)
    tifffile.imwrite(tmp_path / "x.ome.tif", stack, metadata={"axes": axes}, compression=compression)
    check(tmp_path / "x.ome.tif", note=told)


def test_channels_of_ome_have_wavelengths(tmp_path: Path) -> None:
    waves = [450.0, 550, 650, 750]
    channels = {"EmissionWavelength": waves, "EmissionWavelengthUnit": ["nm"] * 4}
    path = tmp_path / "x.ome.tif"
    tifffile.imwrite(path, STACK[:4], metadata={"axes": "CYX", "Channel": channels}, photometric="minisblack")
    np.testing.assert_array_equal(check(path, VALUES[:, :, :4], "OME").wavelengths, waves)
    named = {"axes": "CZYX", "Channel": {"Name": [f"{wave:.0f} nm" for wave in waves]}}
    tifffile.imwrite(path, STACK.reshape(4, 3, 20, 30), metadata=named)
    np.testing.assert_array_equal(check(path).wavelengths, np.repeat(waves, 3))


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("way", ["series", "append", "pillow"])
def test_pages_that_were_appended_one_by_one(tmp_path: Path, way: str, compression: str | None) -> None:
    path = tmp_path / "x.tif"
    if way == "pillow":
        images = [Image.fromarray(page) for page in STACK]
        images[0].save(path, save_all=True, append_images=images[1:])
    elif way == "series":
        with tifffile.TiffWriter(path) as file:
            for page in STACK:
                file.write(page, compression=compression)
    else:
        for page in STACK:
            tifffile.imwrite(path, page, append=True, compression=compression)
    check(path, note="Each page was read as one band")
    assert variables_of(path) == ()


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("pages", [True, False])
def test_a_preview_before_the_cube(tmp_path: Path, pages: bool, compression: str | None) -> None:
    path = tmp_path / "x.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(np.zeros((10, 15, 3), np.uint8), photometric="rgb")
        if pages:
            file.write(STACK, photometric="minisblack", compression=compression)
        else:
            file.write(STACK, photometric="minisblack", planarconfig="separate", compression=compression)
    check(path, note="series 2 was used. Others to choose: series 1 (3 x 10 x 15)")
    assert [one.name for one in variables_of(path)] == ["series 2", "series 1"]
    assert open_cube(path, variable="series 1").shape == (10, 15, 3)


def test_two_cubes_in_a_file_are_a_question(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    with tifffile.TiffWriter(path) as file:
        for stack in (STACK, STACK[::-1]):
            file.write(stack, photometric="minisblack", planarconfig="separate")
    assert [(one.name, one.likely) for one in variables_of(path)] == [("series 1", True), ("series 2", True)]
    check(path, note="series 2 (12 x 20 x 30)")
    np.testing.assert_array_equal(open_cube(path, variable="series 2").read(), VALUES[:, :, ::-1])


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_stacks_of_colour_pages(tmp_path: Path, one_by_one: bool, compression: str | None) -> None:
    path = tmp_path / "x.tif"
    pages = np.ascontiguousarray(STACK.reshape(4, 3, 20, 30).transpose(0, 2, 3, 1)).astype(np.uint8)
    with tifffile.TiffWriter(path) as file:
        for page in pages if one_by_one else [pages]:
            file.write(page, photometric="rgb", compression=compression)
    check(path, VALUES.astype(np.uint8), "4 pages of 3 channels were read as 12 bands")
    with_alpha = np.concatenate([pages, np.full((4, 20, 30, 1), 255, np.uint8)], axis=3)
    tifffile.imwrite(path, with_alpha, photometric="rgb", extrasamples=["unassalpha"])
    check(path, VALUES.astype(np.uint8))


def test_one_head_for_all_pages(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", STACK, photometric="minisblack", truncate=True)
    check(tmp_path / "x.tif")


def test_overviews_and_masks_are_no_images(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    values = np.tile(VALUES, (6, 6, 1))
    layout = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(
            path, "w", driver="GTiff", height=120, width=180, count=12, dtype="uint16", **layout
        ) as file,
    ):
        file.write(np.moveaxis(values, 2, 0))
        file.write_mask(np.ones((120, 180), bool))
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4])
    check(path, values)
    assert variables_of(path) == ()


def test_only_the_file_itself_is_read(tmp_path: Path) -> None:
    """OME-TIFF may name other files that hold the rest of the image."""
    for name in ("a", "b"):
        tifffile.imwrite(
            tmp_path / f"{name}.ome.tif", STACK[:6], metadata={"axes": "CYX"}, photometric="minisblack"
        )
    with tifffile.TiffFile(tmp_path / "a.ome.tif") as file:
        xml = file.ome_metadata
    assert xml is not None
    second = 'IFD="3" PlaneCount="3"><UUID FileName="b.ome.tif">urn:uuid:2</UUID></TiffData>'
    xml = xml.replace('PlaneCount="6"/>', f'PlaneCount="3"/><TiffData FirstC="3" {second}')
    assert "b.ome.tif" in xml
    tifffile.tiffcomment(tmp_path / "a.ome.tif", xml.encode())
    (tmp_path / "b.ome.tif").unlink()
    check(tmp_path / "a.ome.tif", VALUES[:, :, :6])


def test_pages_keep_their_place_and_their_missing_value(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    stack = STACK.copy()
    stack[:, 4, 5] = 7
    expected = np.where(np.moveaxis(stack, 0, 2) == 7, np.nan, np.moveaxis(stack, 0, 2))
    for page in stack:
        with rasterio.open(
            tmp_path / "page.tif",
            "w",
            driver="GTiff",
            height=20,
            width=30,
            count=1,
            dtype="uint16",
            nodata=7,
            crs="EPSG:32633",
            transform=Affine(30, 0, 3e5, 0, -30, 5e6),
        ) as file:
            file.write(page, 1)
        with tifffile.TiffFile(tmp_path / "page.tif") as single:
            copied = [
                (tag.code, tag.dtype, tag.count, tag.value, False)
                for tag in single.pages[0].tags.values()
                if tag.code > 33000
            ]
        tifffile.imwrite(path, page, append=True, extratags=copied, metadata=None)
    cube = check(path, expected)
    assert cube.georeference is not None
    assert cube.georeference.transform == (30, 0, 3e5, 0, -30, 5e6)


def test_pages_of_two_kinds_are_a_question(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    with tifffile.TiffWriter(path) as file:
        for number, page in enumerate(STACK):
            file.write(page.astype(np.float32) if number % 3 == 0 else page)
    names = [one.name for one in variables_of(path)]
    assert len(set(names)) == 2
    kept = [number for number in range(12) if number % 3]
    check(path, VALUES[:, :, kept], names[1])
    np.testing.assert_array_equal(open_cube(path, variable=names[1]).read(), VALUES[:, :, ::3])
