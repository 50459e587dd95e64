"""Spectral facts of the current cube; nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.facts import SpectralFacts


class FactsState(QObject):
    """`found` is of the labels as they were when `fresh` was last true; None before the first."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Mapping[int, SpectralFacts] | None = None
        self.fresh = False

    def put(self, found: Mapping[int, SpectralFacts]) -> None:
        """What was measured just now."""
        self.found, self.fresh = found, True
        self.changed.emit()

    def outdate(self, *, drop: bool = False) -> None:
        """Labels have changed since; `drop` what was found if it is of another cube."""
        if drop and self.found is not None:
            self.found = None
            self.changed.emit()
        if self.fresh:
            self.fresh = False
            self.changed.emit()
