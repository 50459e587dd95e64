"""Objects hold labels together."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.errors import LabelError
from s3fn_core.labels.object_names import UNNAMED, ObjectNames, numbered_over_all
from s3fn_core.labels.objects import labels_of_objects, labels_on_background, objects_held_together, own_names

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


def test_objects_numbered_over_all_cubes_are_known_by_their_own_numbers() -> None:
    held = np.where(TRUTH > 0, 9 - TRUTH, 0)
    held[TRUTH == 2] = 8  # one object with number 1, by their name
    assert list(own_names(held, TRUTH, {1: "plum", 2: "plum"}).items()) == [(8, "1 plum, 2 plum"), (6, "3")]


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


def test_objects_of_the_same_name_are_held_out_together() -> None:
    one, other = labelled({1: (1,), 2: (2,)}), labelled({1: (2, 3), 2: (1,)})
    names = [{1: "apple 7"}, {3: "apple 7"}]
    apart = [labelled({1: (1,), 2: (2,)}), labelled({1: (3,), 2: (1,)})]
    assert objects_held_together(apart, [TRUTH, TRUTH], names=names) == [
        None,
        None,
    ]  # class 1 is on one object
    first, second = objects_held_together([one, other], [TRUTH, TRUTH], names=names)
    assert first is not None
    assert second is not None
    assert set(first[TRUTH == 1]) == set(second[TRUTH == 3])
    assert len({*np.unique(first), *np.unique(second)} - {0}) == 5


def test_a_name_counts_for_more_than_a_number() -> None:
    first, second = numbered_over_all([TRUTH, TRUTH], [{1: "left"}, {1: "right", 2: "left"}], same=True)
    assert first is not None
    assert second is not None
    assert set(first[TRUTH == 1]) == set(second[TRUTH == 2])
    assert set(first[TRUTH == 1]) != set(second[TRUTH == 1])
    assert set(first[TRUTH == 3]) == set(second[TRUTH == 3])


def test_a_name_stays_with_its_object_when_the_numbers_change() -> None:
    names = ObjectNames().renamed(TRUTH, 2, " apple \n 7 ").renamed(TRUTH, 3, "pear")
    assert names.of(TRUTH) == {2: "apple 7", 3: "pear"}
    fewer = np.where(TRUTH > 1, TRUTH - 1, 0)  # object 1 was cut away
    assert names.of(fewer) == {1: "apple 7", 2: "pear"}
    assert names.of(np.where(TRUTH == 3, 0, TRUTH)) == {2: "apple 7"}
    assert names.renamed(TRUTH, 2, "").of(TRUTH) == {3: "pear"}
    assert names.renamed(fewer, 1, "plum").of(TRUTH) == {2: "plum", 3: "pear"}
    assert ObjectNames.from_json(names.to_json(), TRUTH.shape) == names
    with pytest.raises(LabelError, match="no object 9"):
        names.renamed(TRUTH, 9, "x")


@pytest.mark.parametrize("record", [3, [[1, 2]], [["a", 1, "x"]], [[99, 1, "x"]]])
def test_damaged_names_are_told(record: object) -> None:
    with pytest.raises(LabelError, match="names of objects"):
        ObjectNames.from_json(record, TRUTH.shape)


def test_a_project_without_names_has_nothing_to_save() -> None:
    assert ObjectNames.from_json([], (2, 3)) is UNNAMED
