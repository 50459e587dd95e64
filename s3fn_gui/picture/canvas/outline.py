"""The edges of pixels: those that the brush would paint, those of an object."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.types import BoolArray, Box, ObjectMap
from s3fn_gui.session.cube import Position

MOST_LINES = 10_000  # more take too long to draw
MOST_PIXELS = 1 << 20
Lines = np.ndarray[Any, np.dtype[np.intp]]


class Outline(QGraphicsPathItem):
    """As wide at any zoom: a white line in the class's colour, to show on dark and light."""

    def __init__(self) -> None:
        super().__init__()
        self._halo = QGraphicsPathItem(self)
        self._halo.setFlag(QGraphicsPathItem.GraphicsItemFlag.ItemStacksBehindParent)
        self.setPen(_pen(QColor("#ffffff"), 1))
        self.set_colour(None)
        self.hide()

    def set_brush(self, size: int, square: bool) -> None:
        self.set_path(outline(size, square))

    def set_path(self, path: QPainterPath) -> None:
        """Draw something else than a brush."""
        self.setPath(path)
        self._halo.setPath(path)

    def set_colour(self, colour: str | None) -> None:
        """The class's colour; black for the eraser."""
        self._halo.setPen(_pen(QColor(colour or "#000000"), 4))

    def place(self, position: Position | None) -> None:
        """Move to a pixel, or hide."""
        self.setVisible(position is not None)
        if position is not None:
            line, sample = position
            self.setPos(sample, line)


def _pen(colour: QColor, width: int) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


@lru_cache(maxsize=128)
def outline(size: int, square: bool = False) -> QPainterPath:
    """Edges of the pixels that a brush of `size` covers around pixel (0, 0)."""
    middle, shape = size, (2 * size + 3, 2 * size + 3)
    (top, left, _, _), mask = brush_stroke(shape, (middle, middle), (middle, middle), size, square=square)
    return edges(mask, top - middle, left - middle)


def edges(mask: BoolArray, top: int = 0, left: int = 0) -> QPainterPath:
    """Edges between the pixels of a mask and others; its first pixel lies at (top, left)."""
    return _path(edge_lines(mask) + np.array((left, top, left, top)))


def edge_lines(mask: BoolArray) -> Lines:
    """Edges between the pixels of a mask and others, as few straight lines as they are.

    Returns
    -------
    array of int, shape (lines, 4)
        x and y of both ends; the first pixel begins at (0, 0).
    """
    padded, found = np.pad(mask, 1), []
    for grid in (padded, padded.T):
        sides = grid[1:] != grid[:-1]
        # None at the margins, so that the begins and ends of lines take turns.
        y, x = np.nonzero(sides[:, 1:] != sides[:, :-1])
        found.append(np.column_stack([x[::2], y[::2], x[1::2], y[1::2]]))
    across, down = found
    return np.concatenate([across, down[:, [1, 0, 3, 2]]])


def edges_of(numbers: ObjectMap, number: int, box: Box, most: int = MOST_LINES) -> tuple[QPainterPath, int]:
    """The edges of an object, and how many lines they are; more than `most` become its box.

    Of a very large object only every n-th pixel is looked at, which its size lets nobody see.
    """
    top, left, bottom, right = box
    step = math.ceil(math.sqrt((bottom - top) * (right - left) / MOST_PIXELS))
    lines = edge_lines(numbers[top:bottom:step, left:right:step] == number)
    if 0 < len(lines) <= most:
        return _path(lines * step + np.array((left, top, left, top))), len(lines)
    path = QPainterPath()
    path.addRect(left, top, right - left, bottom - top)
    return path, 4


def _path(lines: Lines) -> QPainterPath:
    path = QPainterPath()
    for x, y, to_x, to_y in lines.tolist():
        path.moveTo(x, y)
        path.lineTo(to_x, to_y)
    return path
