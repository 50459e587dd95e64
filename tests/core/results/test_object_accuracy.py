"""Accuracy of held-out objects."""

from __future__ import annotations

import pytest

from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.results.object_accuracy import object_accuracy

CLASSES = ClassSet((LabelClass(4, "sound", "#000000"), LabelClass(2, "rotten", "#ffffff")))


def test_figures_come_from_the_confusion() -> None:
    found = object_accuracy({"objects": {"class_ids": [4, 2], "confusion": [[7, 1], [2, 6]]}}, CLASSES)
    assert found is not None
    assert (found.count, found.oa) == (16, 13 / 16)
    assert found.confusion.tolist() == [[7, 1], [2, 6]]
    assert [one.recall for one in found.per_class] == [7 / 8, 6 / 8]
    assert found.per_class[0].precision == pytest.approx(7 / 9)


@pytest.mark.parametrize(
    "objects",
    [
        None,
        {},
        {"count": 3, "right": 2},  # of an earlier version
        {"class_ids": [4, 2], "confusion": [[0, 0], [0, 0]]},
        {"class_ids": [4, 9], "confusion": [[1, 0], [0, 1]]},
    ],
)
def test_without_held_out_objects_there_are_none(objects: dict[str, object] | None) -> None:
    assert object_accuracy({"objects": objects}, CLASSES) is None
