"""Checking the description of the selected class whenever it, the labels or the cube change."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from s3fn_core.cubes.cube import Cube
from s3fn_gui.claims.checking import Reading, read_and_check
from s3fn_gui.claims.state import Checked
from s3fn_gui.flows.context import Context

KIND = "claims"
TITLE = "Checking the description"
REST_MS = 250
"""How long the hand rests before a text is checked."""


class ClaimsFlow:
    """Fills ``session.claims``; what was read of a cube serves until its labels change."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = session = context.session
        self._known: Reading | None = None
        self._of: object = None  # the statistics that `_known` belongs to
        self._rest = QTimer(session, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._check)
        for signal in (session.classes_changed, session.view.statistics_changed):
            signal.connect(self._wait)
        for signal in (session.class_selected, session.cube_changed, session.treatment_changed):
            signal.connect(self._begin)

    def _begin(self) -> None:
        """Another class or cube is on show: what was found belongs to the one before."""
        item = self._session.current
        if item is None or not self._is_fresh(item.cube):
            self._known = None  # it would keep a cube that was closed
        self._session.claims.put(None)
        self._wait()

    def _wait(self) -> None:
        if not self._described():
            self._session.claims.put(None)
        self._rest.start()

    def _described(self) -> bool:
        session = self._session
        target = session.current_class
        return session.current is not None and target is not None and bool(target.text.strip())

    def _check(self) -> None:
        session = self._session
        item, target = session.current, session.current_class
        if item is None or target is None or not self._described():
            self._context.runner.cancel(KIND)
            return
        cube, classes, statistics = item.cube, session.classes, session.view.statistics
        known = self._known if self._is_fresh(cube) else None
        labels = item.labels if item.counts[1:].any() else None

        def done(result: tuple[Reading, Checked]) -> None:
            self._known, self._of = result[0], statistics
            if self._holds(result[1]) and self._is_fresh(cube):
                session.claims.put(result[1])

        self._context.runner.start(
            KIND,
            TITLE,
            lambda: read_and_check(known, cube, labels, classes, target.id, item.is_reflectance),
            done,
        )

    def _is_fresh(self, cube: Cube) -> bool:
        """Whether what was read is of this cube with its present labels."""
        known = self._known
        return known is not None and known.cube is cube and self._of is self._session.view.statistics

    def _holds(self, checked: Checked) -> bool:
        """Whether a check is of what is on show."""
        item, target = self._session.current, self._session.current_class
        return (
            item is not None
            and target is not None
            and (checked.cube, checked.class_id, checked.text) == (item.cube, target.id, target.text)
        )
