"""Curves that stay in the plot: kept spectra and class means, with shades of their deviation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from s3fn_core.cubes.spectra.axis import Axis, runs
from s3fn_core.types import FloatArray
from s3fn_gui.base import theme

SHADE = 45  # opacity of the band of one standard deviation, of 255
FAINT = 70  # opacity of the others while one is brought out
PLAIN, THICK = 1.6, 3.0


@dataclass(frozen=True, eq=False)
class Curve:
    """One spectrum as it is drawn; `edges` are one standard deviation below and above."""

    x: Axis
    y: FloatArray
    colour: str
    edges: tuple[FloatArray, FloatArray] | None = None
    dashed: bool = False
    faint: bool = False
    thick: bool = False


class Curves:
    """Draws them again whenever one has changed; that is rare, and all of them are painted once."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._items: list[Any] = []
        self.shown: tuple[Curve, ...] = ()

    def show(self, curves: Sequence[Curve]) -> None:
        """Draw these, and nothing else."""
        for item in self._items:
            self._plot.removeItem(item)
        self._items = []
        self.shown = tuple(curves)
        for curve in self.shown:
            if curve.edges is not None and not curve.faint:
                self._add(shade(curve.x, *curve.edges, curve.colour), 1)
            self._add(line(curve), 3 if curve.thick else 2)

    def _add(self, item: Any, height: int) -> None:
        item.setZValue(height)
        self._plot.addItem(item, ignoreBounds=True)
        self._items.append(item)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest value, None where nothing is drawn."""
        parts = [part for curve in self.shown for part in (curve.y, *(curve.edges or ()))]
        values = np.concatenate(parts) if parts else np.zeros(0)
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None


def line(curve: Curve) -> Any:
    """A curve as an item of a plot."""
    colour = theme.translucent(curve.colour, FAINT if curve.faint else 255)
    style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
    pen = pg.mkPen(colour, width=THICK if curve.thick else PLAIN, style=style)
    return pg.PlotCurveItem(curve.x, curve.y, pen=pen, connect="finite", antialias=True)


def shade(x: Axis, low: FloatArray, high: FloatArray, colour: str) -> QGraphicsPathItem:
    """The area between two curves as an item of a plot."""
    path = QPainterPath()
    for run in runs(low + high):
        outline = [*zip(x[run], low[run], strict=True)]
        outline += zip(x[run][::-1], high[run][::-1], strict=True)
        path.addPolygon(QPolygonF([QPointF(float(a), float(b)) for a, b in outline]))
    item = QGraphicsPathItem(path)
    item.setBrush(theme.translucent(colour, SHADE))
    item.setPen(Qt.PenStyle.NoPen)
    return item
