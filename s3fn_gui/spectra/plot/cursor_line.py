"""The spectrum under the cursor: a line that follows the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pyqtgraph import functions
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

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
