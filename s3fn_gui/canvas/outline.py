"""The edges of pixels: those that the brush would paint, those of an object."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.types import BoolArray
from s3fn_gui.state import Position


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
    (top, left, _, _), mask = brush_stroke(
        shape, (middle, middle), (middle, middle), size, square=square
    )
    return edges(mask, top - middle, left - middle)


def edges(mask: BoolArray, top: int = 0, left: int = 0) -> QPainterPath:
    """Edges between the pixels of a mask and others; its first pixel lies at (top, left)."""
    padded = np.pad(mask, 1)
    path = QPainterPath()
    row, column = top - 1, left - 1
    for y, x in zip(*np.nonzero(padded[1:] != padded[:-1]), strict=True):
        path.moveTo(float(x + column), float(y + row + 1))
        path.lineTo(float(x + column + 1), float(y + row + 1))
    for y, x in zip(*np.nonzero(padded[:, 1:] != padded[:, :-1]), strict=True):
        path.moveTo(float(x + column + 1), float(y + row))
        path.lineTo(float(x + column + 1), float(y + row + 1))
    return path
