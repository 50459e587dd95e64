"""The mean spectra of the chosen objects in the plot of spectra."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_gui.base.signals import follow
from s3fn_gui.masks.objects.state import ObjectsState
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.plot.curves import Curve, Curves

MOST = 24  # more curves are a tangle


class ObjectCurves(QObject):
    """In the colours of their classes, thick, above those of the classes."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, session: Session, state: ObjectsState) -> None:
        super().__init__(state)
        self._session = session
        self._state = state
        self.curves = Curves(plot)
        follow(self.changed, state.chosen_changed, state.known_changed)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of the curves."""
        return self.curves.extent

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw those of the cube that is shown, and of others with its bands."""
        wanted = [] if axis is None else self._state.chosen[:MOST]
        curves = []
        for place in wanted:
            look = self._state.trays[place[0]].tray.looks.get(place[1])
            if look is None or axis is None or len(look.mean) != axis.bands:
                continue
            values = display.y(axis, look.mean)
            if np.isfinite(values).any():
                colour = self._state.colour(place)
                curves.append(Curve(display.x(axis), values, colour, thick=len(wanted) == 1))
        self.curves.show(curves)
