"""The cube itself."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import tifffile

from s3fn_core.cubes.cube import Cube, Georeference, valid_pixels
from s3fn_core.cubes.formats import SUFFIXES, can_open, file_filter, open_cube, write_envi
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


@pytest.mark.parametrize("flags", [[1, 0, 1, 1], np.array([1.0, 0, 1, 1]), (True, False, True, True)])
def test_good_bands_may_be_written_as_in_a_bbl(flags: object) -> None:
    good = cube(good_bands=flags).good_bands
    assert good.dtype == bool
    assert good.tolist() == [True, False, True, True]


@pytest.mark.parametrize("flags", [[True] * 3, [0, 2], [0, 1, 2, 3], [1, 0, 1, 0.5], [[1, 0, 1, 1]], "1011"])
def test_what_is_no_list_of_good_bands_is_refused(flags: object) -> None:
    with pytest.raises(CubeError, match=r"x: good_bands must say True or False .* of the 4 bands"):
        cube(good_bands=flags)


def test_data_of_other_bands_need_their_own_bad_bands() -> None:
    half = {"data": np.zeros((2, 3, 2)), "wavelengths": None}
    assert cube(default_bands=(3, 2, 1)).with_(**half).default_bands == ()
    assert cube().with_(**half).good_bands.tolist() == [True, True]
    with pytest.raises(CubeError, match="each of the 2 bands"):
        cube(good_bands=[1, 0, 1, 1]).with_(**half)


@pytest.fixture(scope="module", params=["memory", "envi", "tiff"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """The same 6 x 5 x 4 values in memory, memory-mapped and read by windows."""
    values = np.arange(6 * 5 * 4, dtype=np.float32).reshape(6, 5, 4)
    folder = tmp_path_factory.mktemp("stored")
    if request.param == "memory":
        return Cube(values, "x")
    if request.param == "envi":
        return open_cube(write_envi(values, folder / "x.hdr"))
    tifffile.imwrite(folder / "x.tif", values.transpose(2, 0, 1), tile=(16, 16), planarconfig="separate")
    return open_cube(folder / "x.tif")


EVEN = [True, False] * 3
PLACES = {
    "slices": ((slice(1, 4), slice(None, None, -2), slice(1, 3)), ([1, 2, 3], [4, 2, 0], [1, 2])),
    "numbers": (([3, 0, 3], [-1, 2], [2, 0, 2]), ([3, 0, 3], [4, 2], [2, 0, 2])),
    "lists of one length": (([0, 1], [2, 3], [0, 1]), ([0, 1], [2, 3], [0, 1])),
    "integers": ((2, np.int64(-1), 3), ([2], [4], [3])),
    "one integer": ((2, slice(3), (0, 1)), ([2], [0, 1, 2], [0, 1])),
    "masks": ((EVEN, np.array(EVEN[:5]), np.array([0, 1, 0, 1], bool)), ([0, 2, 4], [0, 2, 4], [1, 3])),
    "whole floats": (([2.0], 1.0, np.array([3.0, 1.0])), ([2], [1], [3, 1])),
    "nothing": (([], slice(2, 2), []), ([], [], [])),
}


@pytest.mark.parametrize("name", PLACES)
def test_every_cube_means_the_same_by_a_window(stored: Cube, name: str) -> None:
    asked, meant = PLACES[name]
    values = np.arange(6 * 5 * 4, dtype=np.float32).reshape(6, 5, 4)
    expected = values[np.ix_(*(np.array(places, int) for places in meant))]
    np.testing.assert_array_equal(stored.window(*asked), expected)


@pytest.mark.parametrize(
    "bands", [[2.9, 3.7], [True, False], [4], [-5], "12", [[0, 1]], [np.nan], [[0], [1, 2]], None, 1.5]
)
def test_what_is_no_place_in_a_cube_is_refused(stored: Cube, bands: object) -> None:
    with pytest.raises(CubeError, match=f"{stored.name} has"):
        stored.window(slice(None), slice(None), bands)  # type: ignore[arg-type]


def test_lines_and_bands_are_counted_in_whole_numbers(stored: Cube) -> None:
    for ask in (lambda: stored.spectrum(1.5, 0), lambda: stored.band(2.9)):  # type: ignore[arg-type]
        with pytest.raises(CubeError, match=r"lines|bands"):
            ask()
    with pytest.raises(CubeError, match="whole numbers"):
        stored.window(slice(0, 2.5), slice(None))


TILE = Georeference("", (2.0, 0.5, 100.0, 0.25, -3.0, 70.0))


def test_a_part_of_a_cube_lies_where_it_lay(stored: Cube) -> None:
    whole = stored.with_(georeference=TILE, good_bands=[1, 0, 1, 1])
    part = whole.crop(slice(2, 5), slice(1, None))
    assert part.shape == (3, 4, 4)
    np.testing.assert_array_equal(part.read(), whole.read()[2:5, 1:])
    np.testing.assert_array_equal(part.window([2, 0], [1], [3]), whole.read()[[4, 2]][:, [2]][..., [3]])
    a, b, x, d, e, y = part.georeference.transform
    assert (a, b, d, e) == (2.0, 0.5, 0.25, -3.0)
    assert (x, y) == (2 * 1 + 0.5 * 2 + 100, 0.25 * 1 - 3 * 2 + 70)
    assert part.good_bands.tolist() == [True, False, True, True]
    with pytest.raises(CubeError, match="consecutive"):
        whole.crop(slice(0, 4, 2), slice(None))


def test_data_of_another_image_lose_the_place_aloud() -> None:
    whole = cube(georeference=TILE)
    assert whole.with_(data=whole.data * 2).georeference == TILE
    part = whole.with_(data=whole.data[1:, :2])
    assert part.georeference is None
    assert any("place is unknown" in note for note in part.notes)
    assert whole.with_(data=whole.data[1:], georeference=TILE).georeference == TILE


def test_a_cube_is_compared_hashed_copied_and_pickled(stored: Cube) -> None:
    other = stored.with_(wavelengths=[400.0, 500, 600, 700])
    assert stored == stored
    assert stored != other
    assert len({stored, other, stored}) == 2
    assert copy.deepcopy(other) is other
    again = pickle.loads(pickle.dumps(other))
    np.testing.assert_array_equal(again.read(), other.read())
    assert again.wavelengths.tolist() == [400.0, 500, 600, 700]
    assert (again.name, again.path) == (other.name, other.path)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": [[[1.0]]]}, "data is of type list; give an array"),
        ({"data": np.zeros((1, 2, 4), complex)}, "real numbers, not complex128"),
        ({"wavelengths": ["red"] * 4}, "wavelengths must be numbers"),
        ({"nodata": "none"}, "nodata is of type str; give a number"),
        ({"scale": None}, "scale is of type NoneType"),
    ],
)
def test_what_makes_no_cube_is_one_sentence(changes: dict[str, object], told: str) -> None:
    with pytest.raises(CubeError, match=told) as caught:
        cube(**changes)
    assert str(caught.value).startswith("x: ")
