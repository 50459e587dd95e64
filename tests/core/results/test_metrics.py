from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from s3fn_core.cli.output import accuracy_table
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.results.intervals import MIN_BLOCKS, bootstrap, square_blocks
from s3fn_core.results.metrics import accuracy, calibration_error, reliability

CLASSES = ClassSet(tuple(LabelClass(i, n, "#112233") for i, n in ((3, "soil"), (1, "water"), (7, "tree"))))
ids = st.sampled_from(CLASSES.ids)
pairs = st.lists(st.tuples(ids, ids), min_size=1, max_size=60)


@given(pairs)
def test_agrees_with_sklearn(drawn: list[tuple[int, int]]) -> None:
    truth, predicted = (np.array(column, np.uint8) for column in zip(*drawn, strict=True))
    result = accuracy(truth, predicted, CLASSES)

    assert result.oa == pytest.approx(reference.accuracy_score(truth, predicted))
    recalls = reference.recall_score(truth, predicted, labels=np.unique(truth), average=None)
    assert result.aa == pytest.approx(recalls.mean())
    if len({*truth.tolist(), *predicted.tolist()}) > 1:
        assert result.kappa == pytest.approx(reference.cohen_kappa_score(truth, predicted))
    else:
        assert math.isnan(result.kappa)
    assert result.class_ids == (3, 1, 7)
    assert result.confusion.sum() == result.count == len(drawn)
    np.testing.assert_array_equal(result.confusion.sum(axis=1), [c.support for c in result.per_class])
    assert np.trace(result.confusion) == round(result.oa * result.count)


@given(pairs, st.randoms())
def test_order_of_pixels_does_not_matter(drawn: list[tuple[int, int]], random: object) -> None:
    shuffled = drawn.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    results = [
        accuracy(*(np.array(column, np.uint8) for column in zip(*some, strict=True)), CLASSES)
        for some in (drawn, shuffled)
    ]
    assert json.dumps(results[0].to_json()) == json.dumps(results[1].to_json())


def test_maps_and_unlabelled_pixels() -> None:
    truth = np.array([[0, 3], [1, 1]], np.uint8)
    predicted = np.array([[7, 3], [1, 3]], np.uint8)
    result = accuracy(truth, predicted, CLASSES)
    assert result.count == 3
    assert result.oa == pytest.approx(2 / 3)
    assert result.aa == pytest.approx((1 + 0.5) / 2)
    assert result.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]


def test_pixels_left_unclassified_are_wrong_and_counted() -> None:
    result = accuracy(np.array([3, 3, 1, 1]), np.array([3, 0, 0, 1]), CLASSES)
    assert result.oa == 0.5
    assert result.unclassified == 2
    assert result.confusion.sum() == 2
    assert [c.recall for c in result.per_class[:2]] == [0.5, 0.5]


def test_class_without_ground_truth_is_left_out_of_the_average() -> None:
    result = accuracy(np.array([3, 1]), np.array([3, 7]), CLASSES)
    assert result.aa == 0.5
    assert math.isnan(result.per_class[2].recall)
    record = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert record["per_class"][2]["recall"] is None
    assert record["per_class"][2]["name"] == "tree"


def gap(correct: list[bool], confidence: list[float]) -> float:
    return calibration_error(reliability(np.array(correct), np.array(confidence, np.float32)))


def test_calibration_error_of_known_cases() -> None:
    sure = [True, False, False, True]
    assert gap(sure, [1, 1, 1, 1]) == pytest.approx(0.5)
    assert gap(sure, [0.5, 0.5, 0.5, 0.5]) == pytest.approx(0.0)
    assert gap([True, True, False, False], [0.9, 0.9, 0.1, 0.1]) == pytest.approx(0.1)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=1, max_size=50))
def test_bins_hold_every_pixel_and_their_error_is_a_share(drawn: list[tuple[bool, float]]) -> None:
    correct, confidence = (np.array(column) for column in zip(*drawn, strict=True))
    bins = reliability(correct, confidence)
    assert sum(part.count for part in bins) == len(drawn)
    assert all(part.count and part.low - 1e-6 <= part.confidence <= part.high + 1e-6 for part in bins)
    assert sum(part.count * part.accuracy for part in bins) == pytest.approx(correct.sum())
    error = calibration_error(bins)
    assert 0 <= error <= 1
    assert error >= abs(correct.mean() - confidence.mean()) - 1e-6


def test_confidence_gives_the_calibration_of_labelled_pixels() -> None:
    truth = np.array([0, 3, 1])
    result = accuracy(truth, np.array([3, 3, 1]), CLASSES, np.array([0.1, 1.0, 1.0], np.float32))
    assert result.ece == pytest.approx(0.0)
    assert "OA 100.0 %" in str(result)
    assert "ECE" in str(result)
    (full,) = result.to_json()["reliability"]
    assert (full["low"], full["high"]) == (pytest.approx(14 / 15), 1.0)
    assert (full["confidence"], full["accuracy"], full["count"]) == (1.0, 1.0, 2)


@pytest.mark.parametrize(
    ("truth", "predicted", "said"),
    [
        ([1, 3], [1], "differ in shape"),
        ([0, 0], [1, 3], "labels no pixel"),
        ([], [], "labels no pixel"),
        ([1, 9], [1, 3], "id 9, which is not a class"),
    ],
)
def test_what_cannot_be_compared(truth: list[int], predicted: list[int], said: str) -> None:
    with pytest.raises(LabelError, match=said):
        accuracy(np.array(truth, np.uint8), np.array(predicted, np.uint8), CLASSES)


def blocks_that_err(
    rng: np.random.Generator, blocks: int, pixels: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, prediction and block of pixels that are right together, on average at 80 %."""
    truth = np.tile([3, 1], blocks * pixels // 2).astype(np.uint8)
    right = rng.random((blocks, pixels)) < rng.beta(1.6, 0.4, (blocks, 1))
    return truth, np.where(right.ravel(), truth, 4 - truth), np.repeat(np.arange(blocks), pixels)


@pytest.mark.parametrize(("blocks", "least"), [(6, 0.82), (25, 0.89)])
def test_intervals_cover_the_true_value_where_single_pixels_would_not(blocks: int, least: float) -> None:
    rng = np.random.default_rng(1)
    covered, by_pixel = [], []
    for trial in range(250):
        truth, predicted, block = blocks_that_err(rng, blocks, 10)
        arrays = np.searchsorted([1, 3], truth), np.searchsorted([1, 3], predicted), 2
        whole = bootstrap(*arrays, block)
        assert whole is not None
        covered.append(
            [
                interval is not None and interval[0] <= true <= interval[1]
                for interval, true in ((whole.oa, 0.8), (whole.aa, 0.8), (whole.kappa, 0.6))
            ]
        )
        if trial < 80:
            single = bootstrap(*arrays, np.arange(len(truth)))
            assert single is not None
            by_pixel.append(single.oa is not None and single.oa[0] <= 0.8 <= single.oa[1])
    rates = np.mean(covered, axis=0)
    assert (rates > least).all(), rates
    assert (rates < 0.995).all(), rates
    assert np.mean(by_pixel) < 0.85


@given(pairs)
def test_blocks_that_are_copies_of_each_other_leave_nothing_to_vary(drawn: list[tuple[int, int]]) -> None:
    truth, predicted = (
        np.tile(np.array(column, np.uint8), MIN_BLOCKS) for column in zip(*drawn, strict=True)
    )
    blocks = np.repeat(np.arange(MIN_BLOCKS), len(drawn))
    intervals = accuracy(truth, predicted, CLASSES, blocks=blocks).intervals
    assert intervals is not None
    if (truth == predicted)[truth > 0].all():  # so many blocks without an error say how rare one is
        assert intervals.oa == pytest.approx((0.025 ** (1 / MIN_BLOCKS), 1.0))
    else:
        assert intervals.oa is None
    assert (intervals.aa, intervals.kappa) == (None, None)


def test_few_blocks_give_no_interval_and_equal_seeds_the_same() -> None:
    truth, predicted, block = blocks_that_err(np.random.default_rng(0), MIN_BLOCKS, 8)
    assert accuracy(truth, predicted, CLASSES).intervals is None
    assert accuracy(truth, predicted, CLASSES, blocks=block // 2).intervals is None
    first, again = (accuracy(truth, predicted, CLASSES, blocks=block) for _ in range(2))
    assert first.intervals is not None
    assert first.intervals == again.intervals
    assert first.intervals.blocks == MIN_BLOCKS
    record = json.loads(json.dumps(first.to_json(), allow_nan=False))["intervals"]
    assert record["oa"][0] < first.oa < record["oa"][1]
    assert record["level"] == 0.95
    assert "OA 8" in str(first)
    assert " to " in str(first)
    assert accuracy_table(first).splitlines()[2].startswith("95 % confidence from 5 blocks: OA ")


def test_blocks_of_unlabelled_pixels_do_not_count() -> None:
    truth = np.array([[3, 1, 0, 0, 0, 0]], np.uint8)
    assert accuracy(truth, truth, CLASSES, blocks=np.arange(6)[None]).intervals is None


def test_unclassified_pixels_are_errors_in_the_intervals_too() -> None:
    truth, predicted = np.array([0, 1] * 20), np.array([0, 2] * 20)
    intervals = bootstrap(truth, predicted, 2, np.arange(40) // 2)
    assert intervals is not None
    assert (intervals.oa, intervals.kappa) == (None, None)  # half are wrong in every block
    mixed = bootstrap(truth, predicted, 2, np.arange(40))
    assert mixed is not None
    assert mixed.oa is not None
    assert mixed.oa[0] < 0.5 < mixed.oa[1]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 99), st.integers(0, 99)), min_size=1))
def test_square_blocks_join_neighbours_of_one_cube(places: list[tuple[int, int, int]]) -> None:
    pixels = np.array(places)
    numbers = square_blocks(pixels, 32)
    for (a, place), (b, other) in zip(enumerate(places), enumerate(places[1:], 1), strict=False):
        together = (place[0], place[1] // 32, place[2] // 32) == (other[0], other[1] // 32, other[2] // 32)
        assert (numbers[a] == numbers[b]) == together


def test_draws_of_a_single_class_say_nothing_of_kappa() -> None:
    """Every block holds one class; three quarters of the pixels of each are right."""
    for blocks, defined in (([0, 0, 0, 0, 1], False), ([0, 1] * 6, True)):
        truth = np.repeat(blocks, 40)
        predicted = np.where(np.arange(len(truth)) % 40 < 30, truth, 1 - truth)
        block = np.repeat(np.arange(len(blocks)), 40)
        intervals = bootstrap(truth, predicted, 2, block, unit="objects")
        assert intervals is not None
        assert (intervals.unit, intervals.to_json()["unit"]) == ("objects", "objects")
        assert (intervals.kappa is not None) == defined
        if intervals.kappa is not None:
            assert 0.1 < intervals.kappa[0] < intervals.kappa[1] < 0.6
