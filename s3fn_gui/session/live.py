"""Whether the map follows the labels, and what keeps it from doing so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class LiveState(QObject):
    """`problem` says why there is no live map now, "" where nothing is wrong.

    Off in a new session, and whenever a cube is closed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self.problem = ""

    def set_on(self, on: bool) -> None:
        """Switch it on or off; what was wrong is forgotten."""
        if (on, "") != (self.on, self.problem):
            self.on, self.problem = on, ""
            self.changed.emit()

    def set_problem(self, problem: str) -> None:
        """Say why no map comes; "" when one has come."""
        if problem != self.problem:
            self.problem = problem
            self.changed.emit()
