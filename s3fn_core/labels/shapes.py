"""Shapes that are drawn on a map: each is a box and the pixels of it that are covered.

A pixel is covered when its centre is; centres lie at whole (line, sample).  Shapes may reach beyond
the map and are cut off there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from skimage import draw

from s3fn_core.types import BoolArray, Box, FloatArray

Point = tuple[float, float]
"""(line, sample)."""
Shape = tuple[int, int]
"""(lines, samples) of the map."""


def brush_stroke(
    shape: Shape, start: tuple[int, int], stop: tuple[int, int], size: int, *, square: bool = False
) -> tuple[Box, BoolArray]:
    """Pixels that a brush covers on its way from `start` to `stop`.

    Parameters
    ----------
    shape : (lines, samples) of the map
    start, stop : (line, sample), may lie outside of the map
    size : int
        Diameter or side in pixels; 1 paints the pixel under the cursor.
    square : bool
        A square brush instead of a round one.

    Returns
    -------
    box, mask
        The touched rectangle, clipped to the map, and the covered pixels in it.
    """
    reach = size // 2 + 1
    box = _clipped(
        shape,
        min(start[0], stop[0]) - reach,
        min(start[1], stop[1]) - reach,
        max(start[0], stop[0]) + reach + 1,
        max(start[1], stop[1]) + reach + 1,
    )
    mask = np.zeros((box[2] - box[0], box[3] - box[1]), bool)
    if not mask.size:
        return box, mask
    if size <= 1:
        lines, samples = draw.line(*start, *stop)
        inside = (lines >= box[0]) & (lines < box[2]) & (samples >= box[1]) & (samples < box[3])
        mask[lines[inside] - box[0], samples[inside] - box[1]] = True
        return box, mask
    # The middle of an even brush is the corner of four pixels.
    middle = 0.5 if size % 2 == 0 else 0.0
    down = np.arange(box[0], box[2], dtype=np.float32)[:, None] - start[0] + middle
    right = np.arange(box[1], box[3], dtype=np.float32)[None, :] - start[1] + middle
    way = (stop[0] - start[0], stop[1] - start[1])
    swept = _swept_square if square else _swept_disk
    return box, swept(down, right, way, size / 2)


def rectangle(shape: Shape, start: Point, stop: Point) -> tuple[Box, BoolArray]:
    """All pixels between two opposite corners, both included."""
    box = _extent(shape, [start, stop])
    return box, np.ones((box[2] - box[0], box[3] - box[1]), bool)


def ellipse(shape: Shape, start: Point, stop: Point) -> tuple[Box, BoolArray]:
    """The ellipse that fills the rectangle between two opposite corners."""
    box = _extent(shape, [start, stop])
    # Half a pixel more than the centres: the rectangle's outermost pixels belong to it.
    radii = [abs(b - a) / 2 + 0.5 for a, b in zip(start, stop, strict=True)]
    centre = [(a + b) / 2 for a, b in zip(start, stop, strict=True)]
    down = (np.arange(box[0], box[2])[:, None] - centre[0]) / radii[0]
    right = (np.arange(box[1], box[3])[None, :] - centre[1]) / radii[1]
    return box, down**2 + right**2 <= 1


def polygon(shape: Shape, vertices: Sequence[Point]) -> tuple[Box, BoolArray]:
    """The inside of a polygon and the pixels of its outline.

    Parameters
    ----------
    shape : (lines, samples) of the map
    vertices : at least one (line, sample)
        The last is joined to the first.
    """
    box = _extent(shape, vertices)
    corners = np.array(vertices, np.float64).reshape(-1, 2) - box[:2]
    mask = np.zeros((box[2] - box[0], box[3] - box[1]), bool)
    mask[draw.polygon(corners[:, 0], corners[:, 1], mask.shape)] = True
    # A thin polygon holds no centre, but one sees its outline and expects it to paint.
    whole = np.round(corners).astype(int)
    for (line, sample), (to_line, to_sample) in zip(whole, np.roll(whole, -1, axis=0), strict=True):
        lines, samples = draw.line(line, sample, to_line, to_sample)
        inside = (lines >= 0) & (lines < mask.shape[0]) & (samples >= 0) & (samples < mask.shape[1])
        mask[lines[inside], samples[inside]] = True
    return box, mask


def _extent(shape: Shape, points: Sequence[Point]) -> Box:
    corners = np.round(np.array(points, np.float64)).astype(int)
    (top, left), (bottom, right) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return _clipped(shape, top, left, bottom + 1, right + 1)


def _clipped(shape: Shape, top: int, left: int, bottom: int, right: int) -> Box:
    lines, samples = shape
    return (
        min(max(top, 0), lines),
        min(max(left, 0), samples),
        min(max(bottom, 0), lines),
        min(max(right, 0), samples),
    )


def _swept_disk(down: FloatArray, right: FloatArray, way: tuple[int, int], radius: float) -> BoolArray:
    """Nearer than `radius` to the segment from the origin along `way`."""
    length = way[0] ** 2 + way[1] ** 2
    along = np.clip((down * way[0] + right * way[1]) / length, 0, 1) if length else 0.0
    covered: BoolArray = (down - along * way[0]) ** 2 + (right - along * way[1]) ** 2 < radius**2
    return covered


def _swept_square(down: FloatArray, right: FloatArray, way: tuple[int, int], half: float) -> BoolArray:
    """Covered by a square whose middle goes from the origin along `way`.

    Along each axis the square covers a pixel for some part of the way; both parts must meet.
    """
    first, last = np.zeros((1, 1)), np.ones((1, 1))
    for offset, step in ((down, way[0]), (right, way[1])):
        if step:
            enters, leaves = (offset - half) / step, (offset + half) / step
            first = np.maximum(first, np.minimum(enters, leaves))
            last = np.minimum(last, np.maximum(enters, leaves))
        else:
            last = np.where(np.abs(offset) < half, last, -1.0)
    covered: BoolArray = first <= last
    return np.broadcast_to(covered, np.broadcast_shapes(down.shape, right.shape)).copy()
