"""Ranges of bands as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.treating.band_ranges import band_ranges, parse_bands
from s3fn_core.errors import CubeError

NM = np.arange(400.0, 1000.0, 10.0)  # 60 bands


def numbers(text: str) -> list[int]:
    return [int(band) + 1 for band in np.flatnonzero(parse_bands(text, 60, NM))]


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("", []),
        ("7", [7]),
        ("1-3, 10", [1, 2, 3, 10]),
        ("3-1; 10 12", [1, 2, 3, 10, 12]),
        ("bands 4 to 6,", [4, 5, 6]),
        ("2 \N{EN DASH} 4\n59..60", [2, 3, 4, 59, 60]),
        ("900-920 nm", [51, 52, 53]),
        ("0.9-0.92 µm, 1", [1, 51, 52, 53]),
        ("0.9 um - 0.92 um", [51, 52, 53]),
        ("412 nm", [2]),
        ("1-2, 980-990nm 5", [1, 2, 5, 59, 60]),
    ],
)
def test_what_people_write(text: str, bands: list[int]) -> None:
    assert numbers(text) == bands


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_what_is_written_is_read(chosen: list[bool]) -> None:
    array = np.array(chosen)
    assert np.array_equal(parse_bands(band_ranges(array), len(chosen)), array)


@given(st.text(alphabet="0123456789-–., ;nmµband to", max_size=30))
def test_any_text_gives_bands_or_a_sentence(text: str) -> None:
    try:
        chosen = parse_bands(text, 60, NM)
    except CubeError:
        return
    assert chosen.shape == (60,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("61", "no band 61"),
        ("0-3", "no band 0"),
        ("900-980", "nm"),
        ("2.5", "no band 2.5"),
        ("abc", '"abc"'),
        ("1-2-3", "neither"),
        ("1500-1600 nm", "between 1500 and 1600"),
        ("2000 nm", "at 2000 nm"),
    ],
)
def test_what_names_no_band_is_told(text: str, told: str) -> None:
    with pytest.raises(CubeError, match=told):
        numbers(text)


def test_wavelengths_need_wavelengths() -> None:
    with pytest.raises(CubeError, match="no wavelengths"):
        parse_bands("900 nm", 60)
