"""What a calibration comes to: white, dark and scene, and the reflectance of some pixels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from s3fn_core.cubes.treating.calibration_plan import Curves
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_gui.base import theme
from s3fn_gui.base.plots import KEPT, new_plot, style_plot
from s3fn_gui.base.widgets import column, label, row

WHITE, DARK, SCENE, RANGE = KEPT[0], KEPT[4], KEPT[2], KEPT[1]
SHADE = 60  # opacity of the range, of 255
OUTLIERS = (1, 99)  # per cent of the values that set the scale


class CalibrationPreview(QWidget):
    """Two small plots, counts above reflectance."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Any = _plot("calibrate_counts", tr("Counts of references and scene"))
        self.made: Any = _plot("calibrate_reflectance", tr("Reflectance of sampled pixels"))
        self.made.setXLink(self.counts)
        self._white, self._dark, self._scene = (
            self.counts.plot([], pen=pg.mkPen(colour, width=1.5), connect="finite")
            for colour in (WHITE, DARK, SCENE)
        )
        shade = theme.translucent(RANGE, SHADE)
        edge = pg.mkPen(shade)
        self._low = self.made.plot([], pen=edge, connect="finite")
        self._high = self.made.plot([], pen=edge, connect="finite")
        self._range: Any = pg.FillBetweenItem(self._low, self._high, brush=shade)
        self.made.addItem(self._range)
        self._mean = self.made.plot([], pen=pg.mkPen(SCENE, width=1.5), connect="finite")
        counts = ((WHITE, tr("white")), (DARK, tr("dark")), (SCENE, tr("scene")))
        made = ((SCENE, tr("mean of sampled pixels")), (RANGE, tr("range of the middle 80 %")))
        self.setLayout(
            column(
                row(label(tr("Counts"), "heading"), 1, _legend(counts)),
                self.counts,
                row(label(tr("Reflectance"), "heading"), 1, _legend(made)),
                self.made,
                spacing=4,
            )
        )
        theme.follow(self._restyle)
        self.show_curves(None)

    def _restyle(self) -> None:
        """In the colours of the theme."""
        for plot in (self.counts, self.made):
            style_plot(plot)

    def show_curves(self, curves: Curves | None) -> None:
        """Draw, or (None) show that there is nothing to draw."""
        for plot in (self.counts, self.made):
            plot.getPlotItem().setOpacity(1.0 if curves is not None else 0.35)
        self._range.setVisible(curves is not None)
        if curves is None:
            for curve in (self._white, self._dark, self._scene, self._low, self._high, self._mean):
                curve.setData([], [])
            return
        axis = curves.axis
        self._white.setData(axis, curves.white)
        self._dark.setData(axis, curves.dark)
        self._scene.setData(axis, curves.scene)
        self._mean.setData(axis, curves.mean)
        # A filled shape has no gaps: it goes straight on from one known band to the next.
        known = np.isfinite(curves.low) & np.isfinite(curves.high)
        self._low.setData(axis[known], curves.low[known])
        self._high.setData(axis[known], curves.high[known])
        name = tr("Wavelength (nm)") if curves.in_nm else tr("Band")
        self.made.setLabel("bottom", name)
        self.counts.setXRange(float(axis[0]), float(axis[-1]), padding=0.01)
        _fit(self.counts, curves.white, curves.dark, curves.scene)
        _fit(self.made, curves.mean, curves.low, curves.high)


def _plot(name: str, tip: str) -> Any:
    plot = new_plot(name, tip)
    plot.getAxis("left").setWidth(48)
    return plot


def _fit(plot: Any, *curves: FloatArray) -> None:
    """From 0 to the highest value but outliers."""
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    if values.size:
        low, high = np.percentile(values, OUTLIERS)
        plot.setYRange(min(0.0, float(low)), max(float(high), 1e-6), padding=0.06)


def _legend(names: Iterable[tuple[str, str]]) -> QLabel:
    """Colours with what is drawn in them."""
    text = "&nbsp;&nbsp;".join(f'<span style="color:{colour}">■</span> {name}' for colour, name in names)
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.RichText)
    return theme.role(result, "muted")
