"""A hint of the tour, with an arrow to the place that it is about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import column, label, named, push_button, row, tool_button
from s3fn_gui.start.tour import HINTS, Tour

WIDTH, ARROW, ROUND, EDGE = 300, 9, 8, 8
LOWER = 0.6  # of the height of the window: from here on what belongs to a place lies below it
FOLLOW_MS = 200  # panels move, open and close


class Bubble(QFrame):
    """Lies on the window and blocks nothing; `find` gives the widget of a name, if it can be seen."""

    def __init__(self, window: QWidget, tour: Tour, find: Callable[[str], QWidget | None]) -> None:
        super().__init__(window)
        named(self, "tour").setAccessibleName(tr("Tour"))
        self._tour, self._find = tour, find
        self._tip, self._up = QPoint(), True
        self._title = label("", "heading", name="tour_title")
        self._number = label("", "muted")
        self._text = label("", name="tour_text", wrap=True)
        close = tool_button("close", "tour_close", tr("End the tour; Help > Tour brings it back"), tour.end)
        self._back = push_button(tr("Back"), "tour_back", lambda: tour.go_on(-1))
        self._next = push_button("", "tour_next", tour.go_on, primary=True)
        for button in (close, self._back, self._next):  # a click leaves the keys to the image
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        body = column(
            row(self._title, self._number, 1, close), self._text, row(1, self._back, self._next), spacing=6
        )
        body.setContentsMargins(14, 8 + ARROW, 10, 10 + ARROW)
        self._body = body
        self.setLayout(body)
        self.setFixedWidth(WIDTH)
        self._following = QTimer(self, interval=FOLLOW_MS)
        self._following.timeout.connect(self._follow)
        tour.changed.connect(self._show)
        self.hide()

    def _show(self) -> None:
        hint = self._tour.hint
        if hint is None:
            self._following.stop()
            self.hide()
            return
        number = self._tour.number
        self._title.setText(hint.title)
        self._number.setText(tr("{number} of {count}", number=number, count=len(HINTS)))
        self._text.setText(hint.text)
        self._back.setVisible(number > 1)
        self._next.setText(tr("Next") if number < len(HINTS) else tr("Done"))
        self._following.start()
        self._follow()

    def _follow(self) -> None:
        """To the place of the hint; away while that cannot be seen, or a message would be covered."""
        hint = self._tour.hint
        place = None if hint is None else self._place_of(*hint.places)
        if place is not None:
            self._lie(place)
        message = self._place_of("message_bar")
        free = message is None or not message.intersects(self.geometry())
        self.setVisible(place is not None and free)
        self.raise_()

    def _place_of(self, *names: str) -> QRect | None:
        """The rectangle in the window of the first that can be seen."""
        widget = next((found for name in names if (found := self._find(name)) is not None), None)
        if widget is None:
            return None
        return QRect(widget.mapTo(self.window(), QPoint(0, 0)), widget.size())

    def _lie(self, place: QRect) -> None:
        """Below the place or above it, within the window."""
        window = self.window().rect()
        height = self._body.totalHeightForWidth(WIDTH)
        middle = place.center()
        fits = place.bottom() + height <= window.bottom()
        self._up = fits and middle.y() < LOWER * window.height()
        top = place.bottom() if self._up else max(0, place.top() - height)
        left = max(EDGE, min(middle.x() - WIDTH // 2, window.right() - WIDTH - EDGE))
        self.setGeometry(left, top, WIDTH, height)
        tip = max(ROUND + ARROW, min(middle.x() - left, WIDTH - ROUND - ARROW))
        self._tip = QPoint(tip, 0 if self._up else height)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A rounded box, and an arrow on its upper or lower edge."""
        look, shape, arrow = theme.current(), QPainterPath(), QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(1, ARROW, -1, -ARROW), ROUND, ROUND)
        foot = ARROW + 1 if self._up else self.height() - ARROW - 1
        x = self._tip.x()
        ends = (QPointF(x - ARROW, foot), QPointF(x, self._tip.y()), QPointF(x + ARROW, foot))
        arrow.addPolygon(QPolygonF(ends))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.accent), 1.5))
        painter.setBrush(QColor(look.panel))
        painter.drawPath(shape.united(arrow))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Esc ends it."""
        if event.key() == Qt.Key.Key_Escape:
            self._tour.end()
        else:
            super().keyPressEvent(event)
