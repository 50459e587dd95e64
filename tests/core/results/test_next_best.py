"""The second and third class of a map, in four bytes a pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.results.next_best import STEPS, NextBest
from s3fn_core.types import FloatArray

IDS = np.array([7, 3, 9, 4], np.uint8)
WHOLE = (slice(None), slice(None))


@given(scores=arrays(np.float32, (3, 4, 4), elements=st.floats(0, 1, width=32), unique=True))
def test_second_and_third_are_those_of_sorting(scores: FloatArray) -> None:
    probability = scores / scores.sum(-1, keepdims=True)
    found = NextBest.zeros(3, 4)
    found.put(WHOLE, probability, IDS)
    order = np.argsort(-probability, axis=-1)[..., 1:3]
    expected = np.take_along_axis(probability, order, -1)
    assert np.abs(found.shares / STEPS - expected).max() <= 0.5 / STEPS + 1e-6
    np.testing.assert_array_equal(found.ids, np.where(expected > 0, IDS[order], 0))


def test_of_two_classes_there_is_no_third_and_of_background_nothing() -> None:
    probability = np.array([[[0.25, 0.75], [0, 0]]], np.float32)
    found = NextBest.zeros(1, 2)
    found.put(WHOLE, probability, IDS[:2])
    assert found.ids.tolist() == [[[7, 0], [0, 0]]]
    assert found.shares[0, 0].tolist() == [64, 0]
    margin = found.margin(probability.max(-1))
    np.testing.assert_allclose(margin, [[0.75 - 64 / STEPS, 0]], atol=1e-6)


def test_a_part_goes_to_its_place_and_what_is_unknown_is_forgotten() -> None:
    found = NextBest.zeros(2, 2)
    found.put((slice(1, 2), slice(0, 2)), np.full((1, 2, 4), 0.25, np.float32), IDS)
    assert found.ids[0].max() == 0
    assert found.ids[1].tolist() == [[3, 9], [3, 9]]
    kept = found.copy()
    found.keep_where([7, 3])
    assert (found.ids.max(), found.shares.max()) == (0, 0)
    assert kept.ids[1].tolist() == [[3, 9], [3, 9]]


def test_probabilities_of_the_likeliest_classes_come_back() -> None:
    known = np.array([[[0.5, 0.1, 0.0, 0.4], [0.0, 0.0, 0.0, 0.0]]], np.float32)
    ids = np.array([7, 2, 9, 4], np.uint8)
    kept = NextBest.zeros(1, 2)
    kept.put((slice(None), slice(None)), known, ids)
    best, sure = np.array([[7, 0]], np.uint8), known.max(-1)
    np.testing.assert_allclose(kept.probabilities(best, sure, ids.tolist()), known, atol=0.5 / 255)
