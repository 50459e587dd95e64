"""Parts of a cube: they read nothing, and keep place, wavelengths and good bands."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.errors import CubeError

LINES, SAMPLES, BANDS = 7, 6, 5
VALUES = np.arange(LINES * SAMPLES * BANDS, dtype=np.float32).reshape(LINES, SAMPLES, BANDS)
WAVES = np.array([400.0, 500, 600, 700, 900])
TILE = Georeference("", (2.0, 0.5, 100.0, 0.25, -3.0, 70.0))
PLACED: dict[str, Any] = {
    "wavelengths": WAVES,
    "good_bands": [True, False, True, True, True],
    "georeference": TILE,
    "default_bands": (3, 2, 0),
}


def whole() -> Cube:
    return Cube(VALUES, "x", **PLACED)


class Watched:
    """Stored values that tell what was read of them."""

    shape, dtype = VALUES.shape, VALUES.dtype

    def __init__(self) -> None:
        self.read: list[int] = []

    def __getitem__(self, key: Any) -> Any:
        lines, samples, bands = key
        found = VALUES[lines][:, samples][:, :, bands]
        self.read.append(found.size)
        return found


def test_a_part_is_read_only_where_it_is_looked_at() -> None:
    stored = Watched()
    part = Cube(stored, "x", **PLACED)[2:6, ::2].bands(nm=(550, 750))
    assert stored.read == []
    assert part.shape == (4, 3, 2)
    np.testing.assert_array_equal(part.window([1], [2]), VALUES[3:4, 4:5, 2:4])
    assert max(stored.read) <= 2


SLICES = st.slices(LINES)


@given(st.slices(LINES), st.slices(SAMPLES), st.lists(st.integers(0, BANDS - 1), min_size=1, max_size=6))
def test_a_part_holds_what_numpy_would_take(lines: slice, samples: slice, bands: list[int]) -> None:
    expected = VALUES[lines, samples][:, :, bands]
    if not expected.size:
        with pytest.raises(CubeError, match="are none of them"):
            whole()[lines, samples, bands]
        return
    for cube in (whole(), Cube(Watched(), "x", **PLACED)):
        part = cube[lines, samples, bands]
        np.testing.assert_array_equal(part.read(), expected)
        np.testing.assert_array_equal(part.wavelengths, WAVES[bands])
        assert part.good_bands.tolist() == [band != 1 for band in bands]


@given(st.slices(LINES), st.slices(SAMPLES))
def test_the_centre_of_every_pixel_stays_where_it_is(lines: slice, samples: slice) -> None:
    rows, columns = range(LINES)[lines], range(SAMPLES)[samples]
    if not (rows and columns):
        return
    part = whole()[lines, samples].georeference
    assert part is not None

    def centre(place: Georeference, line: int, sample: int) -> tuple[float, float]:
        a, b, c, d, e, f = place.transform
        return (a * (sample + 0.5) + b * (line + 0.5) + c, d * (sample + 0.5) + e * (line + 0.5) + f)

    last = len(rows) - 1, len(columns) - 1
    for line, sample in ((0, 0), last):
        assert centre(part, line, sample) == pytest.approx(centre(TILE, rows[line], columns[sample]))


def test_numbers_keep_their_axis_and_count_from_the_end_too() -> None:
    assert whole()[3].shape == (1, SAMPLES, BANDS)
    np.testing.assert_array_equal(whole()[-1, np.int64(2)].read(), VALUES[-1:, 2:3])


def test_parts_of_a_file(tmp_path: Path) -> None:
    cube = open_cube(write_envi(VALUES, tmp_path / "x.hdr", tuple(WAVES)))
    part = cube[1:5, ::-1].crop(slice(1, 3), slice(0, 4)).bands([4, 0])
    np.testing.assert_array_equal(part.read(), VALUES[1:5, ::-1][1:3, 0:4][:, :, [4, 0]])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(part)).read(), part.read())


def test_bands_are_chosen_by_wavelength_number_and_quality() -> None:
    cube = whole()
    assert cube.bands(nm=(500, 700)).wavelengths.tolist() == [500, 600, 700]
    assert cube.bands(nm=[(390, 410), (800, 1000)]).wavelengths.tolist() == [400, 900]
    assert cube.bands(nm=(500, 700), good=True).wavelengths.tolist() == [600, 700]
    assert cube.bands(good=True).wavelengths.tolist() == [400, 600, 700, 900]
    assert cube.bands([3, 0]).wavelengths.tolist() == [700, 400]
    assert cube.bands(slice(2, None)).bands == 3
    assert cube.bands(good=True).default_bands == (2, 1, 0)
    assert cube.bands([3, 0]).default_bands == ()
    assert cube.bands(nm=(500, 700)).georeference == TILE


def test_the_number_of_bands_is_a_number() -> None:
    bands = whole().bands
    assert bands == BANDS
    assert json.dumps({"bands": bands}) == '{"bands": 5}'
    assert np.zeros(bands).shape == (5,)
    assert type(pickle.loads(pickle.dumps(bands))) is type(copy.deepcopy(bands)) is int


def test_the_nearest_good_band() -> None:
    assert whole().nearest_band(520) == 2
    assert whole().nearest_band(2000) == 4
    with pytest.raises(CubeError, match="no wavelengths"):
        Cube(VALUES, "x").nearest_band(500)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda c: c[[0, 2]], "one number; for the values"),
        (lambda c: c[7], "7. was asked for"),
        (lambda c: c[3:3], "are none of them"),
        (lambda c: c[0, 0, 0, 0], "4 indices"),
        (lambda c: c["a"], "lines"),
        (lambda c: c.bands(nm=(410, 490)), "covers? 400 to 900 nm"),
        (lambda c: c.bands(nm=700), "the first and the last wavelength"),
        (lambda c: c.bands(nm=(700, 600)), "the first and the last wavelength"),
        (lambda c: c.bands([]), "no band is left"),
        (lambda c: c.bands([1], good=True), "no band is left"),
        (lambda c: Cube(VALUES, "x").bands(nm=(1, 2)), "no wavelengths"),
    ],
)
def test_what_is_no_part_is_said(ask: Any, told: str) -> None:
    with pytest.raises(CubeError, match=told):
        ask(whole())


def test_values_as_an_array() -> None:
    stored = Cube((VALUES * 10).astype(np.int16), "x", nodata=0, scale=0.1)
    found = np.asarray(stored)
    assert found.dtype == np.float32
    assert np.isnan(found[0, 0, 0])
    np.testing.assert_allclose(found[1:], VALUES[1:], rtol=1e-6)
    assert np.asarray(stored, np.float64).dtype == np.float64
    with pytest.raises(TypeError, match="not iterable"):
        iter(stored)  # type: ignore[call-overload]


def test_what_a_notebook_shows() -> None:
    cube = whole().with_(name="<b>field</b>")
    assert repr(whole()) == "Cube('x', 7 lines x 6 samples x 5 bands, 400 to 900 nm)"
    assert repr(Cube(VALUES, "y")).endswith("no wavelengths)")
    shown = cube._repr_html_()
    assert "&lt;b&gt;field" in shown
    assert "<b>field" not in shown
    assert "data:image/png;base64," in shown
    large = Cube(np.ones((1000, 300, 3), np.float32), "z")
    assert len(large._repr_html_()) < 20_000
    empty = Cube(np.full((2, 2, 1), np.nan, np.float32), "nothing", good_bands=[False])
    assert "1 bands" in empty._repr_html_()
