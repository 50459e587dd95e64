"""Connected parts of a label map."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.regions import label_regions, list_regions, whole_regions


def test_regions_are_listed_with_their_place() -> None:
    ids = np.zeros((4, 6), np.uint8)
    ids[0, 1:3] = 2
    ids[2:4, 4:6] = 1
    first, second = list_regions(*label_regions(ids))
    assert (first.number, first.class_id, first.pixels, first.box) == (1, 2, 2, (0, 1, 1, 3))
    assert first.centre == (0.0, 1.5)
    assert (second.number, second.class_id, second.box) == (2, 1, (2, 4, 4, 6))
    assert list_regions(*label_regions(np.zeros((2, 2), np.uint8))) == ()


def test_a_mark_counts_for_the_whole_of_its_region() -> None:
    ids = np.array([[1, 1, 0, 2], [1, 0, 0, 2]], np.uint8)
    marked = np.zeros(ids.shape, bool)
    marked[0, 0] = marked[0, 2] = True  # the second lies on no label
    assert whole_regions(label_regions(ids)[0], marked).tolist() == (ids == 1).tolist()
