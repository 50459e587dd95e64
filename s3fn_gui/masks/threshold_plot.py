"""A small histogram with two limits that the mouse drags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from s3fn_gui.base import theme

HEIGHT, PAD, BASE = 66, 6, 9  # pixels; below the base line are the grips
REACH = 9  # how far from a limit it can still be taken
GRIP = 5
Limit = Literal["low", "high"]


class ThresholdPlot(QWidget):
    """Values between the limits are drawn strong, the others faint.

    A limit that is dragged out of the histogram is no limit: None.
    """

    limits_dragged = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._heights: npt.NDArray[np.float64] = np.zeros(0)
        self._range = (0.0, 1.0)
        self._limits: tuple[float | None, float | None] = (None, None)
        self._taken: Limit | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as there is room."""
        return QSize(180, HEIGHT)

    def set_counts(
        self, counts: Sequence[int] | npt.NDArray[np.int64], low: float = 0.0, high: float = 1.0
    ) -> None:
        """Another histogram, from `low` to `high`; an empty one where nothing is known."""
        # Roots: a tray's background has so many pixels that objects would not be seen beside it.
        heights = np.sqrt(np.asarray(counts, np.float64))
        self._heights = heights / max(1.0, heights.max(initial=0))
        self._range = (low, high)
        self.update()

    def set_limits(self, low: float | None, high: float | None) -> None:
        """Show other limits."""
        self._limits = (low, high)
        self.update()

    def x_of(self, value: float) -> float:
        """Where a value is drawn; outside of the histogram at its edge."""
        low, high = self._range
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return PAD + share * (self.width() - 2 * PAD)

    def place_of(self, limit: Limit) -> float:
        """Where a limit is drawn; where there is none, at its end."""
        low, high = self._limits
        if limit == "low":
            return float(PAD) if low is None else self.x_of(low)
        return float(self.width() - PAD) if high is None else self.x_of(high)

    # --- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Bars, the base line, the limits."""
        painter = QPainter(self)
        colours = theme.current()
        base = self.height() - BASE
        if len(self._heights):
            self._paint_bars(painter, base)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(PAD, base), QPointF(self.width() - PAD, base))
        if not len(self._heights) or not self.isEnabled():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names: tuple[Limit, Limit] = ("low", "high")
        for name in names:
            self._paint_limit(painter, self.place_of(name), base)

    def _paint_bars(self, painter: QPainter, base: float) -> None:
        colours = theme.current()
        strong, faint = QColor(colours.accent), QColor(colours.strong)
        width = (self.width() - 2 * PAD) / len(self._heights)
        first, last = self.place_of("low"), self.place_of("high")
        for place, height in enumerate(self._heights):
            left = PAD + place * width
            bar = QRectF(left, base - height * (base - 2), width, height * (base - 2))
            inside = first <= left + width / 2 <= last and self.isEnabled()
            painter.fillRect(bar, strong if inside else faint)

    def _paint_limit(self, painter: QPainter, x: float, base: float) -> None:
        text = QColor(theme.current().text)
        painter.setPen(QPen(text, 1.4))
        painter.drawLine(QPointF(x, 2), QPointF(x, base))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        grip = [QPointF(x, base), QPointF(x - GRIP, base + 8), QPointF(x + GRIP, base + 8)]
        painter.drawPolygon(QPolygonF(grip))

    # --- the mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the limit under the cursor, or let the nearer one jump there."""
        if event.button() != Qt.MouseButton.LeftButton or not len(self._heights):
            return
        x = event.position().x()
        low, high = (abs(x - self.place_of(name)) for name in ("low", "high"))
        # Where both are at one place, the side on which the cursor is decides.
        self._taken = "low" if low < high or (low == high and x < self.place_of("low")) else "high"
        self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Drag the limit; elsewhere the cursor tells that it can be taken."""
        x = event.position().x()
        if self._taken is not None:
            self._drag(x)
            return
        near = any(abs(x - self.place_of(name)) <= REACH for name in ("low", "high"))
        shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Let go."""
        self._taken = None

    def _drag(self, x: float) -> None:
        low, high = self._range
        share = (x - PAD) / max(1, self.width() - 2 * PAD)
        value = low + share * (high - low)
        below, above = self._limits
        if self._taken == "low":
            below = value if share > 0 else None
            if below is not None and above is not None:
                below = min(below, above)
        else:
            above = value if share < 1 else None
            if below is not None and above is not None:
                above = max(below, above)
        if (below, above) != self._limits:
            self.set_limits(below, above)
            self.limits_dragged.emit(below, above)
