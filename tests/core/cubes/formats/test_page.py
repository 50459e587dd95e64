"""The page on formats names every word by which files are understood."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from s3fn_core.cubes.formats import SUFFIXES, cf_projection, companions, hdf5_walk, header_values, packing
from s3fn_core.cubes.spectra import library
from s3fn_core.envi import header, place

PAGE = Path(__file__).parents[4] / "docs" / "formats.md"
WORDS = {
    "scales": (*packing._SCALES, *packing._OF_EACH_BAND),
    "offsets": (*packing._OFFSETS, *packing._WITH_A_SCALE),
    "missing values": packing._MISSING,
    "good bands": companions._GOOD_BANDS,
    "factors of headers": header_values._FACTORS,
    "missing values of headers": header._IGNORED,
    "places of headers": place._FIELDS,
    "projections": cf_projection._PROJECTIONS,
    "coordinate systems": cf_projection._WHOLE,
    "suffixes": SUFFIXES,
    "suffixes of spectra": library.SUFFIXES,
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_is_on_the_page(kind: str) -> None:
    text = PAGE.read_text("utf-8").lower()
    quoted = {re.sub("[^a-z]", "", item) for item in re.findall("`([^`\n]+)`", text)}
    named = quoted | set(re.findall(r"[a-z_]+", text.replace("_", "")))
    known = {re.sub("[^a-z]", "", word.lower()) for word in WORDS[kind]}
    assert not known - named


def test_the_lists_of_axes_are_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"`{word}`" in text for word in ("axes", "dims", "dimorder", "axis_order"))
    assert {"axes", "dims", "dimorder", "axisorder"} <= hdf5_walk._LISTS


def test_the_links_of_the_page_lead_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    heads = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= heads
