"""The cube itself."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube, Georeference, valid_pixels
from s3fn_core.cubes.formats import SUFFIXES, can_open, file_filter
from s3fn_core.cubes.formats.goodbands import without_empty_bands
from s3fn_core.errors import CubeError


def cube(**changes: object) -> Cube:
    values = np.arange(2 * 3 * 4, dtype=np.uint16).reshape(2, 3, 4)
    return Cube(values, "x", wavelengths=np.array([700.0, 500, 600, 400])).with_(**changes)


def test_stored_values_become_reflectance() -> None:
    block = cube(scale=0.5, nodata=5.0).window(slice(None), slice(0, 2), [1, 3])
    assert block.dtype == np.float32
    np.testing.assert_array_equal(block[0], [[0.5, 1.5], [np.nan, 3.5]])


def test_a_band_counts_from_the_end_too() -> None:
    np.testing.assert_array_equal(cube().band(-1), [[3, 7, 11], [15, 19, 23]])


def test_what_lies_outside_is_said() -> None:
    with pytest.raises(CubeError, match="bands 0 to 3"):
        cube().band(4)
    with pytest.raises(CubeError, match="outside"):
        cube().spectrum(2, 0)
    with pytest.raises(CubeError, match="2 wavelengths for 4 bands"):
        cube(wavelengths=np.array([1.0, 2.0]))
    with pytest.raises(CubeError, match="three axes"):
        Cube(np.zeros((2, 2)), "x")


def test_background_is_zero_or_missing_in_every_band() -> None:
    block = np.zeros((1, 4, 3), np.float32)
    block[0, 1, 2] = 0.1
    block[0, 2] = np.nan
    block[0, 3] = (np.nan, 0.2, 0)
    assert valid_pixels(block).tolist() == [[False, True, False, True]]


def test_empty_bands_are_found_but_an_empty_border_is_none() -> None:
    values = np.ones((40, 40, 6), np.float32)
    values[:, :, 2:4] = -1
    values[:10] = -1
    found = without_empty_bands(Cube(values, "x", nodata=-1.0))
    assert found.good_bands.tolist() == [True, True, False, False, True, True]
    assert "bands 3 to 4" in found.notes[0]
    empty = Cube(np.full((40, 40, 6), np.nan, np.float32), "x")
    assert without_empty_bands(empty).good_bands.all()
    large = np.full((3, 200, 400, 40), 1, np.float32)[0]
    large[:, :, 7] = np.nan
    assert np.flatnonzero(~without_empty_bands(Cube(large, "x")).good_bands).tolist() == [7]


def test_pixel_area() -> None:
    assert Georeference("", (2.0, 0.0, 5.0, 0.0, -3.0, 7.0)).pixel_area == 6


def test_the_file_dialog_knows_every_suffix() -> None:
    first = file_filter().split(";;")[0]
    assert all(f"*{suffix}" in first for suffix in SUFFIXES)
    assert not can_open("nowhere.hdr")
