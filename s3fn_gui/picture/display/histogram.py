"""The histogram of a picture's values, with two limits that the mouse drags."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QWidget

from s3fn_core.cubes.viewing.display import Limits
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_gui.base import theme
from s3fn_gui.base.plots import BAND_MARKERS, new_plot, style_plot
from s3fn_gui.base.widgets import column

BINS = 96
HEIGHT = 180
OUTLIERS = 0.1  # per cent of the values at either end that do not widen the axis
ROOM = 0.06  # free beside values and limits, as a share of the axis
FRONT, BEHIND = 170, 60  # opacities of the channel whose limits are shown, and of the others
Counts = npt.NDArray[np.float64]


class Histogram(QWidget):
    """All channels, and the limits of one; heights are roots of counts, so that few are seen.

    `limits_dragged` comes with every movement of the mouse.
    """

    limits_dragged = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.plot: Any = new_plot("display_histogram", tr("Histogram: drag a limit or the range between"))
        self.plot.setFixedHeight(HEIGHT)
        self.plot.setFrameShape(QFrame.Shape.NoFrame)
        self.plot.hideAxis("left")
        self.plot.getPlotItem().setContentsMargins(0, 2, 0, 0)
        self.setLayout(column(self.plot))
        self._values: list[FloatArray] = []
        self._active = 0
        self._limits: Limits = (0.0, 1.0)
        self._dragging = False
        self._curves: list[Any] = [pg.PlotCurveItem() for _ in range(3)]
        for curve in self._curves:
            self.plot.addItem(curve, ignoreBounds=True)
        self.region: Any = pg.LinearRegionItem(self._limits, swapMode="block")
        self.region.setZValue(5)
        self.region.sigRegionChanged.connect(self._dragged)
        self.region.sigRegionChangeFinished.connect(self._dropped)
        self.plot.addItem(self.region, ignoreBounds=True)
        theme.follow(self._restyle)

    def set_values(self, values: FloatArray | None) -> None:
        """Values of the picture, shape (n, channels); background and missing ones are left out."""
        self._values = []
        for channel in range(0 if values is None else values.shape[1]):
            assert values is not None
            plane = values[:, channel]
            self._values.append(plane[np.isfinite(plane) & (plane != 0)])
        self._show_counts()

    def set_limits(self, limits: Limits, active: int) -> None:
        """Limits of the channel `active`; those that the mouse holds stay where it has them."""
        if self._dragging or (limits, active) == (self._limits, self._active):
            return
        self._limits, self._active = limits, active
        with QSignalBlocker(self.region):
            self.region.setRegion(limits)
        self._show_counts()

    def _show_counts(self) -> None:
        low, high = self._range()
        self.plot.setXRange(low, high, padding=0)
        self.plot.setYRange(0, 1.05, padding=0)
        edges = np.linspace(low, high, BINS + 1)
        heights = [_heights(values, edges) for values in self._values]
        front = min(self._active, len(heights) - 1)
        highest = float(heights[front].max()) if heights else 0.0
        for channel, curve in enumerate(self._curves):
            curve.setVisible(channel < len(heights))
            if channel < len(heights):
                curve.setData(edges, heights[channel] / (highest or 1.0), stepMode="center")
                curve.setZValue(2 if channel == self._active else 1)
        self._colour()

    def _range(self) -> Limits:
        """From the smallest to the largest that is to be seen, some room beside."""
        ends = list(self._limits)
        front = self._values[self._active] if self._active < len(self._values) else np.zeros(0)
        if front.size:
            ends += np.percentile(front, (OUTLIERS, 100 - OUTLIERS)).tolist()
        low, high = min(ends), max(ends)
        room = ROOM * (high - low) or 1.0
        return low - room, high + room

    def _dragged(self) -> None:
        self._dragging = True
        black, white = self._limits = _apart(*map(float, self.region.getRegion()))
        self.limits_dragged.emit(black, white)

    def _dropped(self) -> None:
        if self._dragging:
            self._dragging = False
            self._show_counts()

    def _restyle(self) -> None:
        style_plot(self.plot)
        self.plot.showGrid(x=False, y=False)
        colours = theme.current()
        between = pg.mkBrush(theme.translucent(colours.text, 18))
        self.region.setBrush(between)
        self.region.setHoverBrush(between)
        for line in self.region.lines:
            line.setPen(pg.mkPen(colours.text, width=1.5))
            line.setHoverPen(pg.mkPen(colours.accent, width=3))
        self._colour()

    def _colour(self) -> None:
        grey = len(self._values) == 1
        for channel, curve in enumerate(self._curves):
            colour, active = theme.current().muted if grey else BAND_MARKERS[channel], channel == self._active
            curve.setPen(pg.mkPen(colour, width=1) if active else None)
            curve.setFillLevel(0)
            curve.setBrush(pg.mkBrush(theme.translucent(colour, FRONT if active else BEHIND)))


def _heights(values: FloatArray, edges: Counts) -> Counts:
    """Roots of the shares of the values that lie between neighbouring edges."""
    heights: Counts = np.sqrt(np.histogram(values, bins=edges)[0] / max(1, values.size))
    return heights


def _apart(black: float, white: float) -> Limits:
    """Black below white, however little."""
    least = max(abs(black), abs(white), 1e-6) * 1e-5
    return (black, white) if white - black >= least else (black, black + least)
