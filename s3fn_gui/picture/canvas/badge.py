"""A short text above the picture, legible on dark and light."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.quoting import unmarked

GROUND, INK = QColor(16, 18, 21, 190), QColor("#ffffff")  # the same in both themes
PAD_X, PAD_Y, RADIUS = 7.0, 3.0, 5.0
NARROWEST = 40.0


class Badge(QGraphicsItem):
    """One line of text on a dark ground; `to_left` makes it grow to the left of its position.

    Its coordinates are screen pixels: a child of the view box, not of the image.
    """

    def __init__(self, parent: QGraphicsItem, *, to_left: bool = False) -> None:
        super().__init__(parent)
        self._to_left = to_left
        self._text = ""
        self._shown = ""
        self._room = 0.0
        self._width = 0.0

    @property
    def text(self) -> str:
        """The whole text, though less of it may fit."""
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._fit()

    def set_room(self, room: float) -> None:
        """How wide it may be, in pixels; with very little room it disappears."""
        if room != self._room:
            self._room = room
            self._fit()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """From its position to the side and downwards."""
        left = -self._width if self._to_left else 0.0
        return QRectF(left, 0, self._width, metrics().height() + 2 * PAD_Y)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Ground and text."""
        if not self._shown:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(self.boundingRect(), RADIUS, RADIUS)
        painter.setPen(INK)
        painter.setFont(QApplication.font())
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self._shown)

    def _fit(self) -> None:
        """Cut the text to the room there is."""
        room = self._room - 2 * PAD_X
        enough = self._text and room >= NARROWEST
        shown = metrics().elidedText(unmarked(self._text), Qt.TextElideMode.ElideRight, room)
        shown = shown if enough else ""
        if shown != self._shown:
            self.prepareGeometryChange()
            self._shown = shown
            self._width = metrics().horizontalAdvance(shown) + 2 * PAD_X if shown else 0.0
            self.update()


def metrics() -> QFontMetricsF:
    """Sizes of the application's font, of which all texts above the image are."""
    return QFontMetricsF(QApplication.font())
