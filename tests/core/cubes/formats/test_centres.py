"""Wavelengths wherever a file keeps them, and numbers that are none."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
from scipy.io import netcdf_file, savemat

from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.mapped import MappedArray
from tests.core.cubes.formats.envi.envi_bytes import EXPECTED, pair, text

WAVES = np.array([450.5, 500, 612.25, 700, 801])
VALUES = np.random.default_rng(0).random((6, 7, 5)).astype(np.float32)


def check(path: Path, note: str = "") -> None:
    cube = open_cube(path)
    assert cube.wavelengths is not None, cube.notes
    np.testing.assert_allclose(cube.wavelengths, WAVES, rtol=1e-6)
    assert not note or any(note in told for told in cube.notes), cube.notes


def joined(form: str, between: str = ", ") -> str:
    return between.join(form.format(i + 1, wave) for i, wave in enumerate(WAVES))


COMMAS = joined("{1}", "; ").replace(".", ",")


@pytest.mark.parametrize(
    "field",
    [
        f"wavelengths = {{{joined('{1}')}}}",
        f"Wavelength (nm) = {{{joined('{1}')}}}",
        f"center wavelength = {{{joined('{1}')}}}\nwavelength units = nm",
        f"band names = {{{joined('Band {0} ({1:.2f} Nanometers)')}}}",
        f"band names = {{\n{joined('Reflectance {0} ({1:.2f} nm)', chr(10) + ', ')}}}",
        f"band names = {{{joined('Band {0} ({1:.2f} nm)').replace('.', ',')}}}",
        f"wavelength = {{{joined('{1} nm')}}}",
        f"wavelength = {{{COMMAS}}}",
        f"wavelength = {{{COMMAS.replace(';', ' ;')}}}",
        f"wavelength = {{\n{COMMAS.replace('; ', ' ;' + chr(10))}\n}}",
        f"wavelength = {{{COMMAS.replace(';', '')}}}",
        "wavelength = {" + ", ".join(f'"{wave}"' for wave in WAVES).replace(".", ",") + "}",
        f"band names = {{{joined('Wavelength {1:.2f}')}}}",
        f"band names = {{{joined('lambda={1:.2f}')}}}",
        f"band names = {{{joined('Band {0}, {1:.2f} nm')}}}",
        f"wavenumber = {{{', '.join(f'{1e7 / wave:.4f}' for wave in WAVES)}}}",
        f"wavelength_angstrom = {{{', '.join(f'{wave * 10:.1f}' for wave in WAVES)}}}",
        f"wavelength = {{1, 2}}\nband names = {{{joined('{1:.2f} nm')}}}",
    ],
)
def test_in_an_envi_header(tmp_path: Path, field: str) -> None:
    path = pair(tmp_path, text(more=f"{field}\n"))
    check(path)
    np.testing.assert_array_equal(open_cube(path).read(), EXPECTED)


def test_gains_with_decimal_commas(tmp_path: Path) -> None:
    more = "data gain values = {0,5; 0,25; 1; 2; 3}\nbbl = {1; 1; 0; 1; 1}\n"
    cube = open_cube(pair(tmp_path, text(more=more)))
    np.testing.assert_allclose(cube.read(), EXPECTED * [0.5, 0.25, 1, 2, 3])
    assert cube.good_bands.tolist() == [True, True, False, True, True]


@pytest.mark.parametrize(
    "place",
    [
        *("numbers", "bytes", "united", "names", "samples", "lines", "commas", "unit", "text", "table"),
        *("column", "wavenumber", "packed", "texts", "named", "angstrom"),
    ],
)
def test_in_an_hdf5_file(tmp_path: Path, place: str) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = VALUES
        if place == "numbers":
            file["wavelength"] = [str(wave) for wave in WAVES]
        elif place == "bytes":
            file["wavelength"] = np.array([str(wave) for wave in WAVES], "S9")
        elif place == "united":
            file["meta/wavelength"] = [f"{wave} nm" for wave in WAVES]
        elif place == "names":
            file["band_names"] = [f"Band {i} ({wave} nm)" for i, wave in enumerate(WAVES)]
        elif place == "samples":  # each sample of a pushbroom camera has its own
            file["wavelength"] = WAVES + np.linspace(-0.3, 0.3, 7)[:, None]
        elif place == "lines":
            file["wavelength"] = (WAVES + np.linspace(-0.3, 0.3, 6)[:, None]).T
        elif place == "commas":
            file["cube"].attrs["wavelength"] = COMMAS
        elif place == "text":
            file["wavelength"] = COMMAS
        elif place == "table":
            rows = [(i, wave, 5.0) for i, wave in enumerate(WAVES)]
            file["bands"] = np.array(rows, [("id", "i4"), ("wavelength", "f8"), ("fwhm", "f4")])
        elif place == "column":
            file["wavelength"] = np.column_stack([np.arange(5), WAVES, np.full(5, 9.0)])
        elif place == "wavenumber":
            file["wavenumber"] = 1e7 / WAVES
        elif place == "packed":
            file["wavelength"] = np.round(WAVES * 100).astype(np.int32)
            file["wavelength"].attrs["scale_factor"] = 0.01
        elif place == "texts":
            file["cube"].attrs["wavelength"] = [f"{wave} nm" for wave in WAVES]
        elif place == "named":
            file["cube"].attrs["band_names"] = joined("Band {0} ({1} nm)")
        elif place == "angstrom":
            file["wavelength_angstrom"] = WAVES * 10
        else:
            file["wavelength"], file["wavelength_units"] = WAVES / 1e3, "Micrometers"
    check(tmp_path / "x.h5", "means of those" if place in ("samples", "lines") else "come from")


def test_in_a_classic_netcdf_file(tmp_path: Path) -> None:
    with netcdf_file(tmp_path / "x.nc", "w") as file:
        for name, size in zip(("y", "x", "band", "letters"), (*VALUES.shape, 9), strict=True):
            file.createDimension(name, size)
        file.createVariable("cube", "f4", ("y", "x", "band"))[:] = VALUES
        names = file.createVariable("wavelength", "c", ("band", "letters"))
        names[:] = np.array([f"{wave} nm" for wave in WAVES], "S9").view("S1").reshape(5, 9)
    check(tmp_path / "x.nc")


@pytest.mark.parametrize("suffix", ["npz", "mat"])
def test_in_an_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    content = {"cube": VALUES, "wavelengths": WAVES + np.linspace(-0.3, 0.3, 7)[:, None]}
    np.savez(path, **content) if suffix == "npz" else savemat(path, content)
    check(path, "means of those")
    if suffix == "npz":
        np.savez(path, cube=VALUES, wavelength=[f"{wave} nm" for wave in WAVES])
        check(path)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["19840301", "19840402", "19850301", "19860301", "19870301"], "not wavelengths of light"),
        (["1984", "1985", "1990", "1995", "2001"], "counts or dates"),
        (["2015.01", "2015.02", "2015.05", "2015.08", "2016.11"], "counts or dates"),
        (["105", "121", "137", "153", "361"], "counts or dates"),
        (["1", "2", "3", "5", "8"], ""),
        (["50", "60.5", "70", "80", "99000"], "not wavelengths of light"),
    ],
)
def test_numbers_that_are_none(tmp_path: Path, names: list[str], told: str) -> None:
    path = tmp_path / "x.tif"
    with rasterio.open(path, "w", driver="GTiff", height=6, width=7, count=5, dtype="float32") as file:
        file.write(np.moveaxis(VALUES, 2, 0))
        file.descriptions = names
    header = pair(tmp_path, text(more=f"band names = {{{', '.join(names)}}}\n"))
    for cube in (open_cube(path), open_cube(header)):
        assert cube.wavelengths is None
        assert not told or any(told in note for note in cube.notes), cube.notes


@pytest.mark.parametrize("waves", [[1, 2, 3, 4, 50], [2e8, 3e8, 4e8, 5e8, 6e8]])
def test_beyond_light_there_is_no_wavelength(tmp_path: Path, waves: list[float]) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"], file["wavelength"] = VALUES, waves
        file["wavelength"].attrs["units"] = "nm"
    cube = open_cube(tmp_path / "x.h5")
    header = f"wavelength = {{{', '.join(map(str, waves))}}}\nwavelength units = nm\n"
    for cube in (open_cube(tmp_path / "x.h5"), open_cube(pair(tmp_path, text(more=header)))):
        assert cube.wavelengths is None or cube.wavelengths.min() >= 100
        assert any("avelengths" in note for note in cube.notes)


def test_bands_whose_wavelength_is_zero_are_left_out(tmp_path: Path) -> None:
    more = "wavelength = {0, 500, 600, 0, 800}\nbbl = {0, 1, 0, 1, 1}\ndefault bands = {5, 3, 2}\n"
    cube = open_cube(pair(tmp_path, text(more=more)))
    np.testing.assert_array_equal(cube.wavelengths, [500, 600, 800])
    np.testing.assert_array_equal(cube.read(), EXPECTED[:, :, [1, 2, 4]])
    np.testing.assert_array_equal(cube.band(2), EXPECTED[:, :, 4])
    assert (cube.good_bands.tolist(), cube.default_bands) == ([True, False, True], (2, 1, 0))
    assert any("left out: band 1, band 4" in note for note in cube.notes)
    cube = open_cube(pair(tmp_path, text(more="wavelength = {0, 0, 600, 700, 800}\n")))
    assert isinstance(cube.data, MappedArray)  # what is left is one stretch
    assert open_cube(pair(tmp_path, text(more="wavelength = {0, 0, 0, 700, 800}\n"))).wavelengths is None


@pytest.mark.parametrize("fill", [np.nan, -9999.0])
def test_bands_whose_wavelength_is_missing_are_left_out(tmp_path: Path, fill: float) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"], file["wavelength"] = VALUES, [fill, *WAVES[1:]]
        file["wavelength"].attrs["_FillValue"] = -9999.0
    cube = open_cube(tmp_path / "x.h5")
    np.testing.assert_array_equal(cube.wavelengths, WAVES[1:])
    np.testing.assert_array_equal(cube.read(), VALUES[:, :, 1:])


@pytest.mark.parametrize("suffix", ["h5", "npz", "mat"])
def test_bad_bands_beside_the_cube(tmp_path: Path, suffix: str) -> None:
    path, content = tmp_path / f"x.{suffix}", {"cube": VALUES, "bbl": np.array([1, 0, 1, 1, 0])}
    if suffix == "h5":
        with h5py.File(path, "w") as file:
            file["cube"] = VALUES
            file["cube"].attrs["bbl"] = "{1, 0, 1, 1, 0}"
    else:
        np.savez(path, **content) if suffix == "npz" else savemat(path, content)
    assert open_cube(path).good_bands.tolist() == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("name", "attributes", "scale"),
    [
        ("b", {"standard_name": "radiation_wavelength", "units": "um"}, True),
        ("b", {"units": "micrometers"}, True),
        ("centre", {"long_name": "Central wavelength of the band", "units": "um"}, False),
    ],
)
def test_what_is_called_wavelengths_by_its_attributes(
    tmp_path: Path, name: str, attributes: dict[str, str], scale: bool
) -> None:
    with h5py.File(tmp_path / "x.nc", "w") as file:
        file["cube"], file[name] = VALUES, WAVES / 1e3
        file["fwhm"] = np.full(5, 9.0)
        file["fwhm"].attrs["long_name"] = "Width in wavelength"
        file[name].attrs.update(attributes)
        if scale:
            file[name].make_scale(name)
            file["cube"].dims[2].attach_scale(file[name])
    check(tmp_path / "x.nc")
