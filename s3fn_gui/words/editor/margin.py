"""The slim margin left of a description: who wrote each paragraph, and whether it is locked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from s3fn_core.labels.classes import Description
from s3fn_core.labels.provenance import Origin, origin, tip
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import plain_tip

WIDTH = 24
BADGE, LOCK = 14, 11
RAIL_WIDTH = 2
BADGES: dict[Origin, str] = {
    "user": "person",
    "llm": "generate",
    "measured": "ruler",
    "library": "library",
    "file": "file",
}
COLOURS = {"user": "muted", "llm": "accent", "measured": "success", "library": "success", "file": "muted"}


@dataclass(frozen=True)
class Row:
    """One paragraph as it lies on the screen, in pixels; `line` is the height of its first line."""

    place: int
    paragraph: Description
    top: int
    bottom: int
    line: int

    @property
    def badge(self) -> QRect:
        """Where the author's badge is, in the middle of the first line."""
        top = self.top + (self.line - BADGE) // 2
        return QRect((WIDTH - BADGE) // 2, top, BADGE, BADGE)

    @property
    def padlock(self) -> QRect:
        """Where the padlock of a locked paragraph is, below the badge."""
        return QRect((WIDTH - LOCK) // 2, self.badge.bottom() + 3, LOCK, LOCK)

    @property
    def area(self) -> QRect:
        """What a click on this paragraph's badges hits."""
        lower = self.padlock if self.paragraph.locked else self.badge
        return QRect(0, self.badge.top() - 3, WIDTH, lower.bottom() - self.badge.top() + 7)


class Margin(QWidget):
    """Draws the `rows` that it is given; tells which paragraph's badge was clicked, and where."""

    clicked = Signal(int, QPoint)

    def __init__(self, parent: QWidget, rows: Callable[[], Iterator[Row]]) -> None:
        super().__init__(parent)
        self.setObjectName("description_margin")
        self.setMouseTracking(True)
        self._rows = rows
        self._under: int | None = None

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Slim, and as high as there is room."""
        return QSize(WIDTH, 0)

    def row_at(self, point: QPoint) -> Row | None:
        """The paragraph whose badge is at a point."""
        return next((row for row in self._rows() if row.area.contains(point)), None)

    # --- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A badge for each paragraph, and a rail that shows how far it reaches."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in self._rows():
            if row.bottom >= event.rect().top() and row.top <= event.rect().bottom():
                self._draw(painter, row)
        painter.end()

    def _draw(self, painter: QPainter, row: Row) -> None:
        colours, kind = theme.current(), origin(row.paragraph)
        painter.setPen(Qt.PenStyle.NoPen)
        if row.place == self._under:
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(row.area.adjusted(2, 0, -2, 0), 4, 4)
        self._icon(painter, BADGES[kind], row.badge, getattr(colours, COLOURS[kind]))
        if row.paragraph.locked:
            self._icon(painter, "lock", row.padlock, colours.warning)
        top = row.area.bottom() + 1
        if row.bottom - top > RAIL_WIDTH:
            painter.setBrush(QColor(colours.border))
            rail = QRect((WIDTH - RAIL_WIDTH) // 2, top, RAIL_WIDTH, row.bottom - top)
            painter.drawRoundedRect(rail, 1, 1)

    def _icon(self, painter: QPainter, name: str, place: QRect, colour: str) -> None:
        painter.drawPixmap(place, theme.pixmap(name, place.width(), colour, self.devicePixelRatio()))

    # --- events --------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """What can be clicked lights up."""
        row = self.row_at(event.position().toPoint())
        self._light(None if row is None else row.place)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        super().leaveEvent(event)
        self._light(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Either button opens the paragraph's menu, below its badge."""
        if (row := self.row_at(event.position().toPoint())) is not None:
            self.clicked.emit(row.place, self.mapToGlobal(row.area.bottomLeft()))

    def event(self, event: QEvent) -> bool:
        """The tip of the badge under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos())
            text = "" if row is None else tip(row.paragraph)
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def _light(self, place: int | None) -> None:
        if place != self._under:
            self._under = place
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
            self.update()
