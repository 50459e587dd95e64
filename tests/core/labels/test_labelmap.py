from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.errors import LabelError
from s3fn_core.labels import labelmap
from s3fn_core.labels.labelmap import LabelEdit, LabelMap, count_ids, merge_edits, tiles
from s3fn_core.labels.packing import PackedEdit
from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.types import Box, IdArray

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
    labels.apply(merged)
    np.testing.assert_array_equal(labels.ids, ids)
    labels.apply(merged)
    np.testing.assert_array_equal(labels.ids, painted)
    for edit in reversed(edits):
        labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, ids)


@pytest.mark.parametrize("side", [4, labelmap.TILE])
@given(ids=maps, steps=actions, locked=st.frozensets(st.integers(1, 5)))
def test_edits_by_tiles_are_those_of_the_whole_map(
    side: int,
    ids: IdArray,
    steps: list[tuple[tuple[tuple[int, int], tuple[int, int], int], int, bool]],
    locked: frozenset[int],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labelmap, "TILE", side)
        labels, expected, edits = LabelMap(ids.copy()), ids.copy(), list[LabelEdit]()
        for (start, stop, size), class_id, protect in steps:
            box, mask = brush_stroke(SHAPE, start, stop, size)
            edits.append(labels.edit(box, mask, class_id, protect, locked))
            labels.apply(edits[-1])
            view = expected[box[0] : box[2], box[1] : box[3]]
            painted = mask & ~np.isin(view, list(locked)) & (view != class_id)
            if protect and class_id:
                painted &= view == 0
            assert edits[-1].pixels == painted.sum()
            view[painted] = class_id
            np.testing.assert_array_equal(labels.ids, expected)
        whole = merge_edits(edits)
        for one in (whole, PackedEdit.of(whole).unpacked()):
            np.testing.assert_array_equal(one.gained, counted(expected) - counted(ids))
            assert one.pixels == np.count_nonzero(expected != ids)
            assert one.is_empty == (one.pixels == 0)
            labels.apply(one)
            np.testing.assert_array_equal(labels.ids, ids)
            labels.apply(one)
            np.testing.assert_array_equal(labels.ids, expected)


def counted(ids: IdArray) -> np.ndarray:
    return np.bincount(ids.ravel(), minlength=256)


@given(hnp.arrays(np.uint8, st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_every_id_is_counted(ids: IdArray) -> None:
    np.testing.assert_array_equal(count_ids(ids), counted(ids))


def test_a_large_map_is_counted_piece_by_piece() -> None:
    ids = (np.arange(700 * 500) // 5000).astype(np.uint8).reshape(700, 500)
    np.testing.assert_array_equal(count_ids(ids), counted(ids))


@given(st.tuples(*[st.integers(0, 1000)] * 4))
def test_tiles_cover_a_box_once(corners: Box) -> None:
    top, left, bottom, right = corners
    covered = np.zeros((1000, 1000), np.uint8)
    for place in tiles(corners):
        covered[place[0] : place[2], place[1] : place[3]] += 1
        assert place[0] // labelmap.TILE == (place[2] - 1) // labelmap.TILE
        assert place[1] // labelmap.TILE == (place[3] - 1) // labelmap.TILE
    expected = np.zeros_like(covered)
    expected[top:bottom, left:right] = 1
    np.testing.assert_array_equal(covered, expected)


def test_a_stroke_across_a_map_has_only_the_tiles_that_it_touches() -> None:
    labels = LabelMap.empty(4000, 4000)
    edits = []
    for step in range(0, 3900, 50):
        stroke = brush_stroke(labels.shape, (step, step), (step + 50, step + 50), 50)
        edits.append(labels.edit(*stroke, 1))
        labels.apply(edits[-1])
    patches = merge_edits(edits).patches
    assert sum(patch.difference.size for patch in patches) < labels.ids.size / 5
    assert len(patches) == len({(p.box[0] // 256, p.box[1] // 256) for p in patches})


@given(maps, st.frozensets(st.integers(0, 5)), st.integers(0, 5))
def test_classes_become_another(ids: IdArray, gone: frozenset[int], class_id: int) -> None:
    labels = LabelMap(ids.copy())
    edit = labels.relabel(gone, class_id)
    expected = np.where(np.isin(ids, list(gone)), class_id, ids).astype(np.uint8)
    np.testing.assert_array_equal(edit.gained, counted(expected) - counted(ids))
    labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, expected)


@given(maps, points)
def test_the_nearest_pixel_of_a_class(ids: IdArray, place: tuple[int, int]) -> None:
    places = np.argwhere(ids == 3)
    if not len(places):
        return
    found = LabelMap(ids).nearest(3, place)
    assert ids[found] == 3
    away = ((places - place) ** 2).sum(axis=1)
    assert (found[0] - place[0]) ** 2 + (found[1] - place[1]) ** 2 == away.min()


@given(maps, strokes, st.integers(0, 5))
def test_protected_classes_keep_their_pixels(
    ids: IdArray, stroke: tuple[tuple[int, int], tuple[int, int], int], class_id: int
) -> None:
    labels = LabelMap(ids.copy())
    edit = labels.edit(*brush_stroke(SHAPE, *stroke), class_id, protect=True)
    labels.apply(edit)
    if class_id:
        np.testing.assert_array_equal(labels.ids[ids != 0], ids[ids != 0])
    assert edit.pixels == np.count_nonzero(labels.ids != ids)


@given(maps, maps)
def test_replace_all(ids: IdArray, other: IdArray) -> None:
    labels = LabelMap(ids.copy())
    edit = labels.replace_all(other)
    assert edit.is_empty == bool((ids == other).all())
    labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, other)
    labels.apply(edit)
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
    labels.apply(over)
    assert labels.ids.tolist() == [[3, 1, 3, 3]]
    labels.apply(over)
    gone = labels.edit((0, 0, 1, 4), everywhere, 0, protect=True, locked=frozenset({1, 3}))
    labels.apply(gone)
    assert labels.ids.tolist() == [[0, 1, 0, 3]]
