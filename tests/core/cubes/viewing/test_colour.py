"""True colour by the colour matching functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.viewing.colour import (
    ILLUMINANTS,
    colour_matrix,
    encode_srgb,
    matching_functions,
    why_no_colour,
)
from s3fn_core.errors import CubeError

NM = np.arange(400.0, 1001, 5)
ALL = np.ones(len(NM), bool)


def test_the_matching_functions_are_those_of_the_tables() -> None:
    # CIE 018:2019, 1931 observer, at 445, 555 and 600 nm.
    table = [[0.3481, 0.0298, 1.7826], [0.5121, 1.0000, 0.0057], [1.0622, 0.6310, 0.0008]]
    np.testing.assert_allclose(matching_functions([445, 555, 600]), table, atol=0.025)


@pytest.mark.parametrize(("name", "x", "y"), [("D65", 0.3127, 0.3290), ("E", 1 / 3, 1 / 3)])
def test_the_lights_have_their_published_chromaticity(name: str, x: float, y: float) -> None:
    tristimulus = ILLUMINANTS[name] @ matching_functions(np.arange(380, 781))
    assert tristimulus[:2] / tristimulus.sum() == pytest.approx((x, y), abs=6e-4)


@given(
    st.lists(st.floats(380, 1000), min_size=1, max_size=30),
    st.sampled_from(sorted(ILLUMINANTS)),
    st.floats(0.01, 1),
)
def test_a_flat_spectrum_is_neutral_whatever_the_bands(
    more: list[float], illuminant: str, level: float
) -> None:
    waves = np.array([*more, *np.arange(410, 700, 40)])
    matrix = colour_matrix(waves, np.ones(len(waves), bool), illuminant)
    np.testing.assert_allclose(np.full(len(waves), level, np.float32) @ matrix, level, rtol=1e-3)


@pytest.mark.parametrize(("nm", "strongest"), [(650, 0), (530, 1), (450, 2)])
def test_a_line_has_its_colour(nm: float, strongest: int) -> None:
    colour = (nm == NM).astype(np.float32) @ colour_matrix(NM, ALL)
    assert colour.argmax() == strongest
    others = np.delete(colour, strongest)
    assert colour[strongest] > 5 * others.max()


def test_the_spacing_of_the_bands_does_not_change_the_colour() -> None:
    def leaf(nm: np.ndarray) -> np.ndarray:
        green = 0.08 * np.exp(-0.5 * ((nm - 550) / 30) ** 2)
        return 0.04 + green + 0.4 / (1 + np.exp(-(nm - 715) / 10))

    dense = leaf(NM) @ colour_matrix(NM, ALL)
    assert dense.argmax() == 1
    uneven = np.random.default_rng(0).permutation(
        np.concatenate([np.arange(395.0, 550, 2), np.arange(550, 800, 9)])
    )
    other = leaf(uneven) @ colour_matrix(uneven, np.ones(len(uneven), bool))
    np.testing.assert_allclose(other, dense, rtol=0.02)
    twice = np.concatenate([NM, NM])
    matrix = colour_matrix(twice, np.ones(len(twice), bool))
    np.testing.assert_allclose(leaf(twice) @ matrix, dense, rtol=1e-5)


def test_bad_bands_and_infrared_have_no_influence() -> None:
    good = ALL.copy()
    good[40:44] = False
    matrix = colour_matrix(NM, good)
    assert not matrix[40:44].any()
    assert not matrix[NM > 785].any()
    np.testing.assert_allclose(matrix.sum(axis=0), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("waves", "reason"),
    [
        (np.arange(900.0, 1700, 5), "do not cover visible"),
        (np.arange(450.0, 900, 5), "450-895"),
        (np.arange(400.0, 610, 5), "400-605"),
        (None, "not known"),
        (np.array([400.0, 450, 550, 600, 650, 900]), "between 450 and 550 nm"),
        (np.arange(430.0, 860, 4), ""),
        (np.array([*np.arange(410.0, 691, 40), 741, 2000]), ""),
    ],
)
def test_why_there_is_no_true_colour(waves: np.ndarray | None, reason: str) -> None:
    good = np.ones(5 if waves is None else len(waves), bool)
    why = why_no_colour(waves, good)
    assert bool(why) == bool(reason)
    assert reason in why
    if reason:
        with pytest.raises(CubeError, match=r"No true colour.*false colour"):
            colour_matrix(waves, good)


def test_without_good_bands_or_light_there_is_no_colour() -> None:
    assert "marked as bad" in why_no_colour(NM, ~ALL)
    with pytest.raises(CubeError, match='illuminant "F2"'):
        colour_matrix(NM, ALL, "F2")


def test_the_transfer_curve() -> None:
    linear = np.array([-0.5, 0, 0.0031308, 0.214041, 1, 3, np.nan], np.float32)
    expected = [0, 0, 0.04045, 0.5, 1, 1, np.nan]
    np.testing.assert_allclose(encode_srgb(linear), expected, atol=1e-5)
