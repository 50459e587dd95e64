"""The plot's axes: fitted to what stays in it, at rest under a moving cursor."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.types import FloatArray

LEAST_FILLED = 0.3
ROOM = 0.15
"""Shares of the value axis: what a spectrum must fill, and what is left free around it."""


class Ranges:
    """Both axes of a plot; where the mouse has zoomed they stay until the next :meth:`reset`."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._zoomed = False
        self._extent: tuple[float, float] | None = None
        self._ends: tuple[float, float] | None = None
        plot.disableAutoRange()
        plot.getViewBox().sigRangeChangedManually.connect(self._keep_zoom)

    def reset(self, first: float, last: float, *, force: bool) -> None:
        """Show all of the wavelengths (or band numbers) from `first` to `last`.

        Without `force` only where these are others than before.
        """
        if force or (first, last) != self._ends:
            self._zoomed, self._ends = False, (first, last)
            self._plot.setXRange(first, last, padding=0.01)

    def fit(self, extent: tuple[float, float] | None) -> None:
        """Fit the values to what stays in the plot; None: to the next cursor."""
        self._extent = extent
        if extent is not None and not self._zoomed:
            self._set(*extent)

    def make_room(self, values: FloatArray) -> None:
        """Move the axis when the cursor's values leave it, or fill little of it alone.

        Fitting it to every pixel takes longer than all the rest, and the axis would never rest.
        """
        finite = values[np.isfinite(values)]
        if self._zoomed or not finite.size:
            return
        low, high = float(finite.min()), float(finite.max())
        bottom, top = self._plot.viewRange()[1]
        alone = self._extent is None
        lost = alone and high - low < LEAST_FILLED * (top - bottom)
        if low < bottom or high > top or lost:
            if not alone:
                low, high = min(low, bottom), max(high, top)
            self._set(low, high)

    def _set(self, low: float, high: float) -> None:
        room = ROOM * (high - low) or 0.5 * abs(high) or 1.0
        self._plot.setYRange(low - room, high + room, padding=0)

    def _keep_zoom(self) -> None:
        self._zoomed = True
