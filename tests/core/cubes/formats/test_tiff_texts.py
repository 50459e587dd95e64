"""What else a GeoTIFF holds: masks, alpha, fields of ENVI headers, and a header beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.enums import ColorInterp

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import can_open, open_cube
from s3fn_core.errors import CubeError

VALUES = np.random.default_rng(0).integers(1, 5000, (20, 30, 5)).astype(np.uint16)
WAVES = [450.0, 500, 600, 700, 800]
MASK = np.add.outer(np.arange(20), np.arange(30)) > 9
MASKED = np.where(MASK[:, :, None], VALUES, np.nan)
PLACE = {"crs": "EPSG:32633", "transform": Affine(30, 0, 3e5, 0, -30, 5e6)}


def geotiff(path: Path, values: np.ndarray, **profile: object) -> Path:
    lines, samples, bands = values.shape
    profile = {"height": lines, "width": samples, "count": bands, "dtype": values.dtype, **profile}
    with rasterio.open(path, "w", driver="GTiff", **profile) as file:
        file.write(np.moveaxis(values, 2, 0))
    return path


def check(cube: Cube, expected: np.ndarray, *notes: str) -> None:
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-6)
    window = cube.window(slice(3, 8), slice(2, 9), [4, 1])
    np.testing.assert_allclose(window, expected[3:8, 2:9][:, :, [4, 1]], rtol=1e-6)
    for note in notes:
        assert any(note in told for told in cube.notes), cube.notes


def test_an_alpha_band_is_a_mask_and_costs_no_wavelengths(tmp_path: Path) -> None:
    alpha = np.where(MASK, 65535, 0).astype(np.uint16)
    path = geotiff(tmp_path / "x.tif", np.dstack([VALUES, alpha]), **PLACE)
    with rasterio.open(path, "r+") as file:
        file.colorinterp = [ColorInterp.undefined] * 5 + [ColorInterp.alpha]
        for band, wave in enumerate(WAVES, 1):
            file.set_band_description(band, f"{wave} nm")
    cube = open_cube(path)
    assert cube.bands == 5
    np.testing.assert_array_equal(cube.wavelengths, WAVES)
    check(cube, MASKED, "alpha channel")


def test_a_measured_band_is_none_though_gdal_calls_it_so(tmp_path: Path) -> None:
    """Four bands of bytes are red, green, blue and alpha, unless somebody says otherwise."""
    values = (VALUES[:, :, :4] % 256).astype(np.uint8)
    path = geotiff(tmp_path / "x.tif", values, photometric="RGB")
    with rasterio.open(path, "r+") as file:
        file.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
        file.descriptions = ["650 nm", "550 nm", "450 nm", "850 nm"]
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.read(), values)
    np.testing.assert_array_equal(cube.wavelengths, [650, 550, 450, 850])


@pytest.mark.parametrize("inside", [True, False])
def test_masks_inside_and_beside(tmp_path: Path, inside: bool) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES, **PLACE)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=inside), rasterio.open(path, "r+") as file:
        file.write_mask(MASK)
    assert (tmp_path / "x.tif.msk").exists() != inside
    check(open_cube(path), MASKED, "holds a mask")


def test_masks_of_a_stack(tmp_path: Path) -> None:
    for band in range(5):
        path = geotiff(tmp_path / f"b_{WAVES[band]:.0f}nm.tif", VALUES[:, :, band : band + 1], **PLACE)
        if band % 2:
            with rasterio.open(path, "r+") as file:
                file.write_mask(MASK)
    expected = VALUES.astype(float)
    expected[:, :, 1::2] = MASKED[:, :, 1::2]
    check(open_cube(tmp_path), expected, "hold masks")


def test_each_image_of_a_stack_has_its_scale_and_missing_value(tmp_path: Path) -> None:
    expected = VALUES.astype(float)
    for band in range(5):
        stored = VALUES[:, :, band : band + 1].copy()
        stored[band, band] = 6000 + band
        path = geotiff(tmp_path / f"b{band}.tif", stored, nodata=6000 + band, **PLACE)
        with rasterio.open(path, "r+") as file:
            file.scales, file.offsets = [0.1 * (1 + band)], [band - 1]
        expected[:, :, band] = expected[:, :, band] * 0.1 * (1 + band) + band - 1
        expected[band, band, band] = np.nan
    check(open_cube(tmp_path), expected)


@pytest.mark.parametrize("unit", ["Micrometers", "Nanometers", ""])
def test_the_domain_envi(tmp_path: Path, unit: str) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES, **PLACE)
    waves = [wave / 1000 if unit != "Nanometers" else wave for wave in WAVES]
    fields = {
        "wavelength": "{" + ", ".join(map(str, waves)) + "}",
        "bbl": "{1, 1, 0, 1, 1}",
        "data_gain_values": "{0.1, 0.2, 0.3, 0.4, 0.5}",
        "data_ignore_value": str(VALUES[3, 3, 1]),
        "default_bands": "{4, 3, 1}",
    }
    with rasterio.open(path, "r+") as file:
        file.update_tags(ns="ENVI", **fields, **({"wavelength_units": unit} if unit else {}))
    cube = open_cube(path)
    np.testing.assert_allclose(cube.wavelengths, WAVES)
    assert cube.good_bands.tolist() == [True, True, False, True, True]
    assert cube.default_bands == (3, 2, 0)
    expected = np.where(VALUES[3, 3, 1] == VALUES, np.nan, VALUES * [0.1, 0.2, 0.3, 0.4, 0.5])
    check(cube, expected, "data gain values")


def beside(folder: Path, name: str, lines: int = 20) -> Path:
    header = folder / name
    header.write_text(
        f"ENVI\nsamples = 30\nlines = {lines}\nbands = 5\nheader offset = 0\nfile type = TIFF\n"
        "data type = 12\ninterleave = bip\nbyte order = 0\n"
        f"wavelength units = Nanometers\nwavelength = {{{WAVES}}}\n"
        "bbl = {1, 0, 1, 1, 1}\nreflectance scale factor = 10000\n".replace("[", "").replace("]", "")
    )
    return header


@pytest.mark.parametrize("name", ["x.hdr", "x.tif.hdr"])
def test_a_header_beside_a_tiff(tmp_path: Path, name: str) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES, **PLACE)
    header = beside(tmp_path, name)
    assert can_open(header)
    for opened in (path, header):
        cube = open_cube(opened)
        np.testing.assert_array_equal(cube.wavelengths, WAVES)
        assert cube.good_bands.tolist() == [True, False, True, True, True]
        check(cube, VALUES / 10000, f"{name} describes the image")
        assert cube.path == path
    beside(tmp_path, name, lines=21)
    assert open_cube(path).wavelengths is None  # of another image


def test_points_and_models_instead_of_a_place_are_told(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES)
    points = [
        GroundControlPoint(row, col, 3e5 + 30 * col, 5e6 - 30 * row)
        for row, col in ((0, 0), (0, 29), (19, 0))
    ]
    with rasterio.open(path, "r+") as file:
        file.gcps = points, rasterio.CRS.from_epsg(32633)
    cube = open_cube(path)
    assert cube.georeference is None
    check(cube, VALUES, "3 control points")


@pytest.mark.parametrize("called", ["Alpha channel", "Band 6", "mask", "Opacity"])
def test_an_alpha_band_that_is_called_so(tmp_path: Path, called: str) -> None:
    alpha = np.where(MASK, 65535, 0).astype(np.uint16)
    path = geotiff(tmp_path / "x.tif", np.dstack([VALUES, alpha]), **PLACE)
    with rasterio.open(path, "r+") as file:
        if called == "Band 6":
            file.colorinterp = [ColorInterp.undefined] * 5 + [ColorInterp.alpha]
        file.descriptions = [*(f"{wave} nm" for wave in WAVES), called]
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.wavelengths, WAVES)
    check(cube, MASKED, "alpha channel")


@pytest.mark.parametrize("tag", ["wavelength", "CenterWavelength", "center_wavelength", "DESCRIPTION"])
def test_wavelengths_among_the_tags_of_bands(tmp_path: Path, tag: str) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES)
    with rasterio.open(path, "r+") as file:
        for band, wave in enumerate(WAVES, 1):
            file.update_tags(band, **{tag: f"{wave} nm"})
    np.testing.assert_array_equal(open_cube(path).wavelengths, WAVES)


def test_fields_of_a_header_among_the_tags_of_the_file(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES)
    with rasterio.open(path, "r+") as file:
        file.update_tags(bbl="{1, 0, 1, 1, 1}", reflectance_scale_factor="10000", wavelength=str(WAVES))
    cube = open_cube(path)
    assert cube.good_bands.tolist() == [True, False, True, True, True]
    np.testing.assert_array_equal(cube.wavelengths, WAVES)
    check(cube, VALUES / 10000)


WAVES_AND_PLACE = (
    f"wavelength = {{{', '.join(map(str, WAVES))}}}\n"
    "map info = {UTM, 1, 1, 300000, 5000000, 30, 30, 33, North, WGS-84}\n"
)


def headed(path: Path, kind: str, lines: str = "20") -> Path:
    header = path.with_suffix(".hdr")
    fields = f"samples = 30\nlines = {lines}\nbands = 5\ndata type = 12\ninterleave = bip\n{kind}"
    header.write_text(f"ENVI\n{fields}{WAVES_AND_PLACE}")
    return header


@pytest.mark.parametrize("kind", ["", "file type = ENVI Standard\n", "file type = GeoTIFF\n"])
def test_a_header_without_data_is_that_of_the_tiff(tmp_path: Path, kind: str) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES)
    for name in (headed(path, kind), path):
        cube = open_cube(name)
        np.testing.assert_array_equal(cube.wavelengths, WAVES)
        assert cube.georeference is not None
        assert cube.georeference.transform == tuple(PLACE["transform"])[:6]
        check(cube, VALUES, "x.hdr describes the image")


def test_a_header_of_another_image_is_left_out(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "x.tif", VALUES)
    header = headed(path, "file type = TIFF\n", lines="20.0")
    np.testing.assert_array_equal(open_cube(path).wavelengths, WAVES)
    headed(path, "file type = TIFF\n", lines="21")
    cube = open_cube(path)
    assert cube.wavelengths is None
    assert any("another size" in note for note in cube.notes)
    geotiff(path, VALUES[:, :, :3])  # a quick-look
    headed(path, "")
    with pytest.raises(CubeError, match="data file is missing"):
        open_cube(header)


@pytest.mark.parametrize(("mission", "g"), [("ENMAP01-____L2A-DT1-", "G"), ("DESIS-HSI-L2A-DT1-", "g")])
def test_the_metadata_of_enmap_and_desis(tmp_path: Path, mission: str, g: str) -> None:
    stored = VALUES.astype(np.int16)
    stored[3, 4] = -32768
    path = geotiff(tmp_path / f"{mission}SPECTRAL_IMAGE.TIF", stored)
    o = {"G": "O", "g": "o"}[g]
    bands = "".join(
        f'<bandID number="{i}"><wavelengthCenterOfBand>{wave}</wavelengthCenterOfBand>'
        f"<{g}ainOfBand>{i}E-4</{g}ainOfBand><{o}ffsetOfBand>{i}</{o}ffsetOfBand></bandID>"
        for i, wave in enumerate(WAVES, 1)
    )
    text = f"<level_X><specific><backgroundValue>-32768</backgroundValue>{bands}</specific></level_X>"
    (tmp_path / f"{mission}METADATA.XML").write_text(text)
    cube = open_cube(path)
    np.testing.assert_array_equal(cube.wavelengths, WAVES)
    expected = np.where(stored == -32768, np.nan, stored * (np.arange(1, 6) * 1e-4) + np.arange(1, 6))
    check(cube, expected, "METADATA.XML describes the image")
    geotiff(path, stored[:, :, :3])
    assert any("5 wavelengths for 3 bands" in note for note in open_cube(path).notes)
