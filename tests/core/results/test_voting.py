"""One class for every object."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.results.voting import one_class_per_object, pixel_verdicts


def test_most_pixels_decide() -> None:
    ids = np.array([[1, 1, 2, 0], [2, 2, 2, 1], [0, 0, 3, 3]], np.uint8)
    objects = np.array([[7, 7, 7, 7], [9, 9, 9, 9], [4, 4, 0, 0]])
    confidence = np.full(ids.shape, 0.5, np.float32)
    found, share = one_class_per_object(ids, confidence, objects)
    assert found.tolist() == [[1, 1, 1, 1], [2, 2, 2, 2], [0, 0, 3, 3]]
    np.testing.assert_allclose(share[0], 2 / 3)
    np.testing.assert_allclose(share[1], 3 / 4)
    np.testing.assert_allclose(share[2], [0, 0, 0.5, 0.5])
    assert (found.dtype, share.dtype) == (np.uint8, np.float32)


def test_confidence_decides_between_equals_only() -> None:
    ids = np.array([[1, 2, 1, 2, 2]], np.uint8)
    confidence = np.array([[0.9, 0.4, 0.9, 0.4, 0.4]], np.float32)
    objects = np.array([[1, 1, 2, 2, 2]])
    found, _ = one_class_per_object(ids, confidence, objects)
    assert found.tolist() == [[1, 1, 2, 2, 2]]


def test_maps_of_other_cubes_are_refused() -> None:
    with pytest.raises(LabelError, match="same cube"):
        one_class_per_object(np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.float32), np.zeros((3, 2), int))


def test_what_pixels_say_of_objects_is_the_class_that_a_map_gives_them() -> None:
    classes = ClassSet((LabelClass(3, "a", "#000000"), LabelClass(1, "b", "#ffffff")))
    ids = np.array([[1, 1, 3, 0], [3, 3, 3, 1], [0, 0, 0, 0]], np.uint8)
    objects = np.repeat([[7], [9], [4]], 4, axis=1)
    confidence = np.array([[0.5, 0.7, 1, 1], [1, 1, 1, 0.2], [0, 0, 0, 0]], np.float32)
    novelty = np.where(objects == objects.max(), 1.5, np.nan).astype(np.float32)
    found = pixel_verdicts(ids, confidence, objects, classes, novelty)
    assert [n for n, one in found.items() if one.shown_unknown] == [objects.max()]
    assert [one.novelty for one in found.values()] == [None] * (len(found) - 1) + [1.5]
    assert {number: (one.class_id, one.class_name) for number, one in found.items()} == {
        4: (0, ""),
        7: (1, "b"),
        9: (3, "a"),
    }
    assert (found[7].votes, found[7].patches) == ((1, 2), 3)
    assert found[7].agreement == pytest.approx(2 / 3)
    assert found[7].probability == pytest.approx(0.6)
    shown, _ = one_class_per_object(ids, confidence, objects)
    assert [shown[row, 0] for row in range(3)] == [found[n].class_id for n in (7, 9, 4)]
