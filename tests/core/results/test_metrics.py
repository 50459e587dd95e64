from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.results.metrics import accuracy, calibration_error

CLASSES = ClassSet(
    tuple(LabelClass(i, n, "#112233") for i, n in ((3, "soil"), (1, "water"), (7, "tree")))
)
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
    np.testing.assert_array_equal(
        result.confusion.sum(axis=1), [c.support for c in result.per_class]
    )
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


def test_calibration_error_of_known_cases() -> None:
    sure = np.array([True, False, False, True])
    assert calibration_error(sure, np.ones(4, np.float32)) == pytest.approx(0.5)
    assert calibration_error(sure, np.full(4, 0.5, np.float32)) == pytest.approx(0.0)
    halves = np.array([0.9, 0.9, 0.1, 0.1], np.float32)
    assert calibration_error(np.array([True, True, False, False]), halves) == pytest.approx(0.1)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=1, max_size=50))
def test_calibration_error_is_a_share(drawn: list[tuple[bool, float]]) -> None:
    correct, confidence = (np.array(column) for column in zip(*drawn, strict=True))
    error = calibration_error(correct, confidence)
    assert 0 <= error <= 1
    assert error >= abs(correct.mean() - confidence.mean()) - 1e-6


def test_confidence_gives_the_calibration_of_labelled_pixels() -> None:
    truth = np.array([0, 3, 1])
    result = accuracy(truth, np.array([3, 3, 1]), CLASSES, np.array([0.1, 1.0, 1.0], np.float32))
    assert result.ece == pytest.approx(0.0)
    assert "OA 100.0%" in str(result)
    assert "ECE" in str(result)


@pytest.mark.parametrize(
    ("truth", "predicted", "said"),
    [
        ([1, 3], [1], "differ in shape"),
        ([0, 0], [1, 3], "labels no pixel"),
        ([], [], "labels no pixel"),
        ([1, 9], [1, 3], "id 9, which is no class"),
    ],
)
def test_what_cannot_be_compared(truth: list[int], predicted: list[int], said: str) -> None:
    with pytest.raises(LabelError, match=said):
        accuracy(np.array(truth, np.uint8), np.array(predicted, np.uint8), CLASSES)
