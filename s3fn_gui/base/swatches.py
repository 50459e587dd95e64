"""Small pictures of classes: the colour, the key that chooses it, switches."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from s3fn_gui.base import theme

SWATCH = 16
_RATIO = 2
_DARK, _LIGHT = "#14181c", "#ffffff"


def same(picture: QPixmap) -> QIcon:
    """The same picture in a selected row, where Qt would tint it."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def swatch(colour: str, key: str = "", hidden: bool = False) -> QIcon:
    """A rounded square with the key that chooses the class; only its edge where it is hidden."""
    picture = QPixmap(SWATCH * _RATIO, SWATCH * _RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5 * _RATIO))
    painter.setBrush(Qt.BrushStyle.NoBrush if hidden else QColor(colour))
    square = QRectF(picture.rect()).adjusted(*(s * 0.75 * _RATIO for s in (1, 1, -1, -1)))
    painter.drawRoundedRect(square, 3 * _RATIO, 3 * _RATIO)
    font = QFont(painter.font())
    font.setPixelSize(11 * _RATIO)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(theme.current().text if hidden else ink(colour)))
    painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, key)
    painter.end()
    picture.setDevicePixelRatio(_RATIO)
    return same(picture)


def ink(colour: str) -> str:
    """Black or white, whichever is read better on a colour (Rec. 709 luma)."""
    c = QColor(colour)
    luma = 0.2126 * c.redF() + 0.7152 * c.greenF() + 0.0722 * c.blueF()
    return _DARK if luma > 0.45 else _LIGHT


def switch(name: str, strong: bool) -> QIcon:
    """An icon of the theme that does something when clicked; faint in its usual state."""
    colours = theme.current()
    return same(theme.pixmap(name, SWATCH, colours.text if strong else colours.faint, _RATIO))
