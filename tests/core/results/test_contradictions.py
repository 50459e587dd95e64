"""Labels that the map contradicts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from s3fn_core.errors import LabelError
from s3fn_core.results.contradictions import contradictions
from s3fn_core.types import IdArray

MAPS = arrays.arrays(np.uint8, (4, 5), elements=st.integers(0, 3))


@given(labels=MAPS, mapped=MAPS)
def test_they_are_the_labels_that_the_map_names_otherwise(labels: IdArray, mapped: IdArray) -> None:
    found = contradictions(labels, mapped)
    differ = (labels > 0) & (mapped > 0) & (labels != mapped)
    np.testing.assert_array_equal(found.ids, np.where(differ, labels, 0))
    assert found.count == differ.sum()
    for one in found.classes:
        here = labels == one.class_id
        assert one.labelled == (here & (mapped > 0)).sum()
        assert one.contradicted == (here & differ).sum()
        others = mapped[here & differ].tolist()
        assert one.mostly == (max(sorted(set(others)), key=others.count) if others else 0)


def test_as_a_table() -> None:
    labels, mapped = np.array([[1, 1, 1, 2]], np.uint8), np.array([[1, 2, 0, 2]], np.uint8)
    table = contradictions(labels, mapped).table({1: "soil", 2: "tree"})
    assert table[1:] == [("soil", "2", "1", "50", "tree"), ("tree", "1", "0", "0", "")]


def test_maps_of_another_shape_are_refused() -> None:
    with pytest.raises(LabelError, match="labels and map of one cube"):
        contradictions(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8))
