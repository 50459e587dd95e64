"""Spectra as small curves in the cells of tables."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from s3fn_core.types import FloatArray

SPARK_WIDTH, SPARK_HEIGHT = 76, 17
_RATIO = 2


def spark(values: FloatArray, colour: str) -> QPixmap:
    """A spectrum (bands,) from its own least to its own greatest value; NaN is left out."""
    picture = QPixmap(SPARK_WIDTH * _RATIO, SPARK_HEIGHT * _RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) > 1:
        heights = values[known].astype(float)
        span = max(float(np.ptp(heights)), 1e-12)
        x = known / max(len(values) - 1, 1) * (picture.width() - 4) + 2
        y = picture.height() - 3 - (heights - heights.min()) / span * (picture.height() - 6)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), 1.4 * _RATIO))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))
        painter.end()
    picture.setDevicePixelRatio(_RATIO)
    return picture
