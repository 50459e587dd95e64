"""A small histogram with two limits that the mouse drags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from s3fn_gui.base import theme
from s3fn_gui.base.plots import new_plot
from s3fn_gui.base.widgets import column

HEIGHT = 180
GRIP, GRIP_ROOM = 12, 0.16  # pixels; share of the height that lies below the bars
Limit = float | None


class ThresholdPlot(QWidget):
    """Values between the limits are drawn strong, the others faint.

    A limit that is dragged out of the histogram is not a limit: None.
    """

    limits_dragged = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._heights: npt.NDArray[np.float64] = np.zeros(0)
        self._ends = (0.0, 1.0)
        self._limits: tuple[Limit, Limit] = (None, None)
        self.plot: Any = new_plot("mask_histogram_plot")
        self.plot.setFixedHeight(HEIGHT)
        self.plot.setFrameShape(QFrame.Shape.NoFrame)
        self.plot.hideAxis("left")
        self.plot.hideAxis("bottom")
        self.plot.setYRange(-GRIP_ROOM, 1, padding=0)
        self.plot.viewport().installEventFilter(self)
        self._bars = [pg.PlotCurveItem(fillLevel=0, pen=None, antialias=False) for _ in range(2)]
        self._base = pg.InfiniteLine(0, angle=0)
        self.region: Any = pg.LinearRegionItem(swapMode="block", brush=pg.mkBrush(None))
        self.region.setHoverBrush(pg.mkBrush(None))
        self.region.movable = False  # only its two lines are
        for line in self.region.lines:
            line.addMarker("^", 0, GRIP)
            line.setCursor(Qt.CursorShape.SplitHCursor)
        for item in (*self._bars, self._base, self.region):
            self.plot.addItem(item, ignoreBounds=True)
        self.region.sigRegionChanged.connect(self._dragged)
        self.setLayout(column(self.plot))
        theme.follow(self._restyle)

    def set_counts(
        self, counts: Sequence[int] | npt.NDArray[np.int64], low: float = 0.0, high: float = 1.0
    ) -> None:
        """Another histogram, from `low` to `high`; an empty one where nothing is known."""
        # Roots: a tray's background has so many pixels that objects would not be seen beside it.
        heights = np.sqrt(np.asarray(counts, np.float64))
        self._heights = heights / max(1.0, heights.max(initial=0))
        self._ends = (low, high)
        self.plot.setXRange(low, high, padding=0.03)
        self._draw()

    def set_limits(self, low: Limit, high: Limit) -> None:
        """Show other limits."""
        self._limits = (low, high)
        self._draw()

    @property
    def _places(self) -> tuple[float, float]:
        """Where the limits are drawn: within the histogram; those that do not exist at its ends."""
        low, high = np.clip(
            [end if limit is None else limit for limit, end in zip(self._limits, self._ends, strict=True)],
            *self._ends,
        )
        return float(low), float(high)

    # --- the mouse -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """The limit that is nearer jumps to where the mouse is pressed, which then drags it."""
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonPress:
            return False
        if event.button() == Qt.MouseButton.LeftButton and self.region.isVisible():
            scene = self.plot.mapToScene(event.position().toPoint())
            x = self.plot.getViewBox().mapSceneToView(scene).x()
            low, high = self._places
            nearer = 0 if abs(x - low) < abs(x - high) or x < low else 1
            self.region.lines[nearer].setValue(x)
        return False

    def _dragged(self) -> None:
        """The limit that was moved is another one, or none where it lies at the end."""
        moved = zip(self.region.getRegion(), self._places, self._limits, self._ends, strict=True)
        low, high = (old if x == place else None if x == end else float(x) for x, place, old, end in moved)
        if (low, high) != self._limits:
            self.set_limits(low, high)
            self.limits_dragged.emit(low, high)

    # --- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Bars, and the limits where there is anything that they would limit."""
        low, high = self._places
        edges = np.linspace(*self._ends, len(self._heights) + 1)
        middles = (edges[1:] + edges[:-1]) / 2
        strong = (middles >= low) & (middles <= high) & self.isEnabled()
        for bars, shown in zip(self._bars, (strong, ~strong), strict=True):
            bars.setData(edges, self._heights * shown, stepMode="center")
        self.region.setVisible(len(self._heights) > 0 and self.isEnabled())
        with QSignalBlocker(self.region):
            self.region.setBounds(self._ends)
            self.region.setRegion((low, high))

    def _restyle(self) -> None:
        colours = theme.current()
        self.plot.setBackground(colours.panel)
        for bars, colour in zip(self._bars, (colours.accent, colours.strong), strict=True):
            bars.setBrush(pg.mkBrush(colour))
        self._base.setPen(pg.mkPen(colours.border))
        for line in self.region.lines:
            line.setPen(pg.mkPen(colours.text, width=1.4))
            line.setHoverPen(pg.mkPen(colours.text, width=1.4))
