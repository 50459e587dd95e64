from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import FileClass, is_same, mapped, propose_mapping, with_new_classes

CLASSES = ClassSet().added("soil").added("Low  Vegetation").added("water")


def proposed(*found: FileClass) -> list[tuple[int | None, str]]:
    return [(m.class_id, m.reason) for m in propose_mapping(found, CLASSES)]


def test_names_come_before_ids() -> None:
    found = (FileClass(1, "WATER"), FileClass(3, "low vegetation"), FileClass(9, "Soil"))
    assert proposed(*found) == [(3, "name"), (2, "name"), (1, "name")]


def test_ids_count_where_there_is_no_name() -> None:
    assert proposed(FileClass(2), FileClass(4)) == [(2, "id"), (None, "new")]


def test_a_name_that_only_repeats_the_id_is_none() -> None:
    assert proposed(FileClass(2, "class 2"), FileClass(3, "3")) == [(2, "id"), (3, "id")]
    called = CLASSES.added("class 2")
    (match,) = propose_mapping([FileClass(2, "Class 2")], called)
    assert (match.class_id, match.reason) == (4, "name")


def test_another_name_is_another_class() -> None:
    assert proposed(FileClass(1, "asphalt")) == [(None, "new")]


def test_when_there_is_nothing_to_ask() -> None:
    same = (FileClass(1, "Soil"), FileClass(3))
    assert is_same(propose_mapping(same, CLASSES))
    for other in (FileClass(1, "water"), FileClass(2, "asphalt"), FileClass(9)):
        assert not is_same(propose_mapping((*same, other), CLASSES))


def test_new_classes_keep_id_name_and_colour() -> None:
    found = (FileClass(7, "asphalt", "#010203"), FileClass(1, "roof"), FileClass(3), FileClass(900))
    classes, mapping = with_new_classes(propose_mapping(found, CLASSES), CLASSES)
    assert classes[7] == LabelClass(7, "asphalt", "#010203")
    assert classes.classes[:3] == CLASSES.classes
    assert mapping == {7: 7, 1: 4, 3: 3, 900: 5}
    assert classes[4].name == "roof"
    assert classes[5].name == "class 900"


def test_ids_that_labels_elsewhere_have_are_left_to_them() -> None:
    found = propose_mapping((FileClass(7, "asphalt"), FileClass(1, "roof")), CLASSES)
    _, mapping = with_new_classes(found, CLASSES, taken=lambda class_id: class_id in (4, 7))
    assert mapping == {7: 5, 1: 6}


def test_too_many_new_classes() -> None:
    found = [FileClass(i) for i in range(300, 560)]
    with pytest.raises(LabelError, match="255 classes"):
        with_new_classes(propose_mapping(found, CLASSES), CLASSES)


@settings(deadline=None)
@given(
    ids=hnp.arrays(
        st.sampled_from([np.uint8, np.uint16, np.uint32, np.uint64]),
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.integers(0, 255),
    ),
    mapping=st.dictionaries(st.integers(0, 2**40), st.integers(0, 255), max_size=6)
    | st.dictionaries(st.integers(1, 255), st.integers(0, 255)),
)
def test_every_pixel_is_mapped(ids: np.ndarray, mapping: dict[int, int]) -> None:
    expected = [[mapping.get(int(i), 0) for i in line] for line in ids]
    result = mapped(ids, mapping)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, expected)


def test_no_class_has_such_an_id() -> None:
    with pytest.raises(LabelError, match="class id 256"):
        mapped(np.zeros((2, 2), np.uint8), {1: 256})
