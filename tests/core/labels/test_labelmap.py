from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.errors import LabelError
from s3fn_core.labels.labelmap import LabelMap, merge_edits
from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.types import IdArray

SHAPE = (9, 12)
points = st.tuples(st.integers(-6, SHAPE[0] + 5), st.integers(-6, SHAPE[1] + 5))
strokes = st.tuples(points, points, st.integers(1, 9))
maps = hnp.arrays(np.uint8, SHAPE, elements=st.integers(0, 5))
actions = st.lists(st.tuples(strokes, st.integers(0, 5), st.booleans()), min_size=1, max_size=6)


@given(maps, actions)
def test_reverting_in_turn_restores_the_map(
    ids: IdArray, steps: list[tuple[tuple[tuple[int, int], tuple[int, int], int], int, bool]]
) -> None:
    labels = LabelMap(ids.copy())
    edits = []
    for (start, stop, size), class_id, protect in steps:
        edits.append(labels.edit(*brush_stroke(SHAPE, start, stop, size), class_id, protect))
        labels.apply(edits[-1])
    painted = labels.ids.copy()

    merged = merge_edits(edits)
    labels.revert(merged)
    np.testing.assert_array_equal(labels.ids, ids)
    labels.apply(merged)
    np.testing.assert_array_equal(labels.ids, painted)
    for edit in reversed(edits):
        labels.revert(edit)
    np.testing.assert_array_equal(labels.ids, ids)


@given(maps, strokes, st.integers(0, 5))
def test_protected_classes_keep_their_pixels(
    ids: IdArray, stroke: tuple[tuple[int, int], tuple[int, int], int], class_id: int
) -> None:
    labels = LabelMap(ids.copy())
    edit = labels.edit(*brush_stroke(SHAPE, *stroke), class_id, protect=True)
    labels.apply(edit)
    if class_id:
        np.testing.assert_array_equal(labels.ids[ids != 0], ids[ids != 0])
    assert edit.mask.sum() == np.count_nonzero(labels.ids != ids)


@given(maps, maps)
def test_replace_all(ids: IdArray, other: IdArray) -> None:
    labels = LabelMap(ids.copy())
    edit = labels.replace_all(other)
    assert edit.is_empty == bool((ids == other).all())
    labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, other)
    labels.revert(edit)
    np.testing.assert_array_equal(labels.ids, ids)


@given(strokes)
def test_stroke_lies_in_the_map_and_covers_its_ends(
    stroke: tuple[tuple[int, int], tuple[int, int], int],
) -> None:
    start, stop, size = stroke
    (top, left, bottom, right), mask = brush_stroke(SHAPE, start, stop, size)
    assert 0 <= top <= bottom <= SHAPE[0]
    assert 0 <= left <= right <= SHAPE[1]
    assert mask.shape == (bottom - top, right - left)
    for line, sample in (start, stop):
        if 0 <= line < SHAPE[0] and 0 <= sample < SHAPE[1]:
            assert mask[line - top, sample - left]


def test_smallest_brush_paints_the_pixel_under_the_cursor() -> None:
    (top, left, *_), mask = brush_stroke(SHAPE, (4, 5), (4, 5), 1)
    assert np.argwhere(mask).tolist() == [[4 - top, 5 - left]]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 15])
def test_brush_is_as_wide_as_its_size(size: int) -> None:
    _, mask = brush_stroke((60, 60), (30, 30), (30, 30), size)
    assert abs(int(mask.any(axis=0).sum()) - size) <= 1


def test_counts_copy_and_shape() -> None:
    labels = LabelMap.empty(3, 4)
    twin = labels.copy()
    labels.ids[0, :2] = 7
    assert labels.count(7) == 2
    assert twin.count(7) == 0
    assert labels.shape == (3, 4)


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(LabelError, match="two axes"):
        LabelMap(np.zeros((2, 2, 2), np.uint8))
    with pytest.raises(LabelError, match="2 x 3 but the cube 3 x 2"):
        LabelMap.empty(3, 2).replace_all(np.zeros((2, 3), np.uint8))


def test_locked_classes_are_neither_painted_over_nor_erased() -> None:
    labels = LabelMap(np.array([[0, 1, 2, 3]], np.uint8))
    everywhere = np.ones((1, 4), bool)
    over = labels.edit((0, 0, 1, 4), everywhere, 3, locked=frozenset({1}))
    assert over.mask.tolist() == [[True, False, True, False]]
    gone = labels.edit((0, 0, 1, 4), everywhere, 0, protect=True, locked=frozenset({1, 3}))
    assert gone.mask.tolist() == [[False, False, True, False]]
