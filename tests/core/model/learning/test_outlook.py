"""What a training says of the map it makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import TrainResult, train
from s3fn_core.progress import run
from s3fn_core.results.map_accuracy import MapAccuracy
from s3fn_core.types import IdArray
from tests.core.model.scenes import classes, stripes, truth

FOLDED = preset("quick").with_(split=replace(preset("quick").split, folds=4))


def trained(labels: IdArray, **changes: bool) -> TrainResult:
    config = FOLDED.with_(experts=replace(FOLDED.experts, **changes))
    data = [LabelledCube(stripes(96, 96), labels)]
    return run(train(data, classes(), config, device="cpu"))


def told(result: TrainResult) -> MapAccuracy:
    record = result.model.metrics["map_accuracy"]
    assert record is not None
    return MapAccuracy.from_json(record)


def labels_in(rows: slice, columns: slice, step: int) -> IdArray:
    """Single pixels of both stripes in a part of the scene."""
    complete = truth(stripes(96, 96))
    labels = np.zeros_like(complete)
    labels[rows, columns][::step, ::3] = complete[rows, columns][::step, ::3]
    return labels


def test_labels_all_over_the_scene_tell_what_to_expect() -> None:
    result = trained(labels_in(slice(0, 94), slice(0, 96), 20))
    found = told(result)
    assert result.accuracy is not None
    assert result.accuracy.oa > 0.95
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.97 < found.high
    assert found.high - found.low < 0.3
    assert found.places >= 20
    assert found.novel_share is not None
    assert found.novel_share < 0.1


def test_labels_that_lie_together_do_not() -> None:
    """They are found again without an error, which says nothing of the rest of the scene."""
    result = trained(labels_in(slice(40, 52), slice(40, 52), 2))
    assert result.accuracy is not None
    assert result.accuracy.oa > 0.9
    found = told(result)
    assert found.low is found.high is None
    assert "(rising, dipped); label some more elsewhere" in found.sentence


def test_a_border_between_two_squares_makes_no_two_places() -> None:
    for corner in (18, 32):  # squares are 24 pixels wide
        part = slice(corner, corner + 10)
        assert told(trained(labels_in(part, part, 2))).low is None


def test_nothing_is_said_where_nothing_was_held_out_or_looked_at() -> None:
    labels = labels_in(slice(0, 94), slice(0, 96), 20)
    unmeasured = run(train([LabelledCube(stripes(96, 96), labels)], classes(), preset("quick"), device="cpu"))
    assert told(unmeasured).reason == "no label was held out"
    assert told(trained(labels, unlabelled=False)).reason == "only labelled pixels were looked at"
    assert trained(labels, enabled=False).model.metrics["map_accuracy"] is None
