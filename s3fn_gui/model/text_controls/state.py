"""Whether the text matters: the measurement that runs, and what the last one found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.progress import Progress
from s3fn_gui.session.session import Session

if TYPE_CHECKING:
    from s3fn_core.results.text_controls import TextControls


class TextControlsState(QObject):
    """The result stays until there is a new one, or another project is opened.

    `changes` is the session's count when it was measured, to tell whether it is still true.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.running = False
        self.progress: Progress | None = None
        self.remaining: float | None = None
        self.result: TextControls | None = None
        self.stem = "controls"
        self.changes = 0
        self._begun = 0, ""
        session.cleared.connect(self._clear)

    def begin(self, changes: int, stem: str) -> None:
        """A measurement starts, of the labels and words as they are at `changes`."""
        self.running, self.progress, self.remaining = True, None, None
        self._begun = changes, stem
        self.changed.emit()

    def add(self, progress: Progress, remaining: float | None) -> None:
        """Take in one report."""
        self.progress, self.remaining = progress, remaining
        self.progressed.emit()

    def end(self, result: TextControls | None = None) -> None:
        """The measurement is over; without a result it was cancelled or it failed."""
        self.running, self.progress = False, None
        if result is not None:
            self.result = result
            self.changes, self.stem = self._begun
        self.changed.emit()

    def _clear(self) -> None:
        """Another project was opened."""
        self.running, self.progress, self.result = False, None, None
        self.changed.emit()
