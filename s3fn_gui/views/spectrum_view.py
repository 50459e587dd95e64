"""Spectra: the pixel under the cursor, pinned pixels, and what each class looks like."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QToolButton, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.types import FloatArray
from s3fn_gui import theme
from s3fn_gui.plots import BAND_MARKERS, pin_colour, style_plot
from s3fn_gui.session import Session
from s3fn_gui.spectrum.cached_view import CachedView
from s3fn_gui.spectrum.cursor_line import CursorLine
from s3fn_gui.widgets import column, label, named, row

Axis = npt.NDArray[np.float64]
SHADE = 45  # opacity of the band of one standard deviation, of 255


LEAST_FILLED = 0.3
ROOM = 0.15
"""Shares of the value axis: what a spectrum must fill, and what is left free around it."""


class SpectrumView(QWidget):
    """Axis in nm, sorted, with gaps where bands carry no information."""

    def __init__(self, session: Session, clear: QAction, choose_bands: Any) -> None:
        super().__init__()
        self._session = session
        self._choose_bands = choose_bands
        self._axis: Axis = np.zeros(0)
        self._order: npt.NDArray[np.intp] = np.zeros(0, np.intp)
        self._gaps = np.zeros(0, bool)
        self.plot: Any = named(pg.PlotWidget(), "spectrum_plot", "Spectra")
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.getPlotItem().setContentsMargins(0, 4, 6, 0)
        self.cursor_line = CursorLine(self.plot)
        self._painting = CachedView(self.plot, self.cursor_line.draw)
        self._zoomed = False
        self._drawn: dict[str, list[Any]] = {"pins": [], "classes": []}
        self._markers = [self._marker(i) for i in range(3)]
        self._means = named(QCheckBox("Class means ± SD"), "show_class_means")
        self._means.setChecked(True)
        self._means.toggled.connect(self._show_classes)
        clear_button = named(QToolButton(), "clear_pins", clear.toolTip())
        clear_button.setDefaultAction(clear)
        clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._hint = label("Inspect (I): click to pin", "muted")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        controls = row(self._means, self._hint, clear_button)
        controls.setStretch(1, 1)
        self.setLayout(column(controls, self.plot,
                              margins=6, spacing=2))  # fmt: skip
        self._connect()
        self._restyle()
        self._show_cube()

    def _connect(self) -> None:
        session = self._session
        session.cube_changed.connect(self._show_cube)
        session.treatment_changed.connect(self._show_cube)
        session.pins_changed.connect(self._show_pins)
        session.classes_changed.connect(self._show_classes)
        session.view.statistics_changed.connect(self._show_classes)
        session.view.hovered.connect(self._show_cursor)
        session.view.picture_changed.connect(self._show_markers)
        self.plot.getViewBox().sigRangeChangedManually.connect(self._keep_zoom)

    def _marker(self, channel: int) -> Any:
        pen = pg.mkPen(BAND_MARKERS[channel], width=1.2, style=Qt.PenStyle.DashLine)
        marker = pg.InfiniteLine(angle=90, movable=True, pen=pen, hoverPen=pg.mkPen(
            BAND_MARKERS[channel], width=3))  # fmt: skip
        marker.setToolTip(f"{('Red', 'Green', 'Blue')[channel]} of the composite: drag to change")
        marker.sigPositionChangeFinished.connect(partial(self._marker_moved, channel))
        self.plot.addItem(marker, ignoreBounds=True)
        return marker

    # --- following the session -----------------------------------------------------------------

    def _show_cube(self) -> None:
        item = self._session.current
        if item is None:
            self._show_nothing()
            return
        cube = item.cube
        named_axis = cube.wavelengths is not None
        values = (
            cube.wavelengths if cube.wavelengths is not None else np.arange(1.0, cube.bands + 1)
        )
        self._order = np.argsort(values, kind="stable")
        self._axis = values[self._order]
        self._gaps = ~cube.good_bands[self._order]
        self.plot.setLabel("bottom", "Wavelength (nm)" if named_axis else "Band")
        self.plot.setLabel("left", _unit(cube))
        self.plot.setXRange(float(self._axis[0]), float(self._axis[-1]), padding=0.01)
        self.plot.enableAutoRange(axis="y")
        self._zoomed = False
        self._show_pins()
        self._show_classes()
        self._show_markers()
        self._show_cursor()

    def _show_nothing(self) -> None:
        self._axis = np.zeros(0)
        self._show_cursor()
        self._show_pins()
        self._show_classes()
        for marker in self._markers:
            marker.hide()

    def _show_cursor(self) -> None:
        spectrum = self._session.view.hover_spectrum
        if spectrum is None or len(spectrum) != len(self._axis):
            self.cursor_line.set_data(np.zeros(0), np.zeros(0, np.float32))
        else:
            values = self._sorted(spectrum)
            self.cursor_line.set_data(self._axis, values)
            self._make_room(values)
        self._painting.update()

    def _make_room(self, values: FloatArray) -> None:
        """Move the axis when the spectrum leaves it, or fills little of it with nothing else there.

        Fitting it to every pixel takes longer than all the rest, and the axis would never rest.
        """
        finite = values[np.isfinite(values)]
        if self._zoomed or not finite.size:
            return
        low, high = float(finite.min()), float(finite.max())
        bottom, top = self.plot.viewRange()[1]
        company = bool(self._drawn["pins"] or self._drawn["classes"])
        lost = not company and high - low < LEAST_FILLED * (top - bottom)
        if low < bottom or high > top or lost:
            if company:
                low, high = min(low, bottom), max(high, top)
            room = ROOM * (high - low)
            self.plot.setYRange(low - room, high + room, padding=0)

    def _keep_zoom(self) -> None:
        self._zoomed = True

    def _show_pins(self) -> None:
        self._clear("pins")
        item = self._session.current
        for i, (line, sample) in enumerate(() if item is None else item.pins):
            assert item is not None
            curve = self.plot.plot(
                self._axis, self._sorted(item.cube.spectrum(line, sample)),
                pen=pg.mkPen(pin_colour(i), width=1.6), connect="finite",
            )  # fmt: skip
            curve.setToolTip(f"line {line}, sample {sample}")
            self._drawn["pins"].append(curve)
        pins = 0 if item is None else len(item.pins)
        self._hint.setVisible(pins == 0)

    def _show_classes(self) -> None:
        self._clear("classes")
        view = self._session.view
        if not self._means.isChecked():
            return
        for c in self._session.classes:
            known = view.statistics.get(c.id)
            if known is None or len(known.mean) != len(self._axis):
                continue
            mean, deviation = self._sorted(known.mean), self._sorted(known.deviation)
            self._shade(mean - deviation, mean + deviation, c.color)
            curve = self.plot.plot(
                self._axis, mean, pen=pg.mkPen(c.color, width=2), connect="finite"
            )
            curve.setZValue(2)
            self._drawn["classes"].append(curve)

    def _shade(self, low: FloatArray, high: FloatArray, colour: str) -> None:
        shade = QColor(colour)
        shade.setAlpha(SHADE)
        edges = [
            pg.PlotCurveItem(self._axis, np.nan_to_num(edge), pen=None) for edge in (low, high)
        ]
        band = pg.FillBetweenItem(*edges, brush=pg.mkBrush(shade))
        band.setZValue(1)
        self.plot.addItem(band)
        self._drawn["classes"].append(band)

    def _show_markers(self) -> None:
        item = self._session.current
        if item is None:
            return
        place = {int(band): i for i, band in enumerate(self._order)}
        for marker in self._markers:
            marker.hide()
        for marker, band in zip(self._markers, item.marked_bands, strict=False):
            marker.setVisible(self._session.view.mode == "colour")
            marker.blockSignals(True)
            marker.setPos(float(self._axis[place[band]]))
            marker.blockSignals(False)

    def _marker_moved(self, channel: int, marker: Any) -> None:
        item = self._session.current
        if item is None:
            return
        nearest = int(np.argmin(np.abs(self._axis - marker.value())))
        bands = list(item.marked_bands)
        bands[channel] = int(self._order[nearest])
        self._choose_bands(tuple(bands))

    def _sorted(self, spectrum: FloatArray) -> FloatArray:
        values = np.array(spectrum, np.float32)[self._order]
        values[self._gaps] = np.nan
        return values

    def _clear(self, kind: str) -> None:
        for item in self._drawn[kind]:
            self.plot.removeItem(item)
        self._drawn[kind] = []

    # --- look ----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        style_plot(self.plot)
        self.cursor_line.set_colour(theme.current().text)
        self._painting.forget()


def _unit(cube: Cube) -> str:
    """Reflectance where the values can be that, else just values."""
    return "Reflectance" if cube.simulated or cube.scale != 1.0 else "Value"
