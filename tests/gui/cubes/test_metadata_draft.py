"""Metadata while they are edited."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.stated_wavelengths import UNITS
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_gui.base.texts import exact_number, plain_number, read_number
from s3fn_gui.cubes.metadata.draft import PARTS, Draft

BANDS = 5
CUBE = Cube(np.ones((3, 4, BANDS), np.float32), "x", wavelengths=np.linspace(400, 800, BANDS), nodata=-1.0)
numbers = st.floats(width=32) | st.floats(0.3, 2500)
edits = st.one_of(
    st.tuples(st.just("set_wavelengths"), st.lists(numbers, max_size=8).map(tuple), st.sampled_from(UNITS)),
    st.tuples(st.just("set_number"), st.integers(0, BANDS - 1), numbers),
    st.tuples(st.just("set_unit"), st.sampled_from(UNITS)),
    st.tuples(st.just("set_good"), st.lists(st.booleans(), min_size=BANDS, max_size=BANDS).map(np.array)),
    st.tuples(st.just("set_nodata"), st.none() | st.floats(allow_nan=False)),
    st.tuples(st.just("set_scale"), st.floats(1e-9, 1e9)),
    st.tuples(st.just("complain"), st.sampled_from(PARTS), st.just("What?")),
    st.tuples(st.just("restore"), st.sampled_from(PARTS)),
)


@given(st.lists(edits, max_size=12))
def test_a_draft_without_a_problem_is_metadata_of_the_cube(steps: list[tuple]) -> None:
    draft = Draft(CUBE, Metadata.of(CUBE))
    for name, *values in steps:
        getattr(draft, name)(*values)
        assert isinstance(draft.remarks, tuple)
        assert all(isinstance(draft.is_edited(band), bool | np.bool_) for band in range(BANDS))
        if draft.problem:
            continue
        treated = draft.metadata.applied(CUBE)
        assert Metadata.of(treated) == draft.metadata
        assert bool(draft.edited) == (draft.metadata != Metadata.of(CUBE))
    draft.restore(*PARTS)
    assert draft.problem == ""
    assert draft.metadata == Metadata.of(CUBE)


def test_surplus_numbers_go_one_by_one() -> None:
    draft = Draft(CUBE, Metadata.of(CUBE))
    draft.set_wavelengths(tuple(range(400, 470, 10)), "nm")
    draft.set_number(6, np.nan)
    assert draft.problem.startswith("6 numbers")
    draft.set_number(5, np.nan)
    assert draft.problem == ""


def test_a_factor_that_is_a_divisor_is_told() -> None:
    draft = Draft(CUBE, Metadata.of(CUBE))
    draft.set_scale(10000)
    assert "1/10000" in draft.remarks[0]
    assert draft.problem == ""


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_exact_number_reads_back(value: float) -> None:
    assert read_number(exact_number(value)) == value
    if abs(value) < 1e300:  # rounding the largest ones leads beyond
        assert read_number(plain_number(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,5", 1.5),
        (" 2 ", 2),
        ("1/4", 0.25),
        ("1/0", None),
        ("x", None),
        ("", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_numbers_that_are_typed(text: str, value: float | None) -> None:
    assert read_number(text) == value
