"""One pixel that is looked at: a ring around it and its outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from s3fn_gui.picture.layer import Level
from s3fn_gui.session.cube import Position

RING, HALO = "#ff9d1e", "#101215c0"
SIZE = 36  # screen pixels across the ring


class PixelMark(QObject):
    """Light on dark, so that it is seen on any image; the pixel itself stays clear."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.ring: Any = pg.ScatterPlotItem(pxMode=True, symbol="o", hoverable=False, brush=None)
        self.edges = [QGraphicsPathItem(), QGraphicsPathItem()]
        for item, (colour, width) in zip(self.edges, ((HALO, 4), (RING, 2)), strict=True):
            item.setPen(pg.mkPen(colour, width=width))  # cosmetic: as wide at any zoom

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return tuple((Level.OBJECTS, item) for item in (*self.edges, self.ring))

    def mark(self, here: Position | None) -> None:
        """Mark this pixel, or none."""
        path = QPainterPath()
        if here is None:
            self.ring.setData(pos=np.zeros((0, 2)))
        else:
            at = [(here[1] + 0.5, here[0] + 0.5)] * 2
            pens = [pg.mkPen(HALO, width=6), pg.mkPen(RING, width=3)]
            self.ring.setData(pos=np.array(at), size=[SIZE, SIZE], pen=pens)
            path.addRect(QRectF(here[1], here[0], 1, 1))
        for item in self.edges:
            item.setPath(path)
