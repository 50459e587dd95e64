"""The spectrum that a description expects: a dashed line in its uncertainty, with knots to drag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor

from s3fn_core.languages import tr
from s3fn_core.words.expectation import Expectation
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.spectra.plot.curves import Curve, line, shade

KNOT = 10  # pixels
LINE, KNOTS = 4, 8  # above the curves, and above the marks on them
STEP = 5.0  # nm between points of the band of uncertainty


class ExpectedCurve:
    """`moved` gets the wavelength of a knot and its new reflectance; `dropped` ends the drag.

    While a knot is dragged, the curve follows the mouse and nothing else.
    """

    def __init__(self, plot: Any, moved: Callable[[float, float], None], dropped: Callable[[], None]) -> None:
        self._plot = plot
        self._moved = moved
        self._dropped = dropped
        self._drawn: list[Any] = []
        self._colour = ""
        self._scale = 1.0
        self._ends = (0.0, 0.0)
        self._dragging = False
        self.targets: list[Any] = []
        self.expected: Expectation | None = None

    def show(
        self,
        expected: Expectation | None,
        scale: float,
        colour: str,
        ends: tuple[float, float],
        movable: bool,
    ) -> None:
        """Draw an expected spectrum in the units of the plot, or (None) nothing.

        Parameters
        ----------
        expected : Expectation or None
        scale : float
            A value of the plot times `scale` is reflectance.
        colour : str
        ends : tuple of float
            Wavelengths from where to where spectra are shown.
        movable : bool
            Whether the words may be changed.
        """
        if self._dragging:
            return
        self.expected, self._scale, self._colour, self._ends = expected, scale, colour, ends
        for target in self.targets:
            self._plot.removeItem(target)
        self.targets = []
        self._draw()
        if expected is None:
            return
        for place, (nm, reflectance) in enumerate(expected.knots):
            if ends[0] <= nm <= ends[1]:
                self.targets.append(self._target(place, nm, reflectance / scale, movable))

    @property
    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest value that is drawn, None where nothing is."""
        curve = self._curve()
        if curve is None or curve.edges is None:
            return None
        return float(curve.edges[0].min()), float(curve.edges[1].max())

    # --- drawing -------------------------------------------------------------------------------

    def _curve(self) -> Curve | None:
        """Line and uncertainty where spectra are shown."""
        expected, (first, last) = self.expected, self._ends
        if expected is None or last <= first:
            return None
        steps = np.linspace(first, last, max(2, round((last - first) / STEP)))
        knots = expected.wavelengths
        x = np.union1d(steps, knots[(knots >= first) & (knots <= last)])
        y, room = expected.at(x), expected.uncertainty(x)
        low, high = np.maximum(y - room, 0), np.minimum(y + room, 1)
        to_plot = np.float64(1 / self._scale)
        values = [(part * to_plot).astype(np.float32) for part in (y, low, high)]
        return Curve(x, values[0], self._colour, (values[1], values[2]), dashed=True)

    def _draw(self) -> None:
        for item in self._drawn:
            self._plot.removeItem(item)
        self._drawn = []
        curve = self._curve()
        if curve is None or curve.edges is None:
            return
        band = shade(curve.x, *curve.edges, curve.colour)
        band.setOpacity(0.6)  # fainter than what was measured
        for item, height in ((band, 0), (line(curve), LINE)):
            item.setZValue(height)
            self._plot.addItem(item, ignoreBounds=True)
            self._drawn.append(item)

    def _target(self, place: int, nm: float, value: float, movable: bool) -> Any:
        colour = QColor(self._colour)
        target = pg.TargetItem(
            (nm, value),
            KNOT,
            symbol="o",
            movable=movable,
            pen=pg.mkPen(colour, width=1.4),
            brush=pg.mkBrush(None),
            hoverBrush=pg.mkBrush(colour),  # marks are seen through it
        )
        target.setToolTip(plain_tip(self._tip(place)))
        target.setZValue(KNOTS)
        if movable:
            target.sigPositionChanged.connect(partial(self._follow, place))
            target.sigPositionChangeFinished.connect(self._drop)
        self._plot.addItem(target, ignoreBounds=True)
        return target

    def _tip(self, place: int) -> str:
        expected = self.expected
        assert expected is not None
        nm, reflectance = expected.knots[place]
        tolerance = 100 * expected.tolerance[place]
        return tr(
            "The text expects {reflectance:.1f} ± {tolerance:.1f} % at {nm:.0f} nm. "
            "Drag it, and the text follows.",
            reflectance=100 * reflectance,
            tolerance=tolerance,
            nm=nm,
        )

    # --- the mouse -----------------------------------------------------------------------------

    def _follow(self, place: int, target: Any) -> None:
        """A knot moves up and down only."""
        assert self.expected is not None
        self._dragging = True
        nm = float(self.expected.wavelengths[place])
        reflectance = min(max(float(target.pos().y()) * self._scale, 0.0), 1.0)
        with QSignalBlocker(target):
            target.setPos(nm, reflectance / self._scale)
        values = self.expected.reflectance.copy()
        values[place] = reflectance
        self.expected = replace(self.expected, reflectance=values)
        self._draw()
        self._moved(nm, reflectance)

    def _drop(self, target: Any) -> None:
        self._dragging = False
        self._dropped()
