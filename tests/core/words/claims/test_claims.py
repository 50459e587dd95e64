"""The parser from text to claims, on phrasings as people write them and on anything at all."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.words.claims import Claim, Comparison, Feature, Level, Slope, expected_line, parse_claims

PHRASINGS = json.loads((Path(__file__).parent / "phrasings.json").read_text("utf-8"))
NAMES = PHRASINGS["names"]
GAPS = "known gaps"
SIGNS = {-1: "-", 0: "0", 1: "+"}
PIECES = [
    *("absorbs", "peak", "rises", "flat", "brighter", "than", "water", "no", "and", "between", "to"),
    *("450", "1,450", "0,45", "0.03", "1e9", "9" * 400, "nm", "µm", "cm-1", "%", "per cent", "±"),
    *("near infrared", "the red edge", "Expected reflectance:", ",", ".", ";", "(", ")", "-", "\n"),
    *("beyond", "from", "zero", "less than", "0 cm-1", "in the", "blue", "wavelength", "towards"),
]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def per_cent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


def place(low: float | None, high: float | None) -> str:
    return f"{number(low)}..{number(high)}"


def short(claim: Claim) -> str:
    """A claim in the notation of phrasings.json."""
    match claim:
        case Level(low_nm=low, high_nm=high, tolerance=tolerance):
            where = number(low) if low == high else place(low, high)
            spread = "" if tolerance is None else f" ±{per_cent(tolerance)}"
            kind = "knot" if claim.stated else "level"
            return f"{kind} {where} {per_cent(claim.reflectance)}{spread}"
        case Slope(low_nm=low, high_nm=high, sign=sign):
            return f"slope {place(low, high)} {SIGNS[sign]}"
        case Feature(low_nm=low, high_nm=high):
            extent = "" if low is None else f" {place(low, high)}"
            denied = "no " if claim.absent else ""
            return f"{denied}{claim.kind} {number(claim.centre_nm)}{extent}"
        case Comparison(low_nm=low, high_nm=high, sign=sign):
            return f"vs {claim.other} {place(low, high)} {SIGNS[sign]}"


def phrasings(*groups: str) -> list[tuple[str, list[str]]]:
    return [(text, claims) for group in groups for text, claims in PHRASINGS["groups"][group]]


UNDERSTOOD = phrasings(*(group for group in PHRASINGS["groups"] if group != GAPS))


@pytest.mark.parametrize(("text", "claims"), UNDERSTOOD)
def test_phrasing(text: str, claims: list[str]) -> None:
    assert sorted(map(short, parse_claims(text, NAMES))) == sorted(claims)


@pytest.mark.parametrize(("text", "claims"), phrasings(GAPS))
@pytest.mark.xfail(strict=True, reason="no rule reads it yet")
def test_known_gap(text: str, claims: list[str]) -> None:
    assert sorted(map(short, parse_claims(text, NAMES))) == sorted(claims)


def test_a_gap_is_silence_and_not_a_wrong_claim() -> None:
    for text, claims in phrasings(GAPS):
        assert {short(claim) for claim in parse_claims(text, NAMES)} <= set(claims), text


def test_there_are_many_phrasings() -> None:
    assert len(UNDERSTOOD) >= 250
    assert len({text for text, _ in UNDERSTOOD}) == len(UNDERSTOOD)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("It absorbs at 430, 453 and 0.662 µm.", ["0.662 µm"]),
        ("It absorbs at 430, 453 and 662 nm.", ["430", "453", "662 nm"]),
        ("So 3 % at 670 nm is reflected.", ["3 % at 670 nm"]),
        ("It rises from 450 to 900 nm here.", ["rises from 450 to 900 nm"]),
        ("It is brighter than water beyond 700 nm.", ["brighter than water beyond 700 nm"]),
        ("Expected reflectance: 450 nm 3 %, 550 nm 6 %.", ["450 nm 3 %", "550 nm 6 %"]),
        ("İt peaks (550 nm).", ["550 nm"]),  # lower-casing this letter makes it longer
    ],
)
def test_marks_lie_where_the_text_says_it(text: str, marks: list[str]) -> None:
    found = [text[claim.start : claim.stop] for claim in parse_claims(text, ["water"])]
    assert [mark for mark in found if mark in marks] == marks


def test_paragraphs_give_the_claims_of_both_in_order() -> None:
    text = "It absorbs at 670 nm.\n\nIt peaks at 550 nm. Expected reflectance: 450 nm 3 %."
    claims = parse_claims(text)
    assert [short(claim) for claim in claims] == ["dip 670", "peak 550", "knot 450 3"]
    assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)


def test_a_closing_line_may_be_broken_into_lines_and_explained() -> None:
    text = "Expected reflectance:\n- 450 nm 3 % (blue)\n- 550 nm 6 % (green)\n\nIt peaks at 550 nm."
    assert list(map(short, parse_claims(text))) == ["knot 450 3", "knot 550 6", "peak 550"]


@given(
    st.lists(
        st.tuples(
            st.integers(2000, 250_000).map(lambda n: n / 10), st.integers(0, 1000).map(lambda n: n / 1000)
        ),
        min_size=1,
        max_size=15,
    )
)
def test_expected_line_is_read_back(knots: list[tuple[float, float]]) -> None:
    claims = parse_claims(f"Some text. {expected_line(knots)}\n\nMore of it.")
    assert all(isinstance(claim, Level) and claim.stated for claim in claims)
    read = [(c.low_nm, c.reflectance) for c in claims if isinstance(c, Level)]
    assert read == [(nm, pytest.approx(reflectance)) for nm, reflectance in knots]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.text(max_size=8), max_size=3))
def test_any_text_gives_sound_claims(text: str, names: list[str]) -> None:
    claims = parse_claims(text, [*names, "water"])
    assert claims == parse_claims(text, [*names, "water"])
    for claim in claims:
        assert 0 <= claim.start < claim.stop <= len(text)
        low, high = (claim.low_nm, claim.high_nm)
        assert low is None or high is None or 0 < low <= high < 1e6
        if isinstance(claim, Level):
            assert 0 <= claim.reflectance <= 1
            assert claim.tolerance is None or 0 < claim.tolerance <= 1
        if isinstance(claim, Feature):
            assert 200 <= claim.centre_nm <= 25_000
        if isinstance(claim, Comparison):
            assert claim.other in [*names, "water"]


PROSE = "It absorbs at 430, 453 and 662 nm and reflects 45 % between 750 and 1300 nm. "
HARD = [
    *(PROSE, "absorbs at 430 nm, and 5 % near 670 nm then ", "Expected reflectance: 450 nm 3 %, "),
    *("Expected reflectance ", "1,450", "1,45,", "9", "0.", "430, ", "5 - ", "~", "nm ", "to the "),
    *("blue and ", "water ", "brighter than ", "no ", "(", "\n", "\n ", " ", "cm -", "450 nm 3 % "),
    *("than water and ", "that one and another ", "at 450 nm ", "3 % "),
]


def seconds(text: str) -> float:
    began = time.process_time()
    parse_claims(text, NAMES)
    return time.process_time() - began


def test_a_hundred_kilobytes_take_less_than_a_second() -> None:
    assert min(seconds(PROSE * (100_000 // len(PROSE))) for _ in range(2)) < 1


@pytest.mark.parametrize("pattern", HARD)
def test_time_grows_with_the_length_only(pattern: str) -> None:
    once = min(seconds(pattern * (10_000 // len(pattern))) for _ in range(3))
    longer = (seconds(pattern * (80_000 // len(pattern))) for _ in range(3))
    assert any(taken < 40 * once + 0.1 for taken in longer)  # 64 if it were quadratic
