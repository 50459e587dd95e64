"""A plot that is painted once and then only copied, so that what moves above it is cheap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap


class CachedView(QObject):
    """Paints a pyqtgraph view from a picture of it; `draw` adds what changes all the time.

    Axes, grid and curves take pyqtgraph some 15 ms, copying a picture of them takes 0.1 ms.  The
    picture is made again whenever the scene tells of a change.
    """

    def __init__(self, view: Any, draw: Callable[[QPainter], None]) -> None:
        super().__init__(view)
        self._view = view
        self._draw = draw
        self._picture: QPixmap | None = None
        view.viewport().installEventFilter(self)
        view.scene().changed.connect(self.renew)

    def renew(self) -> None:
        """Paint everything again."""
        self._picture = None
        self.update()

    def update(self) -> None:
        """Paint again what changes all the time."""
        self._view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True: the event was ours and ends here."""
        if not isinstance(event, QPaintEvent):
            return False
        painter = QPainter(self._view.viewport())
        painter.drawPixmap(0, 0, self._current())
        self._draw(painter)
        painter.end()
        return True

    def _current(self) -> QPixmap:
        viewport = self._view.viewport()
        ratio = viewport.devicePixelRatioF()
        size = viewport.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._view.scene().prepareForPaint()  # pyqtgraph's ranges follow their data only now
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            self._view.render(painter, viewport.rect(), viewport.rect())
            painter.end()
        return self._picture
