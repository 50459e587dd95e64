"""Lines between the pixels of the image, once they are large enough to be told apart."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

SMALLEST = 16.0  # screen pixels a pixel of the image
# A dark line beside a light one: one of the two shows, whatever the picture.
SHADES = ((QColor(0, 0, 0, 50), 0.0), (QColor(255, 255, 255, 40), 1.0))


class PixelGrid(QGraphicsItem):
    """Faint, and only as much of it as has to be painted."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # exposedRect

    def set_image(self, shape: tuple[int, int]) -> None:
        """An image of `shape` (lines, samples)."""
        self.prepareGeometryChange()
        self._image = QRectF(0, 0, shape[1], shape[0])

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """In pixels of the image: x is the sample, y the line."""
        return self._image

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Sharp lines of one screen pixel."""
        scale = painter.worldTransform().m11()
        if scale < SMALLEST:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for colour, beside in SHADES:
            painter.setPen(QPen(colour, 0))
            painter.drawLines(_lines(option.exposedRect.intersected(self._image), beside / scale))


def _lines(part: QRectF, beside: float) -> list[QLineF]:
    """All borders of pixels within `part`, moved by `beside`."""
    left, right = math.floor(part.left()), math.ceil(part.right())
    top, bottom = math.floor(part.top()), math.ceil(part.bottom())
    down = [QLineF(x + beside, top, x + beside, bottom) for x in range(left, right + 1)]
    return down + [QLineF(left, y + beside, right, y + beside) for y in range(top, bottom + 1)]
