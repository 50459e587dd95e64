"""Held-out accuracy with each kind of words: a dot for each seed, mean, and what is measurable."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea

from s3fn_core.languages import tr
from s3fn_core.results.text_controls import REFERENCE, TextControls, Variant
from s3fn_gui.base import theme
from s3fn_gui.base.plots import new_plot, style_plot
from s3fn_gui.model.text_controls.table import rows_of

DOT, TICK = 7, 0.34
BAR = 60  # opacity, of 255
ROW_HEIGHT, AXIS_HEIGHT, LEAST_WIDTH = 17, 48, 330
TIP = tr(
    "Overall accuracy on held-out pixels: a dot for each seed, a line for their mean. The "
    "bar is the 95 % interval of the difference from your descriptions (dashed line): if it "
    "does not touch that line, the difference is significant"
)


class TextControlsPlot(QScrollArea):
    """One row for each kind of words, in the order of the table; it scrolls where room is short."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._controls: TextControls | None = None
        self.plot: Any = new_plot("controls_plot", TIP)
        self.plot.invertY(True)
        self.setWidget(self.plot)
        theme.follow(self._draw)

    def show_controls(self, controls: TextControls | None) -> None:
        """Draw other figures."""
        self._controls = controls
        self._draw()

    def _draw(self) -> None:
        self.plot.clear()
        style_plot(self.plot)
        self.plot.showGrid(x=True, y=False, alpha=0.12)
        self.plot.setLabel("bottom", tr("Overall accuracy in per cent"), color=theme.current().muted)
        if self._controls is None:
            return
        rows = rows_of(self._controls)
        names = [(place, r if isinstance(r, str) else r.title) for place, r in enumerate(rows)]
        self.plot.getPlotItem().getAxis("left").setTicks([names])
        self.plot.setMinimumSize(LEAST_WIDTH, ROW_HEIGHT * len(rows) + AXIS_HEIGHT)
        self.plot.setYRange(-0.6, len(rows) - 0.4, padding=0)
        reference = 0.0
        for place, variant in enumerate(rows):
            if isinstance(variant, str):
                continue
            if variant.name == REFERENCE:
                reference = variant.mean("oa")
                last = (
                    place + sum(v.expectations == variant.expectations for v in self._controls.variants) - 1
                )
                self._line(reference, reference, place - 0.5, last + 0.5, dashed=True)
            self._draw_variant(variant, place, reference)

    def _draw_variant(self, variant: Variant, place: int, reference: float) -> None:
        colours = theme.current()
        colour = colours.warning if variant.expectations else colours.accent
        found = variant.differences.get("oa")
        if found is not None and found.interval is not None:
            low, high = (100 * (reference + bound) for bound in found.interval)
            bar = pg.BarGraphItem(
                x0=[low], x1=[high], y=[place], height=0.5, pen=None, brush=theme.translucent(colour, BAR)
            )
            self.plot.addItem(bar)
        values = [100 * value for value in variant.figures["oa"]]
        dots = pg.ScatterPlotItem(
            values, [place] * len(values), size=DOT, pen=pg.mkPen(colour, width=1.5), brush=None
        )
        self.plot.addItem(dots)
        self._line(variant.mean("oa"), variant.mean("oa"), place - TICK, place + TICK, colour)

    def _line(
        self, x0: float, x1: float, y0: float, y1: float, colour: str = "", dashed: bool = False
    ) -> None:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        pen = pg.mkPen(colour or theme.current().faint, width=1 if dashed else 2.5, style=style)
        self.plot.plot([100 * x0, 100 * x1], [y0, y1], pen=pen)
