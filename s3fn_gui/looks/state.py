"""How pictures look, whatever they show; never saved, never undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from s3fn_gui.looks.colour_maps import GREY


class Looks(QObject):
    """The colours of grey pictures, and whether the limits stay while the bands change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colour_map = GREY
        self.hold = False

    def set_colour_map(self, name: str) -> None:
        """One of :data:`s3fn_gui.looks.colour_maps.COLOUR_MAPS`."""
        if name != self.colour_map:
            self.colour_map = name
            self.changed.emit()

    def set_hold(self, hold: bool) -> None:
        """Keep the limits in use while other bands are chosen."""
        if hold != self.hold:
            self.hold = hold
            self.changed.emit()
