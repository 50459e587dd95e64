"""The colour of a class as a small picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIZE = 14
_RATIO = 2


def swatch(colour: str) -> QIcon:
    """A rounded square; the same in a selected row, where Qt would tint it."""
    picture = QPixmap(SIZE * _RATIO, SIZE * _RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(picture.rect(), 3 * _RATIO, 3 * _RATIO)
    painter.end()
    picture.setDevicePixelRatio(_RATIO)
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
