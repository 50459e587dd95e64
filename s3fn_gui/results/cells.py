"""Cells of the tables of results: swatches of classes, shades of error matrices."""

from __future__ import annotations

from PySide6.QtGui import QBrush, QColor, QIcon, QPixmap
from PySide6.QtWidgets import QTableWidgetItem

from s3fn_gui.base import theme
from s3fn_gui.base.widgets import cell

SWATCH, SHADE = 12, 0.5


def swatch(colour: str) -> QIcon:
    """A square in the colour of a class, which a selected row does not tint."""
    picture = QPixmap(SWATCH, SWATCH)
    picture.fill(QColor(colour))
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def shaded(text: str, share: float, right: bool) -> QTableWidgetItem:
    """A cell of an error matrix, the stronger the larger its `share` of the row is."""
    colours, thing = theme.current(), cell(text, number=True)
    shade = QColor(colours.success if right else colours.error)
    shade.setAlphaF(SHADE * min(max(share, 0.0), 1.0))
    thing.setBackground(QBrush(shade))
    return thing
