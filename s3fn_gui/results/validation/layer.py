"""The pixel that is looked at: a ring around it and its outline on the image, its curve in the plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_gui.picture.layer import Level
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.spectra.plot.curves import Curve, line

RING, HALO = "#ff9d1e", "#101215c0"
SIZE = 36  # screen pixels across the ring
HEIGHT = 6  # above all other curves


class PointLayer(QObject):
    """Light on dark, so that it is seen on any image; the pixel itself stays clear."""

    def __init__(self, state: ValidationState) -> None:
        super().__init__(state)
        self._state = state
        self.ring: Any = pg.ScatterPlotItem(pxMode=True, symbol="o", hoverable=False, brush=None)
        self.edges = [QGraphicsPathItem(), QGraphicsPathItem()]
        for item, (colour, width) in zip(self.edges, ((HALO, 4), (RING, 2)), strict=True):
            item.setPen(pg.mkPen(colour, width=width))  # cosmetic: as wide at any zoom
        state.moved.connect(self._show)
        self._show()

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return tuple((Level.OBJECTS, item) for item in (*self.edges, self.ring))

    def _show(self) -> None:
        here, path = self._state.position, QPainterPath()
        if here is None:
            self.ring.setData(pos=np.zeros((0, 2)))
        else:
            at = [(here[1] + 0.5, here[0] + 0.5)] * 2
            pens = [pg.mkPen(HALO, width=6), pg.mkPen(RING, width=3)]
            self.ring.setData(pos=np.array(at), size=[SIZE, SIZE], pen=pens)
            path.addRect(QRectF(here[1], here[0], 1, 1))
        for item in self.edges:
            item.setPath(path)


class PointCurve(QObject):
    """The spectrum of the pixel, in the colour of its ring; the one under the cursor comes besides."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, state: ValidationState) -> None:
        super().__init__(state)
        self._plot = plot
        self._state = state
        self._drawn: Any = None
        self.curve: Curve | None = None
        state.moved.connect(self.changed)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of the curve."""
        values = np.zeros(0) if self.curve is None else self.curve.y[np.isfinite(self.curve.y)]
        return (float(values.min()), float(values.max())) if values.size else None

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw it as the plot shows the others."""
        if self._drawn is not None:
            self._plot.removeItem(self._drawn)
        self._drawn = self.curve = None
        here, item = self._state.position, self._state.item
        if here is None or item is None or axis is None:
            return
        values = item.cube.spectrum(*here)
        if len(values) != axis.bands:
            return
        self.curve = Curve(display.x(axis), display.y(axis, values), RING, thick=True)
        self._drawn = line(self.curve)
        self._drawn.setZValue(HEIGHT)
        self._plot.addItem(self._drawn, ignoreBounds=True)
