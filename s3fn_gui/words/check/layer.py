"""What the description of the selected class expects, on the plot of spectra."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import Expectation
from s3fn_core.words.restating import move_knot
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import named
from s3fn_gui.session.session import Session
from s3fn_gui.words.check.expected_curve import ExpectedCurve
from s3fn_gui.words.check.plot_marks import ClaimMarks
from s3fn_gui.words.check.state import CheckState
from s3fn_gui.words.generation.state import GenerationState

EMPTY = np.zeros(0, np.float32)
EXPECTED_TIP = tr(
    "What the description of the selected class expects (dashed, drag its points), "
    "and marks where its claims are supported or contradicted"
)


class CheckLayer(QObject):
    """The expected spectrum, and marks at the claimed wavelengths on the class's mean."""

    changed = Signal()

    def __init__(self, plot: Any, session: Session, claims: CheckState, generation: GenerationState) -> None:
        super().__init__(session)
        self._session = session
        self._claims = claims
        self._drag = KnotDrag(session, generation)
        self.expected = ExpectedCurve(plot, self._drag.move, self._drag.end)
        self.marks = ClaimMarks(plot)
        self._switch = named(QCheckBox(tr("Expected")), "show_expected", EXPECTED_TIP)
        self._switch.setChecked(claims.is_shown)
        self._switch.toggled.connect(claims.show)
        follow(self.changed, claims.changed, claims.shown_changed)

    @property
    def switch(self) -> QCheckBox:
        """Shows and hides it."""
        return self._switch

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of the expected spectrum."""
        return self.expected.extent

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw for the bands and the quantity of the plot; `means` tells whether those are on it.

        The expectation is a reflectance over wavelengths and is shown on such a plot only.
        """
        claims, target = self._claims, self._session.current_class
        checked = claims.checked if claims.is_shown else None
        if checked is None or axis is None or target is None or axis.wavelengths is None:
            self.expected.show(None, 1.0, "", (0.0, 0.0), movable=False)
            self.marks.show((), np.zeros(0), EMPTY)
            return
        if checked.text != target.text:
            return  # it is about to be checked; a dragged knot must not jump back
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


PACE_MS = 80
"""The curve follows every movement of the mouse; text, lists and plots of the window this often."""


class KnotDrag:
    """What is pushed while the mouse is down is undone together."""

    def __init__(self, session: Session, generation: GenerationState) -> None:
        self._generation = generation
        self._session = session
        self._open = False
        self._of: int | None = None  # the class whose knot it is: another may be selected by a key
        self._ahead: tuple[float, float] | None = None
        self._pace = resting(session, self._follow, PACE_MS)

    @property
    def is_allowed(self) -> bool:
        """Whether a paragraph of the selected class may be changed."""
        target = self._session.current_class
        return (
            target is not None
            and self._generation.of(target.id) is None
            and not all(d.locked for d in target.descriptions)
        )

    def move(self, nm: float, reflectance: float) -> None:
        """Let the description of the selected class expect another reflectance."""
        self._of = self._session.class_id if self._of is None else self._of
        self._ahead = nm, reflectance
        if not self._pace.isActive():
            self._pace.start()

    def _follow(self) -> None:
        """Write down where the knot is."""
        session, target = self._session, self._session.current_class
        ahead, self._ahead = self._ahead, None
        if target is None or ahead is None or self._of != target.id or not self.is_allowed:
            return
        after = move_knot(target.descriptions, *ahead)
        if after == target.descriptions:
            return
        text = tr("Change what is expected of {name}", name=target.name)
        history = session.history if self._open else None  # only what was there before is kept
        if not self._open:
            self._open = True
            session.undo_stack.beginMacro(text)
        classes = session.classes.changed(target.id, descriptions=after)
        session.push_classes(classes, text, merge=f"knot {target.id}", history=history)

    def end(self) -> None:
        """The mouse was released."""
        self._pace.stop()
        self._follow()
        self._of = None
        if self._open:
            self._open = False
            self._session.undo_stack.endMacro()
