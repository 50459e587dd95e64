"""Dragging a knot of the expected spectrum rewrites the closing line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.labels.classes import Description
from s3fn_core.words.claims import parse_claims
from s3fn_core.words.expectation import Expectation, expected_spectrum
from s3fn_core.words.restating import move_knot

LINE = "Expected reflectance: 450 nm 3 %, 550 nm 6 %, 670 nm 3 %, 800 nm 45 %."


def described(*texts: str, locked: tuple[int, ...] = ()) -> tuple[Description, ...]:
    return tuple(Description(text, "llm", "some model", locked=i in locked) for i, text in enumerate(texts))


def expected(descriptions: tuple[Description, ...]) -> Expectation:
    made = expected_spectrum(parse_claims("\n\n".join(d.text for d in descriptions)))
    assert made is not None
    return made


def test_only_the_number_changes_and_the_paragraph_becomes_the_users() -> None:
    before = described("Leaves.", f"Green. {LINE} And more of it.")
    after = move_knot(before, 670.0, 0.0512)
    assert after[0] is before[0]
    assert after[1].text == before[1].text.replace("670 nm 3 %", "670 nm 5.1 %")
    assert (after[1].source, after[1].model) == ("user", None)
    assert dict(expected(after).knots)[670.0] == pytest.approx(0.051)


def test_what_else_a_line_says_stays() -> None:
    line = "Expected reflectance: 450 nm 3 to 5 % (blue), 0.55 µm 6 %, 800 nm 45 %"
    (after,) = move_knot(described(line), 800.0, 0.5)
    assert after.text == line.replace("45 %", "50 %")
    (after,) = move_knot(described(line), 550.0, 0.07)
    assert after.text == line.replace("0.55 µm 6 %", "550 nm 7 %")


def test_a_line_with_a_range_is_written_anew() -> None:
    (after,) = move_knot(
        described("Expected reflectance: 450 nm 4 %, 550 nm 4 %, 750-1300 nm 45 %."), 1300.0, 0.4
    )
    assert after.text == ("Expected reflectance: 450 nm 4 %, 550 nm 4 %, 750 nm 45 %, 1300 nm 40 %.")


def test_a_knot_of_the_prose_goes_into_the_line_and_outweighs_the_prose() -> None:
    before = described("It reflects 20 % at 720 nm.", f"Green. {LINE}")
    after = move_knot(before, 720.0, 0.15)
    assert "720 nm 15 %, 800 nm" in after[1].text
    assert dict(expected(after).knots)[720.0] == pytest.approx(0.15)


def test_a_text_without_line_gets_one_with_the_whole_curve() -> None:
    before = described("It reflects 5 % at 450 nm, 10 % at 550 nm and 30 % at 800 nm.", "Brown.")
    after = move_knot(before, 550.0, 0.12)
    assert after[1].text == "Brown. Expected reflectance: 450 nm 5 %, 550 nm 12 %, 800 nm 30 %."
    assert dict(expected(after).knots)[550.0] == pytest.approx(0.12)


def test_every_line_that_states_it_follows() -> None:
    after = move_knot(described(f"One. {LINE}", f"Two. {LINE.replace('45', '55')}"), 800.0, 0.3)
    assert [d.text.count("800 nm 30 %") for d in after] == [1, 1]


def test_locked_paragraphs_stay_and_are_outweighed() -> None:
    before = described(f"One. {LINE}", f"Two. {LINE}", locked=(0,))
    after = move_knot(before, 800.0, 0.5)
    assert after[0] is before[0]
    assert "800 nm 55 %" in after[1].text
    assert dict(expected(after).knots)[800.0] == pytest.approx(0.5)
    assert move_knot(before[:1], 800.0, 0.5) == before[:1]


@given(st.dictionaries(st.integers(400, 2500), st.integers(0, 1000), min_size=3, max_size=12), st.data())
def test_the_curve_is_where_it_was_dragged(knots: dict[int, int], data: st.DataObject) -> None:
    items = ", ".join(f"{nm} nm {share / 10} %" for nm, share in knots.items())
    before = described(f"Some text. Expected reflectance: {items}.")
    moved = data.draw(st.sampled_from(sorted(knots)))
    wanted = data.draw(st.floats(0, 1))
    after = dict(expected(move_knot(before, float(moved), wanted)).knots)
    assert after.pop(float(moved)) == pytest.approx(wanted, abs=0.00051)
    assert after == pytest.approx({nm: share / 1000 for nm, share in knots.items() if nm != moved})


def test_the_uncertainty_grows_where_the_words_are_silent() -> None:
    made = expected(described("Expected reflectance: 450 nm 2 to 6 %, 550 nm 10 %, 800 nm 40 %."))
    at = made.uncertainty(np.array([450.0, 550.0, 800.0, 675.0, 1000.0]))
    assert at[:3] == pytest.approx([0.02, 0.02, 0.08])
    assert at[3] > np.hypot(0.04, 0.04)
    assert at[4] > at[2]
