"""What the words say of the selected class, on the plot of spectra."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import Expectation
from s3fn_gui.claims.dragging import KnotDrag
from s3fn_gui.session import Session
from s3fn_gui.spectrum.axis import BandAxis, Display
from s3fn_gui.spectrum.claim_marks import ClaimMarks
from s3fn_gui.spectrum.expected import ExpectedCurve

EMPTY = np.zeros(0, np.float32)


class WordsLayer:
    """The expected spectrum, and marks at the claimed wavelengths on the class's mean."""

    def __init__(self, plot: Any, session: Session) -> None:
        self._session = session
        self._drag = KnotDrag(session)
        self.expected = ExpectedCurve(plot, self._drag.move, self._drag.end)
        self.marks = ClaimMarks(plot)

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw for the bands and the quantity of the plot; `means` tells whether those are on it.

        The expectation is a reflectance over wavelengths and is shown on such a plot only.
        """
        claims, target = self._session.claims, self._session.current_class
        checked = claims.checked if claims.is_shown else None
        if checked is None or axis is None or target is None or axis.wavelengths is None:
            self.expected.show(None, 1.0, "", (0.0, 0.0), movable=False)
            self.marks.show((), np.zeros(0), EMPTY)
            return
        if checked.text != target.text:
            return  # it is about to be checked anew; a dragged knot must not jump back
        x = display.x(axis)
        known = self._session.view.statistics.get(target.id)
        mean = None if known is None or len(known.mean) != axis.bands else known.mean
        fits = display.kind == "reflectance" and not display.by_number
        scale = checked.scale or _fitted(checked.expected, axis, mean)
        drawn = checked.expected if fits and scale is not None else None
        self.expected.show(
            drawn, scale or 1.0, target.color, (float(x[0]), float(x[-1])), self._drag.is_allowed
        )
        if mean is None or not means or display.by_number:
            self.marks.show((), np.zeros(0), EMPTY)
        else:
            self.marks.show(checked.findings, x, display.y(axis, mean))


def _fitted(expected: Expectation | None, axis: BandAxis, mean: FloatArray | None) -> float | None:
    """Where nothing tells how bright the scene is: what brings the class to its own words."""
    if expected is None or mean is None or axis.wavelengths is None:
        return None
    good = axis.good_bands & np.isfinite(mean)
    measured, words = mean[good], expected.at(axis.wavelengths[good])
    scale = float(words @ measured) / max(float(measured @ measured), 1e-12)
    return scale if scale > 0 else None
