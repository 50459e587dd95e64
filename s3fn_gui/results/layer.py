"""Pixels of the results above the image, with their legend, and their spectra in the plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.legend import Legend
from s3fn_gui.picture.canvas.pixel_mark import HALO, RING, PixelMark
from s3fn_gui.picture.canvas.raster import IdOverlay
from s3fn_gui.picture.layer import Level
from s3fn_gui.results.state import ResultsState
from s3fn_gui.spectra.plot.curves import Curve, line, shade

LIT, ERROR = "#ff3fd5", "#ff4d2e"
MOST_DOTS, DOT = 5000, 6  # single pixels of a large scene would be lost without; screen pixels
MARGIN, ROWS_ABOVE = 8.0, 2  # the legend lies below the badges of a map and of a comparison
HEIGHT = 5  # above other curves, below the one of a pixel that is looked at


class Lit(QObject):
    """Some pixels in one colour, seen at any zoom."""

    def __init__(self, parent: QObject, colour: str) -> None:
        super().__init__(parent)
        self.overlay = IdOverlay()
        self.overlay.set_classes([LabelClass(1, "lit", colour)])
        pen = pg.mkPen(HALO, width=1)
        self.dots: Any = pg.ScatterPlotItem(
            pxMode=True, size=DOT, symbol="s", hoverable=False, brush=pg.mkBrush(colour), pen=pen
        )

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return (Level.OBJECTS, self.overlay), (Level.OBJECTS, self.dots)

    def light(self, pixels: npt.NDArray[np.integer[Any]], shape: tuple[int, int]) -> None:
        """Light these (line, sample) of an image of `shape`, and no others."""
        if len(pixels):
            ids = np.zeros(shape, np.uint8)
            ids[tuple(pixels.T)] = 1
            self.overlay.set_ids(ids)
        else:
            self.overlay.set_ids(None)
        dots = pixels if len(pixels) <= MOST_DOTS else pixels[:0]
        self.dots.setData(pos=dots[:, ::-1] + 0.5)


class PixelsLayer(QObject):
    """Pixels that were chosen, labels that the map contradicts, the pixel that is looked at."""

    def __init__(self, state: ResultsState, box: Any) -> None:
        super().__init__(state)
        self._state = state
        self.errors, self.chosen, self.mark = Lit(self, ERROR), Lit(self, LIT), PixelMark(self)
        self.legend = _LegendBelow(box)
        follow(self._show_errors, state.errors_changed, state.wanted_changed)
        state.chosen_changed.connect(self._show_chosen)
        state.moved.connect(lambda: self.mark.mark(state.position))
        box.sigResized.connect(lambda *_: self._tell())
        self._tell()

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return *self.errors.parts, *self.chosen.parts, *self.mark.parts

    def _show_errors(self) -> None:
        found = self._state.errors if self._state.errors_shown else None
        ids = np.zeros((0, 0), np.uint8) if found is None else found.ids
        self.errors.light(np.argwhere(ids), ids.shape)
        self._tell()

    def _show_chosen(self) -> None:
        chosen, item = self._state.chosen, self._state.item
        none = chosen is None or item is None
        pixels = np.zeros((0, 2), int) if chosen is None else chosen.pixels
        self.chosen.light(pixels, (0, 0) if none or item is None else item.cube.shape[:2])
        self._tell()

    def _tell(self) -> None:
        """The legend says what is lit, and how many."""
        state, rows = self._state, []
        if state.errors_shown and state.errors is not None:
            rows.append((tr("{count:,} px: label contradicted", count=state.errors.count), ERROR))
        if state.chosen is not None:
            rows.append((f"{len(state.chosen.pixels):,} px: {state.chosen.title}", LIT))
        self.legend.setVisible(bool(rows))
        self.legend.show_classes(
            tr("Results"), [LabelClass(n, text, colour) for n, (text, colour) in enumerate(rows, 1)]
        )


class _LegendBelow(Legend):
    """At the left, where no other legend is."""

    def place(self) -> None:
        """Go below the badges."""
        high = self.boundingRect().height() / (len(self.lines) + 2)
        self.setPos(MARGIN, MARGIN + ROWS_ABOVE * (high + MARGIN))


class ChosenCurves(QObject):
    """Mean and standard deviation of the pixels that are lit, a few of them, and the one looked at."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, state: ResultsState) -> None:
        super().__init__(state)
        self._plot, self._state = plot, state
        self._drawn: list[Any] = []
        self.curves: tuple[Curve, ...] = ()
        follow(self.changed, state.spectra_changed, state.moved)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of all curves."""
        parts = [part for curve in self.curves for part in (curve.y, *(curve.edges or ()))]
        values = np.concatenate(parts) if parts else np.zeros(0)
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw them as the plot shows the others."""
        for item in self._drawn:
            self._plot.removeItem(item)
        self._drawn = []
        self.curves = () if axis is None else tuple(self._curves(axis, display))
        for curve in self.curves:
            if curve.edges is not None:
                self._add(shade(curve.x, *curve.edges, curve.colour), HEIGHT - 1)
            self._add(line(curve), HEIGHT + (curve.colour == RING))

    def _add(self, item: Any, height: int) -> None:
        item.setZValue(height)
        self._plot.addItem(item, ignoreBounds=True)
        self._drawn.append(item)

    def _curves(self, axis: BandAxis, display: Display) -> list[Curve]:
        found, here, item = self._state.spectra, self._state.position, self._state.item
        curves, x = [], display.x(axis)
        if found is not None and len(found.mean) == axis.bands:
            curves += [Curve(x, display.y(axis, one), LIT, faint=True) for one in found.examples]
            edges = display.edges(axis, found.mean, found.deviation)
            curves.append(Curve(x, display.y(axis, found.mean), LIT, edges, thick=True))
        values = None if here is None or item is None else item.cube.spectrum(*here)
        if values is not None and len(values) == axis.bands:
            curves.append(Curve(x, display.y(axis, values), RING, thick=True))
        return curves
