"""The mean spectrum of a cube, on which bad bands are marked with the mouse."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from s3fn_core.languages import tr
from s3fn_core.types import BoolArray
from s3fn_gui.base import theme
from s3fn_gui.base.plots import new_plot, style_plot
from s3fn_gui.base.widgets import column
from s3fn_gui.cubes.metadata.draft import Draft

Spectrum = npt.NDArray[np.float64]
SHADE = 48  # opacity of bad ranges, of 255
MARKING = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class BandPlot(QWidget):
    """Good bands in colour, bad ones grey and shaded."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._mean: Spectrum | None = None
        self._drag: tuple[float, bool, BoolArray] | None = None
        self._shades: list[Any] = []
        self._ends: tuple[float, float] | None = None
        self._names: tuple[str, ...] = ()
        self.plot: Any = new_plot(
            "metadata_plot", tr("Mean spectrum: drag to mark bad bands, double-click to reset the view")
        )
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.getPlotItem().setContentsMargins(0, 4, 6, 0)
        self.plot.viewport().installEventFilter(self)
        self._all = pg.PlotCurveItem(connect="finite")
        self.plot.addItem(self._all, ignoreBounds=True)  # what a bad band holds may be anything
        self._good = self.plot.plot([], [], connect="finite")
        self.setLayout(column(self.plot))
        draft.changed.connect(self._show)
        theme.follow(self._restyle)
        self._show()

    def set_mean(self, mean: Spectrum | None) -> None:
        """The spectrum, in the order of the bands and as stored."""
        self._mean = mean
        self._show()

    @property
    def axis(self) -> Spectrum:
        """Place of every band along the axis: wavelength, or number where that is unknown."""
        centres = self._draft.centres
        return np.arange(1.0, self._draft.cube.bands + 1) if centres is None else centres

    # --- the mouse -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Left marks as bad, right or with Shift as good; the wheel is pyqtgraph's."""
        if not isinstance(event, QMouseEvent):
            return False
        kind, place = event.type(), self._place(event)
        if kind == QEvent.Type.MouseButtonDblClick:
            self.plot.enableAutoRange()
        elif kind == QEvent.Type.MouseButtonPress and event.button() in MARKING:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            good = shift or event.button() == Qt.MouseButton.RightButton
            self._drag = (place, good, self._draft.good)
        elif kind == QEvent.Type.MouseMove and self._drag is not None:
            self._mark(*self._drag, place)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._drag = None
        return True

    def _place(self, event: QMouseEvent) -> float:
        scene = self.plot.mapToScene(event.position().toPoint())
        return float(self.plot.getViewBox().mapSceneToView(scene).x())

    def _mark(self, start: float, good: bool, before: BoolArray, stop: float) -> None:
        """The bands between two places; where there are none, the nearest."""
        axis = self.axis
        within = (axis >= min(start, stop)) & (axis <= max(start, stop))
        if not within.any():
            within[np.abs(axis - stop).argmin()] = True
        self._draft.set_good((before | within) if good else (before & ~within))

    # --- drawing -------------------------------------------------------------------------------

    def _show(self) -> None:
        axis, draft = self.axis, self._draft
        order = np.argsort(axis, kind="stable")
        mean = np.full(len(axis), np.nan) if self._mean is None else self._mean * draft.scale
        if self._mean is not None:
            self._all.setData(axis[order], mean[order])
            self._good.setData(axis[order], np.where(draft.good, mean, np.nan)[order])
        self._name_axes(
            tr("Band") if draft.centres is None else tr("Wavelength (nm)"),
            tr("Reflectance") if draft.is_reflectance else tr("Value"),
        )
        self._shade(axis[order], ~draft.good[order])
        ends = (float(axis.min()), float(axis.max()))
        if ends != self._ends:
            self._ends = ends
            self.plot.enableAutoRange()

    def _name_axes(self, *names: str) -> None:
        if names != self._names:  # pyqtgraph lays everything out again
            self._names = names
            self.plot.setLabel("bottom", names[0])
            self.plot.setLabel("left", names[1])

    def _shade(self, axis: Spectrum, bad: BoolArray) -> None:
        """Shade runs of bad bands, half of the way to their good neighbours."""
        middles = (axis[1:] + axis[:-1]) / 2
        edges = np.concatenate([axis[:1], middles, axis[-1:]])
        runs = np.flatnonzero(np.diff(bad, prepend=False, append=False)).reshape(-1, 2)
        while len(self._shades) < len(runs):  # making them takes longer than all the rest
            self._shades.append(self._new_shade())
        for shade, run in zip_longest(self._shades, edges[runs]):
            shade.setVisible(run is not None)
            if run is not None:
                shade.setRegion(tuple(run))

    def _new_shade(self) -> Any:
        shade = pg.LinearRegionItem(movable=False, brush=self._brush(), pen=pg.mkPen(None))
        self.plot.addItem(shade, ignoreBounds=True)
        return shade

    def _brush(self) -> Any:
        return pg.mkBrush(theme.translucent(theme.current().error, SHADE))

    @property
    def shaded(self) -> list[tuple[float, float]]:
        """The ranges that are shaded, along the axis."""
        return [shade.getRegion() for shade in self._shades if shade.isVisible()]

    def _restyle(self) -> None:
        style_plot(self.plot)
        self._all.setPen(pg.mkPen(theme.current().faint, width=1))
        self._good.setPen(pg.mkPen(theme.current().accent, width=1))
        for shade in self._shades:
            shade.setBrush(self._brush())
