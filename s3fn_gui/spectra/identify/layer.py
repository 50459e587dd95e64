"""The curves of the entries that are selected, on the plot of spectra."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_core.words.library.identifying import Match
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.identify.state import IdentifyState
from s3fn_gui.spectra.plot.curves import Curve, line

HEIGHT = 4  # above kept spectra


class MatchLayer(QObject):
    """Dashed, as spectra of libraries are; gone with the dialog."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, session: Session, state: IdentifyState) -> None:
        super().__init__(session)
        self._plot, self._state = plot, state
        self._drawn: list[Any] = []
        self.curves: tuple[Curve, ...] = ()
        state.preview_changed.connect(self.changed)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of all curves."""
        values = np.concatenate([curve.y for curve in self.curves]) if self.curves else np.zeros(0)
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw in the quantity of the plot, within the wavelengths of the spectrum."""
        for item in self._drawn:
            self._plot.removeItem(item)
        self._drawn = []
        found = [self._curve(match, colour, display) for match, colour in self._state.preview]
        self.curves = tuple(curve for curve in found if curve is not None)
        for curve in self.curves:
            item = line(curve)
            item.setZValue(HEIGHT)
            self._plot.addItem(item, ignoreBounds=True)
            self._drawn.append(item)

    def _curve(self, match: Match, colour: str, display: Display) -> Curve | None:
        question = self._state.question
        if question is None or display.by_number:
            return None
        low, high = question.subject.range_nm
        entry = match.entry
        inside = (entry.wavelengths >= low) & (entry.wavelengths <= high)
        values = entry.reflectance[inside] * np.float32(match.scale if self._state.scaled else 1)
        axis = BandAxis(entry.wavelengths[inside], np.isfinite(values), stored=False)
        if not axis.good_bands.any() or not display.shows(axis):
            return None
        return Curve(display.x(axis), display.y(axis, values), colour, dashed=True, thick=True)
