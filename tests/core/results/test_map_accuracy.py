"""What held-out labels let expect of a whole map."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.results.intervals import clopper_pearson
from s3fn_core.results.map_accuracy import MapAccuracy, Seen, expected_on_map

NAMES = ("soil", "tree", "water")


def seen(right: int = 18, count: int = 20, places: tuple[int, ...] = (7, 7, 6), **changes: float) -> Seen:
    """So many right answers, spread over the classes; the model is as sure as it is right."""
    answers = np.arange(count) < right
    whole = Seen(answers, np.arange(count) % 3, np.array(places), 0.0, np.full(3, 1 / 3), right / count, 0.0)
    return replace(whole, **changes)


def test_an_interval_is_that_of_a_binomial_over_places() -> None:
    assert clopper_pearson(0.9, 20) == pytest.approx((0.6830, 0.9877), abs=1e-4)  # 18 of 20, from tables
    assert clopper_pearson(1.0, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)
    assert clopper_pearson(0.0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    found = expected_on_map(seen(), NAMES)
    # 20 places and 8 for its sureness, of which a scene lets 1 / (1 / 28 + 1 / 50) count.
    assert (found.low, found.high) == pytest.approx(clopper_pearson(0.9, 28 * 50 / 78))
    assert found.places == 20
    assert found.sentence == "Expect 67 to 99 % of the whole map to be correct."


def test_what_is_unlike_the_labels_may_all_be_wrong() -> None:
    known, unlike = (expected_on_map(seen(novel_share=share), NAMES) for share in (0.0, 0.34))
    assert known.low is not None
    assert (unlike.low, unlike.high) == (pytest.approx(0.66 * known.low), known.high)
    assert unlike.sentence.startswith("34 % of the scene is unlike the labels; expect 4")


def test_a_model_that_learned_from_more_labels_does_better() -> None:
    measured, more = (expected_on_map(seen(gain=gain), NAMES) for gain in (0.0, np.log(2)))
    assert measured.low is not None
    assert more.low is not None
    better = 1 / (1 + np.exp(-np.log(9) - np.log(2)))  # twice the odds of 0.9
    assert more.low == pytest.approx(clopper_pearson(better, 28 * 50 / 78)[0])
    assert measured.low < more.low


def test_classes_in_one_place_only_are_not_measured() -> None:
    found = expected_on_map(seen(places=(7, 7, 1), shares=np.array([0.5, 0.3, 0.2])), NAMES)
    whole = expected_on_map(seen(right=18, places=(7, 7, 1), shares=np.array([0.6, 0.4, 0.0])), NAMES)
    assert found.low is not None
    assert whole.low is not None
    assert whole.high is not None
    assert found.low == pytest.approx(0.8 * whole.low)
    assert found.high == pytest.approx(0.8 * whole.high + 0.2)
    none = expected_on_map(seen(places=(7, 1, 1), shares=np.array([0.2, 0.5, 0.3])), NAMES)
    assert none.low is none.high is None
    assert "(tree, water)" in none.reason
    assert none.sentence.startswith("What to expect of the whole map cannot be said: held-out labels lie")


@given(st.integers(0, 20), st.integers(2, 60), st.floats(0, 1), st.floats(0, 1), st.floats(0, 3))
def test_an_interval_lies_in_0_to_1_and_narrows_with_places(
    right: int, places: int, confidence: float, novel: float, gain: float
) -> None:
    few = seen(right, places=(places,) * 3, confidence=confidence, novel_share=novel, gain=gain)
    many = replace(few, places=few.places * 3)
    first, second = (expected_on_map(some, NAMES) for some in (few, many))
    for found in (first, second):
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.high <= 1
    again = MapAccuracy.from_json(json.loads(json.dumps(first.to_json(), allow_nan=False)))
    assert again == first
    if not novel and right == 20 * confidence:
        assert second.high - second.low <= first.high - first.low  # type: ignore[operator]
