"""Edits in little memory: nothing is lost, and a thousand of them are small."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.labels.labelmap import LabelMap, merge_edits
from s3fn_core.labels.packing import PackedEdit, trimmed
from s3fn_core.labels.shapes import brush_stroke

SHAPE = (13, 17)
maps = arrays(np.uint8, SHAPE, elements=st.integers(0, 3))


@given(maps, maps)
def test_an_edit_comes_back_as_it_was(before: np.ndarray, after: np.ndarray) -> None:
    labels = LabelMap(before.copy())
    edit = PackedEdit.of(labels.replace_all(after)).unpacked()
    labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, after)
    labels.apply(edit)
    np.testing.assert_array_equal(labels.ids, before)


@given(arrays(bool, SHAPE))
def test_a_trimmed_box_touches_the_mask_on_all_sides(mask: np.ndarray) -> None:
    (top, left, bottom, right), part = trimmed((5, 7, 18, 24), mask)
    whole = np.zeros_like(mask)
    whole[top - 5 : bottom - 5, left - 7 : right - 7] = part
    np.testing.assert_array_equal(whole, mask)
    if mask.any():
        assert part[0].any()
        assert part[-1].any()
        assert part[:, 0].any()
        assert part[:, -1].any()
    else:
        assert part.size == 0


def test_a_thousand_strokes_across_a_large_map_are_small() -> None:
    generator = np.random.default_rng(0)
    labels = LabelMap.empty(4000, 4000)
    memory = 0
    for number in range(1000):
        places = np.cumsum(generator.integers(-60, 61, (10, 2)), axis=0)
        places = np.clip(places + generator.integers(0, 4000, 2), 0, 3999).tolist()
        edits = []
        for start, stop in pairwise(places):
            stroke = brush_stroke(labels.shape, tuple(start), tuple(stop), 50)
            edits.append(labels.edit(*stroke, 1 + number % 5))
            labels.apply(edits[-1])
        memory += PackedEdit.of(merge_edits(edits)).nbytes
    assert memory < 200e6
