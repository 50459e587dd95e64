"""TIFF: real EnMAP tiles, and the ways in which bands are laid out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import tifffile
from affine import Affine

from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import CubeError


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(1).integers(1, 5000, (20, 30, 7)).astype(np.int16)


def geotiff(path: Path, values: np.ndarray, **profile: object) -> Path:
    lines, samples, bands = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=lines,
        width=samples,
        count=bands,
        dtype=values.dtype,
        crs="EPSG:32633",
        transform=Affine(30, 0, 3e5, 0, -30, 5e6),
        **profile,
    ) as file:
        file.write(np.moveaxis(values, 2, 0))
    return path


def test_enmap(data_folder: Path) -> None:
    tiles = sorted((data_folder / "enmap_potsdam" / "images").glob("*.tif"))
    cube = open_cube(tiles[0])
    assert cube.shape == (32, 32, 224)
    assert cube.nodata == -32768
    assert cube.scale == pytest.approx(1e-4)
    assert cube.wavelengths is not None
    assert cube.wavelengths[0] == pytest.approx(418.24)
    assert np.any(np.diff(cube.wavelengths) < 0)  # two detectors overlap
    assert np.flatnonzero(~cube.good_bands).tolist() == [129, 130, 131, 132, 133, 134]
    assert any("bands 130 to 135" in note for note in cube.notes)
    assert cube.georeference is not None
    assert cube.georeference.pixel_area == pytest.approx(900)
    assert "33N" in cube.georeference.crs
    assert np.isnan(cube.band(130)).all()
    with rasterio.open(tiles[0]) as source:
        stored = source.read([51, 3])
    window = cube.window(slice(4, 9), slice(2, None), [50, 2])
    np.testing.assert_allclose(window[:, :, 0], stored[0, 4:9, 2:] * 1e-4, rtol=1e-5)
    np.testing.assert_allclose(window[:, :, 1], stored[1, 4:9, 2:] * 1e-4, rtol=1e-5)


@pytest.mark.parametrize("interleave", ["band", "pixel"])
@pytest.mark.parametrize("compress", [None, "deflate"])
@pytest.mark.parametrize("tiled", [False, True])
def test_every_arrangement_reads_the_same(
    tmp_path: Path, values: np.ndarray, interleave: str, compress: str | None, tiled: bool
) -> None:
    extra: dict[str, object] = {"blockxsize": 16, "blockysize": 16} if tiled else {}
    if compress:
        extra["compress"] = compress
    cube = open_cube(geotiff(tmp_path / "x.tif", values, interleave=interleave, tiled=tiled, **extra))
    assert cube.interleave == {"band": "bsq", "pixel": "bip"}[interleave]
    np.testing.assert_array_equal(cube.read(), values)
    np.testing.assert_array_equal(cube.band(6), values[:, :, 6])
    np.testing.assert_array_equal(cube.spectrum(19, 29), values[19, 29])
    np.testing.assert_array_equal(
        cube.window(slice(2, 18, 3), slice(None), [5, 0, 5]), values[2:18:3][:, :, [5, 0, 5]]
    )


def test_a_stack_of_pages(tmp_path: Path, values: np.ndarray) -> None:
    stack = np.moveaxis(values, 2, 0)
    for name, options in {"raw": {}, "packed": {"compression": "zlib"}}.items():
        path = tmp_path / f"{name}.tif"
        tifffile.imwrite(path, stack, photometric="minisblack", **options)
        cube = open_cube(path)
        np.testing.assert_array_equal(cube.read(), values)
        np.testing.assert_array_equal(cube.band(3), values[:, :, 3])


@pytest.mark.parametrize(
    ("describe", "first"),
    [
        ("{:.1f} nm", 400.0),
        ("band ({:.1f} Nanometers)", 400.0),
        ("{:.1f}", 400.0),
        ("Band 1 ({:.1f} Nanometers)", 400.0),
        ("B{:.0f}", None),
        (None, None),
    ],
)
def test_wavelengths_from_descriptions(
    tmp_path: Path, values: np.ndarray, describe: str | None, first: float | None
) -> None:
    path = geotiff(tmp_path / "x.tif", values)
    with rasterio.open(path, "r+") as file:
        for band in file.indexes:
            if describe:
                file.set_band_description(band, describe.format(350 + 50 * band))
    cube = open_cube(path)
    if first is None:
        assert cube.wavelengths is None
    else:
        assert cube.wavelengths is not None
        np.testing.assert_allclose(cube.wavelengths, 400 + 50 * np.arange(7))


def test_numbers_of_bands_are_no_wavelengths(tmp_path: Path) -> None:
    values = np.ones((4, 5, 120), np.uint8)
    for first in (0, 1):
        path = geotiff(tmp_path / "x.tif", values)
        with rasterio.open(path, "r+") as file:
            for band in file.indexes:
                file.set_band_description(band, str(band - 1 + first))
        assert open_cube(path).wavelengths is None
    path = geotiff(tmp_path / "x.tif", values[:, :, :3])
    with rasterio.open(path, "r+") as file:
        file.descriptions = ("8", "4", "3")
    assert open_cube(path).wavelengths is None
    with rasterio.open(path, "r+") as file:
        file.descriptions = ("450 nm", "NDVI", "650 nm")
    cube = open_cube(path)
    assert cube.wavelengths is None
    assert any("2 of 3 band descriptions" in note for note in cube.notes)


@pytest.mark.parametrize("place", ["imagery", "bands", "file", "list"])
def test_wavelengths_from_tags(tmp_path: Path, values: np.ndarray, place: str) -> None:
    path = geotiff(tmp_path / "x.tif", values)
    waves = {band: 0.4 + band / 50 for band in range(1, 8)}
    with rasterio.open(path, "r+") as file:
        for band, wave in waves.items():
            if place == "imagery":
                file.update_tags(band, ns="IMAGERY", CENTRAL_WAVELENGTH_UM=str(wave))
            elif place == "bands":
                file.update_tags(band, WAVELENGTH=str(wave), wavelength_units="Micrometers")
            elif place == "file":
                file.update_tags(**{f"Band_{band}": f"{wave} Micrometers"})
        if place == "list":
            listed = "{" + ", ".join(map(str, waves.values())) + "}"
            file.update_tags(wavelength=listed, wavelength_units="um")
    cube = open_cube(path)
    np.testing.assert_allclose(cube.wavelengths, 1000 * np.array(list(waves.values())))
    assert cube.georeference is not None
    assert cube.georeference.transform == (30, 0, 3e5, 0, -30, 5e6)


@pytest.mark.parametrize("place", ["names", "descriptions", "imagej", "metadata", "none"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_wavelengths_of_pages(
    tmp_path: Path, values: np.ndarray, place: str, compression: str | None
) -> None:
    path = tmp_path / "x.tif"
    stack = np.moveaxis(values.astype(np.uint16), 2, 0)
    waves = 450.0 + 10 * np.arange(7)
    texts = [f"{wave} nm" for wave in waves]
    if place == "imagej":
        labels = {"axes": "CYX", "Labels": texts}
        tifffile.imwrite(path, stack, imagej=True, metadata=labels, compression=compression)
    elif place == "metadata":
        stated = {"wavelengths": waves.tolist(), "wavelength_units": "nm"}
        tifffile.imwrite(path, stack, photometric="minisblack", metadata=stated, compression=compression)
    else:
        with tifffile.TiffWriter(path) as file:
            for page, text in zip(stack, texts, strict=True):
                file.write(
                    page,
                    contiguous=False,
                    metadata=None,
                    compression=compression,
                    description=text if place == "descriptions" else None,
                    extratags=[(285, "s", 0, text, False)] if place == "names" else [],
                )
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), values)
    np.testing.assert_array_equal(
        cube.window(slice(2, 5), slice(3, 4), [6, 1]), values[2:5, 3:4][:, :, [6, 1]]
    )
    if place == "none":
        assert cube.wavelengths is None
    else:
        np.testing.assert_array_equal(cube.wavelengths, waves)
        assert any("come from" in note for note in cube.notes)


def test_a_cube_written_line_by_line(tmp_path: Path) -> None:
    scene = simulate("fruit", lines=40, samples=56).cube.read()
    tifffile.imwrite(tmp_path / "x.tif", scene, photometric="minisblack")
    cube = open_cube(tmp_path / "x.tif")
    np.testing.assert_array_equal(cube.read(), scene)
    assert any("Each page was read as one line" in note for note in cube.notes)
    tifffile.imwrite(tmp_path / "x.tif", np.moveaxis(scene, 2, 0), photometric="minisblack")
    np.testing.assert_array_equal(open_cube(tmp_path / "x.tif").read(), scene)


def test_a_damaged_page_is_named(tmp_path: Path, values: np.ndarray) -> None:
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, np.moveaxis(values, 2, 0), photometric="minisblack", compression="zlib")
    with tifffile.TiffFile(path) as file:
        page = file.pages[4]
        start, size = page.dataoffsets[0], page.databytecounts[0]
    content = bytearray(path.read_bytes())
    content[start : start + size] = b"\xff" * size
    path.write_bytes(content)
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.band(3), values[:, :, 3])
    with pytest.raises(CubeError, match=r"x\.tif"):
        cube.band(4)


def test_bands_with_scales_of_their_own(tmp_path: Path, values: np.ndarray) -> None:
    values[0, 0] = -1
    path = geotiff(tmp_path / "x.tif", values, nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales = [1e-4 * (1 + band) for band in range(7)]
        file.offsets = [0.5] * 7
    cube = open_cube(path)
    assert isinstance(cube.data, WindowedArray)
    expected = values * (1e-4 * (1 + np.arange(7))) + 0.5
    expected[0, 0] = np.nan
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-5)


def test_what_is_no_tiff_is_named(tmp_path: Path, values: np.ndarray) -> None:
    path = geotiff(tmp_path / "x.tif", values, compress="deflate")
    whole = path.read_bytes()
    for content in (b"", b"II*\x00", b"text", whole[:30]):
        path.write_bytes(content)
        with pytest.raises(CubeError, match=r"x\.tif"):
            open_cube(path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CubeError, match=r"x\.tif"):
        open_cube(path).read()


def test_a_lazy_array_is_indexed_like_numpy() -> None:
    values = np.arange(5 * 6 * 7).reshape(5, 6, 7)
    lazy = WindowedArray(
        (5, 6, 7), values.dtype, lambda lines, samples, bands: values[lines, samples][:, :, bands]
    )
    everything = slice(None)
    for key in (
        1,
        -1,
        everything,
        (2, 3),
        (2, 3, 4),
        (everything, -2, [3, 1]),
        (slice(4, 0, -2), 1),
        (slice(3, 3), everything, 0),
        (everything, everything, slice(6, None, -3)),
        (slice(1, 4), slice(None, None, 2), [0, 0, 6]),
    ):
        np.testing.assert_array_equal(lazy[key], values[key])
