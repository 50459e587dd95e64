"""Shapes drawn on a map: what they cover, clipped to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.draw import line

from s3fn_core.labels.shapes import brush_stroke, ellipse, polygon, rectangle
from s3fn_core.types import BoolArray, Box

SHAPE = (19, 23)
points = st.tuples(st.integers(-9, 27), st.integers(-9, 31))
inside = st.tuples(st.integers(0, SHAPE[0] - 1), st.integers(0, SHAPE[1] - 1))
sizes = st.integers(1, 12)


def painted(drawn: tuple[Box, BoolArray]) -> BoolArray:
    (top, left, bottom, right), mask = drawn
    whole = np.zeros(SHAPE, bool)
    assert mask.shape == (bottom - top, right - left)
    whole[top:bottom, left:right] = mask
    return whole


@pytest.mark.parametrize("square", [False, True])
@given(points, points, sizes)
def test_a_stroke_covers_every_brush_on_its_way(
    square: bool, start: tuple[int, int], stop: tuple[int, int], size: int
) -> None:
    swept = painted(brush_stroke(SHAPE, start, stop, size, square=square))
    still = np.zeros(SHAPE, bool)
    for place in (start, stop):
        still |= painted(brush_stroke(SHAPE, place, place, size, square=square))
    assert not (still & ~swept).any()
    near = np.zeros(SHAPE, bool)  # and nothing that a slightly larger brush would not
    for place in zip(*line(*start, *stop), strict=True):
        near |= painted(brush_stroke(SHAPE, place, place, size + 3, square=True))
    assert not (swept & ~near).any()


@pytest.mark.parametrize("square", [False, True])
@given(sizes)
def test_a_brush_is_as_wide_as_it_says(square: bool, size: int) -> None:
    mask = painted(brush_stroke(SHAPE, (9, 11), (9, 11), size, square=square))
    assert mask.any(axis=0).sum() == mask.any(axis=1).sum() == size
    if square:
        assert mask.sum() == size**2


@given(inside, inside)
def test_a_thin_stroke_is_a_line_without_gaps(start: tuple[int, int], stop: tuple[int, int]) -> None:
    mask = painted(brush_stroke(SHAPE, start, stop, 1))
    assert mask.sum() == 1 + max(abs(start[0] - stop[0]), abs(start[1] - stop[1]))


@given(inside, inside)
def test_rectangle_and_ellipse_fill_their_corners(start: tuple[int, int], stop: tuple[int, int]) -> None:
    whole, round_one = painted(rectangle(SHAPE, start, stop)), painted(ellipse(SHAPE, start, stop))
    high, wide = (abs(a - b) + 1 for a, b in zip(start, stop, strict=True))
    assert whole.sum() == high * wide
    assert not (round_one & ~whole).any()
    if wide % 2:  # else no centre lies where the ellipse is highest
        assert round_one.any(axis=1).sum() == high
    if high % 2:
        assert round_one.any(axis=0).sum() == wide
    if high > 4 and wide > 4:
        assert not round_one[start]
        assert round_one.sum() == pytest.approx(np.pi / 4 * high * wide, rel=0.15)


@given(inside, inside)
def test_a_polygon_of_four_corners_is_the_rectangle(start: tuple[int, int], stop: tuple[int, int]) -> None:
    corners = [start, (start[0], stop[1]), stop, (stop[0], start[1])]
    assert (painted(polygon(SHAPE, corners)) == painted(rectangle(SHAPE, start, stop))).all()


@given(st.lists(points, min_size=1, max_size=7), st.integers(0, 6))
def test_a_polygon_begins_anywhere(vertices: list[tuple[int, int]], turn: int) -> None:
    turned = vertices[turn % len(vertices) :] + vertices[: turn % len(vertices)]
    one, other = painted(polygon(SHAPE, vertices)), painted(polygon(SHAPE, turned))
    assert (one == other).all()
    assert (painted(polygon(SHAPE, vertices[::-1])).sum() > 0) == (one.sum() > 0)


@pytest.mark.parametrize("shape", [rectangle, ellipse])
def test_outside_of_the_map_nothing_is_drawn(shape: Callable[..., tuple[Box, BoolArray]]) -> None:
    assert not shape(SHAPE, (-9, -9), (-2, 30))[1].any()
