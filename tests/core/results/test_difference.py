"""McNemar's exact test and the paired bootstrap of two models on the same held-out pixels."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.results.answers import AskedCube, HeldOutAnswers
from s3fn_core.results.difference import differing, mcnemar, p_text, paired_difference

CUBE = (AskedCube("scene", (100, 100)),)


def answered(right: np.ndarray, truth: np.ndarray, units: np.ndarray) -> HeldOutAnswers:
    """Answers of two classes 1 and 2 to one pixel after the other."""
    said = np.where(right, truth, 3 - truth)
    logs = np.where(said[:, None] == (1, 2), -0.1, -2.35).astype(np.float32)
    count = np.arange(len(truth))
    places = np.column_stack([np.zeros(len(truth), int), count // 100, count % 100])
    return HeldOutAnswers.of(CUBE, places, truth.astype(np.uint8), logs, units, "blocks", (1, 2))


def two(seed: int = 0, apart: float = 0.2) -> tuple[HeldOutAnswers, HeldOutAnswers]:
    rng = np.random.default_rng(seed)
    truth, units = rng.integers(1, 3, 400), np.arange(400) // 20
    first = rng.random(400) < 0.9
    second = first & (rng.random(400) > apart)
    return answered(first, truth, units), answered(second, truth, units)


@given(b=st.integers(0, 200), c=st.integers(0, 200))
def test_mcnemar_is_the_two_sided_sum_of_binomials(b: int, c: int) -> None:
    tail = sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    assert mcnemar(b, c) == pytest.approx(min(1.0, 2 * tail), rel=1e-9)


def test_a_published_table() -> None:
    # The doc's example of statsmodels' mcnemar: 121 and 59 off the diagonal, exact p 4.434e-06.
    assert mcnemar(121, 59) == pytest.approx(4.434e-06, rel=1e-3)


def test_the_four_counts_add_up_and_the_gain_is_that_of_oa() -> None:
    first, second = two()
    found = paired_difference(first, second)
    right, others = first.predicted == first.truth, second.predicted == second.truth
    assert found.count == 400
    assert (found.both, found.neither) == (np.sum(right & others), np.sum(~right & ~others))
    assert found.gain == pytest.approx(right.mean() - others.mean())
    assert found.interval is not None
    assert found.interval[0] < found.gain < found.interval[1]
    assert (found.blocks, found.unit) == (20, "blocks")
    assert found.is_sure
    turned = paired_difference(second, first)
    assert (turned.first_only, turned.second_only) == (found.second_only, found.first_only)
    assert turned.gain == -found.gain
    assert turned.p == found.p


def test_the_same_answers_do_not_differ() -> None:
    first, _ = two()
    found = paired_difference(first, first)
    assert (found.p, found.gain, found.is_sure) == (1.0, 0.0, False)


def test_blocks_are_drawn_and_not_pixels() -> None:
    # All that differs lies in one of 20 blocks: pixels alone would be sure of it.
    truth, units = np.ones(400, int), np.arange(400) // 20
    second = units != 7
    found = paired_difference(answered(truth > 0, truth, units), answered(second, truth, units))
    assert found.p < 1e-4
    assert found.interval is not None
    assert found.interval[0] <= 0
    assert not found.is_sure


def test_with_few_blocks_there_is_no_interval() -> None:
    first, second = (replace(one, units=one.units // 5) for one in two())
    found = paired_difference(first, second)
    assert found.interval is None
    assert not found.is_sure
    assert found.blocks == 4


@pytest.mark.parametrize("change", ["pixels", "truth", "cubes"])
def test_different_pixels_are_no_pair(change: str) -> None:
    first, second = two()
    other = {
        "pixels": replace(second, pixels=second.pixels[:, ::-1].copy()),
        "truth": replace(second, truth=3 - second.truth),
        "cubes": replace(second, cubes=(AskedCube("another", (100, 100)),)),
    }[change]
    assert differing(first, second) == ""
    said = differing(first, other)
    assert "different held-out pixels (400 and 400, of which" in said
    assert said.endswith("so no test is possible. Train both on the same labels.")


def test_cubes_may_come_in_another_order() -> None:
    first, second = two()
    cubes = (AskedCube("a", (100, 100)), AskedCube("b", (100, 100)))
    half = (np.arange(400) % 2).astype(np.int32)
    first = replace(first, cubes=cubes, cube=half)
    second = replace(second, cubes=cubes[::-1], cube=1 - half)
    shuffled = np.random.default_rng(0).permutation(400)
    rows = ("cube", "pixels", "truth", "predicted", "confidence", "units")
    moved = replace(second, probability=None, **{name: getattr(second, name)[shuffled] for name in rows})
    assert differing(first, moved) == ""
    assert paired_difference(first, moved) == paired_difference(*two())


def test_what_is_said_of_a_difference() -> None:
    first, second = two()
    lead, verdict, counts, test = paired_difference(first, second).told("pixel 2", "SVM")
    assert lead.startswith('Of 400 held-out pixels, "pixel 2" gets ')
    assert ' % right, "SVM" ' in lead
    assert " points (95 %: +" in lead
    assert lead.endswith(", from 20 blocks).")
    assert verdict == "Chance alone hardly explains the difference."
    assert 'only in "SVM": 0' in counts
    assert "p = below 0.0001" in test
    assert paired_difference(first, first).told("a", "b")[1] == "No difference."
    few = [replace(one, units=one.units // 5) for one in (first, second)]
    assert "4 blocks are too few for an interval" in paired_difference(*few).told("a", "b")[0]


@pytest.mark.parametrize(
    ("p", "text"), [(0.5, "0.50"), (0.0321, "0.032"), (1e-7, "below 0.0001"), (1.0, "1.00")]
)
def test_p_values_are_printed_with_two_digits(p: float, text: str) -> None:
    assert p_text(p) == text
