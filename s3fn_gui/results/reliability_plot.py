"""Whether confidence matches accuracy: the reliability diagram and its counts."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from s3fn_core.languages import tr
from s3fn_core.results.figures import Figures
from s3fn_gui.base import theme
from s3fn_gui.base.plots import new_plot, style_plot
from s3fn_gui.base.widgets import column, label, row

TIP = tr(
    "Accuracy of held-out pixels by confidence: on the dashed line they agree; below it, "
    "the model is overconfident"
)
COUNT_TIP = tr("Number of held-out pixels by confidence")
NOTHING = tr("Nothing was held out, so the accuracy is unknown.")
BAR, DOT = 90, 7  # opacity, of 255; pixels


class ReliabilityPlot(QWidget):
    """Two plots side by side, so that both are high enough in a low panel."""

    def __init__(self) -> None:
        super().__init__()
        self._figures: Figures | None = None
        self._sentence = label(role="muted", name="reliability_sentence", wrap=True)
        self.plot: Any = new_plot("reliability_plot", TIP)
        self.counts: Any = new_plot("reliability_counts", COUNT_TIP)
        plots = row(self.plot, self.counts, spacing=4)
        plots.setStretch(0, 3)
        plots.setStretch(1, 2)
        layout = column(self._sentence, plots, spacing=2)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        theme.follow(self._draw)

    def show_figures(self, figures: Figures | None) -> None:
        """Draw other figures, or none."""
        self._figures = figures
        self._draw()

    def _draw(self) -> None:
        for plot, text in ((self.plot, tr("Correct, %")), (self.counts, tr("Pixels"))):
            plot.clear()
            style_plot(plot)
            plot.setLabel("left", text)
            plot.setLabel("bottom", tr("Confidence, %"))
            plot.setXRange(0, 100, padding=0.02)
        self.plot.setYRange(0, 100, padding=0.04)
        self.counts.setLimits(yMin=0)
        figures = self._figures
        self._sentence.setText(sentence(figures))
        if figures is None or not figures.reliability:
            return
        colours, bins = theme.current(), figures.reliability
        pen = pg.mkPen(colours.faint, width=1, style=Qt.PenStyle.DashLine)
        self.plot.plot([0, 100], [0, 100], pen=pen)
        for one in bins:  # the gap, from where the bin should be to where it is
            x = 100 * one.confidence
            self.plot.plot([x, x], [x, 100 * one.accuracy], pen=pg.mkPen(colours.error, width=2))
        sure, right = ([100 * value for value in values] for values in zip(*map(_point, bins), strict=True))
        dots = {"symbol": "o", "symbolSize": DOT, "symbolBrush": colours.accent, "symbolPen": None}
        self.plot.plot(sure, right, pen=pg.mkPen(colours.accent, width=1.5), **dots)
        edges = [100 * one.low for one in bins], [100 * one.high for one in bins]
        brush = theme.translucent(colours.accent, BAR)
        heights = [one.count for one in bins]
        self.counts.addItem(pg.BarGraphItem(x0=edges[0], x1=edges[1], height=heights, pen=None, brush=brush))
        self.counts.setYRange(0, max(heights), padding=0.04)


def _point(one: Any) -> tuple[float, float]:
    return one.confidence, one.accuracy


def sentence(figures: Figures | None) -> str:
    """The expected calibration error, and what it means."""
    if figures is None or figures.ece is None or figures.right is None:
        return NOTHING
    sure, right = figures.right
    return tr(
        "Expected calibration error {error:.1f} %: mean confidence {confidence:.1f} %, accuracy "
        "{accuracy:.1f} % ({count:,} held-out pixels).",
        error=100 * figures.ece,
        confidence=100 * sure,
        accuracy=100 * right,
        count=figures.count,
    )
