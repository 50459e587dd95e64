"""One class for every object."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.results.voting import one_class_per_object


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
