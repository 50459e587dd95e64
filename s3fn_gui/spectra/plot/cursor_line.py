"""The spectrum under the cursor: a line that moves above a plot, which is then only copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from pyqtgraph import functions
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF

from s3fn_core.cubes.spectra.axis import Axis, runs
from s3fn_core.types import FloatArray

WEIGHT = 0.4  # pixels between the two strokes of the line


class CursorLine:
    """Painted by hand above a plot, in the coordinates of its view box.

    Qt draws a smooth line of one device pixel twenty times faster than any other, so the line is
    two of these close together.
    """

    def __init__(self, view: Any) -> None:
        self._view = view
        self._pen = QPen()
        self.x: Axis = np.zeros(0)
        self.y: FloatArray = np.zeros(0, np.float32)

    def set_data(self, x: Axis, y: FloatArray) -> None:
        """Another line; NaN makes a gap."""
        self.x, self.y = x, y

    def set_colour(self, colour: str) -> None:
        self._pen = QPen(QColor(colour), 1)
        self._pen.setCosmetic(True)

    def draw(self, painter: QPainter) -> None:
        """Paint it, clipped to the axes."""
        box = self._view.getViewBox()
        painter.setClipRect(self._view.mapFromScene(box.sceneBoundingRect()).boundingRect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        for run in self._runs():
            painter.drawPolyline(run)
            painter.drawPolyline(run.translated(QPointF(0, WEIGHT)))

    def _runs(self) -> Iterator[QPolygonF]:
        """The line between its gaps, in pixels of the view."""
        plane = self._view.getViewBox().childGroup.sceneTransform() * self._view.viewportTransform()
        for run in runs(self.y):
            line = functions.create_qpolygonf(run.stop - run.start)
            points = functions.ndarray_from_qpolygonf(line)
            points[:, 0] = plane.m11() * self.x[run] + plane.dx()
            points[:, 1] = plane.m22() * self.y[run] + plane.dy()
            yield line


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
