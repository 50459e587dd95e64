"""The place that is to be labelled next, and those that were passed over."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from s3fn_core.results.next_place import Place
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session


class NextPlaceState(QObject):
    """`place` lies in the current cube; `skipped` are the places passed over, by cube.

    `looked_for` asks to bring a pixel into view.
    """

    changed = Signal()
    looked_for = Signal(int, int)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._view = session.view
        self.place: Place | None = None
        self.skipped: dict[OpenCube, set[Position]] = {}

    @property
    def position(self) -> Position | None:
        """The pixel to label."""
        return None if self.place is None else (self.place.line, self.place.sample)

    def go_to(self, place: Place) -> None:
        """Look at this place now."""
        self.place, self._view.stays = place, True
        self.changed.emit()
        self.looked_for.emit(place.line, place.sample)

    def skip(self, item: OpenCube) -> None:
        """Do not come back to the place that is looked at."""
        if self.position is not None:
            self.skipped.setdefault(item, set()).add(self.position)

    def leave(self) -> None:
        """Look at no place any more."""
        if self.place is not None:
            self.place, self._view.stays = None, False
            self.changed.emit()
