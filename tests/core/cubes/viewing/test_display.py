"""What the screen shows of a cube."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import default_rgb, stretch_limits, to_bytes
from s3fn_core.cubes.viewing.rendering import compose


def test_missing_values_and_background_never_darken_the_stretch() -> None:
    band = np.linspace(1, 2, 101, dtype=np.float32)
    spoiled = np.concatenate([band, np.zeros(500), np.full(500, np.nan)]).astype(np.float32)
    assert stretch_limits(spoiled) == pytest.approx(stretch_limits(band))
    assert stretch_limits(band) == pytest.approx((1.02, 1.98))
    assert to_bytes(np.array([np.nan, 1, 2, 3], np.float32), (1, 2)).tolist() == [0, 0, 255, 255]


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2)))
def test_any_band_has_limits_that_can_be_shown(band: np.ndarray) -> None:
    black, white = stretch_limits(band)
    assert np.isfinite([black, white]).all()
    assert black < white
    assert to_bytes(band, (black, white)).dtype == np.uint8


@pytest.mark.parametrize(
    ("first", "last", "caption"),
    [
        (400, 1000, "true colour 640/550/460 nm"),
        (380, 740, "true colour 640/550/460 nm"),
        (540, 900, "false colour 860/650/550 nm"),
        (900, 1700, "false colour 1540/1300/1060 nm"),
    ],
)
def test_true_colour_only_where_the_wavelengths_allow_it(first: float, last: float, caption: str) -> None:
    waves = np.arange(first, last + 1, 10.0)
    cube = Cube(np.zeros((2, 2, len(waves)), np.float32), "x", wavelengths=waves)
    bands, text = default_rgb(cube)
    assert text == caption
    shuffled = np.random.default_rng(0).permutation(len(waves))
    bands, text = default_rgb(cube.with_(wavelengths=waves[shuffled]))
    assert text == caption
    assert len(bands) == 3


def test_bad_bands_are_not_shown() -> None:
    waves = np.arange(400.0, 1001, 10)
    good = np.abs(waves - 640) > 25
    cube = Cube(np.zeros((2, 2, 61), np.float32), "x", wavelengths=waves, good_bands=good)
    bands, text = default_rgb(cube)
    assert "false colour" in text
    assert good[list(bands)].all()


@given(st.integers(1, 9))
def test_without_wavelengths_bands_are_counted(count: int) -> None:
    cube = Cube(np.zeros((2, 2, count), np.float32), "x")
    bands, text = default_rgb(cube)
    assert text == f"bands {bands[0] + 1}/{bands[1] + 1}/{bands[2] + 1}"
    assert all(0 <= band < count for band in bands)


def test_background_is_black_whatever_the_stretch() -> None:
    values = np.random.default_rng(0).normal(0, 1, (9, 9, 5)).astype(np.float32)
    values[0] = 0
    values[1] = np.nan
    image = compose(Cube(values, "x"), Composite("false", (4, 2, 0))).image()
    assert image.shape == (9, 9, 3)
    assert image.dtype == np.uint8
    assert not image[:2].any()
    assert image[2:].max() == 255
    flat = Composite("false", (4, 2, 0), limits=((5.0, 6.0),) * 3)
    assert not compose(Cube(values, "x"), flat).image().any()
