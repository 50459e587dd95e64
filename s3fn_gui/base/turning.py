"""A narrow part left of a wide one, or above it where there is more height than width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

TALL = 0.8
"""Height by width, from which the parts lie above each other."""
NARROW = 3.0
"""Widths of the side, below which they do so wherever they can."""
UNLIMITED = 2**24 - 1  # Qt's own largest size


class Turning(QWidget):
    """`side` is `width` pixels wide beside `body`, and at most `height` pixels high above it."""

    def __init__(self, side: QWidget, body: QWidget, width: int, height: int, spacing: int = 10) -> None:
        super().__init__()
        self._side, self._body, self._width, self._height = side, body, width, height
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(spacing)
        self._parts.addWidget(side)
        self._parts.addWidget(body, 1)
        self._turn(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Turn where the shape has changed."""
        super().resizeEvent(event)
        high, wide = self.height(), self.width()
        self._turn(high >= TALL * wide or (wide < NARROW * self._width and high > 2 * self._height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Small either way: which way it is follows from the size, and not the other way round."""
        return self._side.minimumSizeHint().expandedTo(self._body.minimumSizeHint())

    def _turn(self, above: bool) -> None:
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.TopToBottom if above else direction.LeftToRight)
        top = Qt.AlignmentFlag.AlignTop  # also where there is nothing below it
        self._parts.setAlignment(self._side, top if above else Qt.AlignmentFlag(0))
        self._side.setMinimumSize(0 if above else self._width, 0)
        self._side.setMaximumSize(UNLIMITED if above else self._width, self._height if above else UNLIMITED)
