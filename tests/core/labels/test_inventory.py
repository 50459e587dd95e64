"""What labels offer to learn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.labels.inventory import ClassLabels, concerns, count_labels
from s3fn_core.types import IdArray

CLASSES = ClassSet().added("leaf").added("soil").added("water")
SHAPE = (12, 20)


def described() -> ClassSet:
    made = CLASSES
    for class_id in made.ids:
        made = made.changed(class_id, descriptions=(Description("Bright."),))
    return made


def scene() -> IdArray:
    """Leaf in two places, soil in one, no water."""
    ids = np.zeros(SHAPE, np.uint8)
    ids[1:4, 1:5] = ids[8:10, 1:5] = 1
    ids[1:4, 10:14] = 2
    return ids


def test_pixels_regions_and_objects_are_counted_over_all_cubes() -> None:
    ids, objects, test = scene(), np.zeros(SHAPE, np.int32), np.zeros(SHAPE, bool)
    objects[0:5, 0:5], objects[7:12, 0:3] = 1, 2
    test[8:10, 1:5] = True
    leaf, soil, water = count_labels([ids, ids], [objects, None], [test, None], CLASSES)
    assert leaf == ClassLabels(1, pixels=16 + 20, regions=4, objects=2, outside=4, tested=4)
    assert soil == ClassLabels(2, pixels=12, regions=1, outside=12)
    assert water == ClassLabels(3)


@given(
    arrays(np.uint8, SHAPE, elements=st.integers(0, 3)), arrays(np.int32, SHAPE, elements=st.integers(0, 2))
)
def test_no_label_is_lost_or_counted_twice(ids: IdArray, objects: np.ndarray) -> None:
    for one in count_labels([ids], [objects], [None], CLASSES):
        assert one.pixels + one.outside == np.count_nonzero(ids == one.class_id)
        assert one.objects == len(np.unique(objects[(ids == one.class_id) & (objects > 0)]))


def test_good_labels_raise_no_concern() -> None:
    found = [ClassLabels(i, pixels=40, regions=3) for i in CLASSES.ids]
    assert concerns(found, described()) == ()


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (ClassLabels(1), "leaf has no labels"),
        (ClassLabels(1, 40, 1), "leaf is labelled in one region only"),
        (ClassLabels(1, 40, 2, 1), "leaf is labelled on one object only"),
        (ClassLabels(1, 9, 3, 3), "Very few labelled pixels: leaf (9)"),
        (ClassLabels(1, 40, 2, 3, 7), "Labels outside the mask, ignored in training: leaf 7"),
        (ClassLabels(1, 40, 2, 3, 0, 40), "Every label of leaf lies in a test region"),
    ],
)
def test_what_is_wrong_with_labels_is_said(one: ClassLabels, said: str) -> None:
    rest = [ClassLabels(i, pixels=40, regions=3, objects=3) for i in (2, 3)]
    told = concerns([one, *rest], described())
    assert len(told) == 1
    assert told[0].startswith(said)


def test_words_can_stand_for_labels_and_are_missed_where_there_are_none() -> None:
    found = [ClassLabels(1), *(ClassLabels(i, pixels=40, regions=3) for i in (2, 3))]
    told = concerns(found, CLASSES, {1})
    assert told == (
        "leaf has no labels: known only from the expected spectrum; accuracy not measured.",
        "Without a description, known by name only: leaf, soil, water.",
    )
