"""Objects hold labels together."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.objects import labels_of_objects, labels_on_background, objects_held_together

TRUTH = np.zeros((30, 40), np.int32)
TRUTH[3:10, 4:12] = 1
TRUTH[4:12, 20:32] = 2
TRUTH[18:26, 8:18] = 3


def labelled(marks: dict[int, tuple[int, ...]]) -> np.ndarray:
    """Each class on all pixels of some objects."""
    ids = np.zeros(TRUTH.shape, np.uint8)
    for class_id, chosen in marks.items():
        ids[np.isin(TRUTH, chosen)] = class_id
    return ids


def test_objects_are_held_out_as_wholes_where_every_class_has_several() -> None:
    one, other = labelled({2: (2,)}), labelled({1: (1,), 2: (2, 3)})
    objects = [TRUTH, TRUTH]
    assert objects_held_together([one, other], objects) == [None, None]  # class 1 is on one object
    one = labelled({1: (1,), 2: (2,)})
    first, second = objects_held_together([one, other], objects)
    assert first is not None
    assert second is not None
    assert set(np.unique(first)) == {0, 1, 2, 3}
    assert set(np.unique(second)) == {0, 4, 5, 6}
    unmasked = labelled({1: (1, 3), 2: (2,)})
    assert objects_held_together([unmasked, other], [None, TRUTH]) == [None, None]


def test_labels_on_the_background_are_counted() -> None:
    ids = labelled({1: (1,)})
    assert labels_on_background([ids, ids], [TRUTH, None]) == 0
    ids[0, :5] = 1
    assert labels_on_background([ids, ids], [TRUTH, None]) == 5


def test_an_object_is_labelled_as_most_of_its_labelled_pixels() -> None:
    ids = labelled({1: (1,), 2: (2,)})
    ids[3:5, 4:12] = 2  # the smaller part of object 1
    ids[0, 0] = 5  # on no object
    assert labels_of_objects(ids, TRUTH) == {1: 1, 2: 2}
    ids[18, 8:10] = (9, 3)
    assert labels_of_objects(ids, TRUTH)[3] == 3  # of equals the lower id


def test_both_sides_of_an_object_are_held_out_together() -> None:
    one, other = labelled({1: (1,), 2: (2,)}), labelled({1: (3,), 2: (1,)})
    first, second = objects_held_together([one, other], [TRUTH, TRUTH], same=True)
    assert first is not None
    assert second is not None
    assert set(np.unique(first)) == set(np.unique(second)) == {0, 1, 2, 3}
    assert objects_held_together([one, one], [TRUTH, TRUTH], same=True) == [None, None]  # one object each
