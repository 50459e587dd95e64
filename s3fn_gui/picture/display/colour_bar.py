"""The colours of a grey picture and the values that they stand for."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from s3fn_core.cubes.viewing.display import Limits
from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.colour_maps import GREY, Table, table
from s3fn_gui.base.widgets import named

BAR, GAP = 10, 2
FINEST, COARSEST = 1e-4, 1e7
"""Spreads between which numbers are written without a power of ten."""
DIGITS = 3
"""Digits that a spread is told with."""
TICKS = (0.0, 0.5, 1.0)
SIDES = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)


class ColourBar(QWidget):
    """Black on the left and white on the right; gamma moves the value in the middle."""

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, name, tr("Colours and their values"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table: Table = table(GREY)
        self._values: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The numbers below the left end, the middle and the right end."""
        return self._values

    def show_colours(self, name: str, limits: Limits, gamma: float) -> None:
        """Follow the current picture."""
        black, white = limits
        self._table = table(name)
        values = [black + (white - black) * tick**gamma for tick in TICKS]
        self._values = tuple(_written(value, white - black) for value in values)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The bar and a line of text."""
        return QSize(120, BAR + GAP + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """The table as an image one pixel high, drawn large."""
        painter = QPainter(self)
        image = QImage(self._table.data, 256, 1, 768, QImage.Format.Format_RGB888)
        bar = QRectF(0.5, 0.5, self.width() - 1, BAR)
        painter.drawImage(bar, image)
        painter.setPen(theme.current().border)
        painter.drawRect(bar)
        painter.setPen(theme.current().muted)
        below = QRectF(0, BAR + GAP, self.width(), self.height() - BAR - GAP)
        for text, side in zip(self._values, SIDES, strict=False):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, text)
        painter.end()


def _written(value: float, spread: float) -> str:
    """A number with as many decimals as its neighbours on a bar over `spread` have."""
    if not FINEST <= abs(spread) < COARSEST:
        return f"{value:.4g}"
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(spread))))
    return f"{value:z.{decimals}f}"
