"""The pixel that is looked at: a ring around it and its outline on the image, its curve in the plot."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_gui.picture.canvas.pixel_mark import RING, PixelMark
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.spectra.plot.curves import Curve, line

HEIGHT = 6  # above all other curves


class PointLayer(PixelMark):
    """Marks the pixel on the image."""

    def __init__(self, state: ValidationState) -> None:
        super().__init__(state)
        self._state = state
        state.moved.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.mark(self._state.position)


class PointCurve(QObject):
    """The spectrum of the pixel, in the colour of its ring; the one under the cursor comes besides."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, state: ValidationState) -> None:
        super().__init__(state)
        self._plot = plot
        self._state = state
        self._drawn: Any = None
        self.curve: Curve | None = None
        state.moved.connect(self.changed)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of the curve."""
        values = np.zeros(0) if self.curve is None else self.curve.y[np.isfinite(self.curve.y)]
        return (float(values.min()), float(values.max())) if values.size else None

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw it as the plot shows the others."""
        if self._drawn is not None:
            self._plot.removeItem(self._drawn)
        self._drawn = self.curve = None
        here, item = self._state.position, self._state.item
        if here is None or item is None or axis is None:
            return
        values = item.cube.spectrum(*here)
        if len(values) != axis.bands:
            return
        self.curve = Curve(display.x(axis), display.y(axis, values), RING, thick=True)
        self._drawn = line(self.curve)
        self._drawn.setZValue(HEIGHT)
        self._plot.addItem(self._drawn, ignoreBounds=True)
