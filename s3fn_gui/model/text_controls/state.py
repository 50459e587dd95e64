"""Whether the text matters: the measurement that runs, and what the last one found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_gui.model.running import RunState
from s3fn_gui.session.session import Session

if TYPE_CHECKING:
    from s3fn_core.results.text_controls import TextControls


class TextControlsState(RunState):
    """The result stays until there is a new one, or another project is opened.

    `changes` is the session's count when it was measured, to tell whether it is still true.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.result: TextControls | None = None
        self.stem = "controls"
        self.changes = 0
        self._begun = 0, ""
        session.cleared.connect(self._clear)

    def begin_at(self, changes: int, stem: str) -> None:
        """A measurement starts, of the labels and words as they are at `changes`."""
        self._begun = changes, stem
        self.begin()

    def end(self, result: TextControls | None = None) -> None:
        """The measurement is over; without a result it was cancelled or it failed."""
        if result is not None:
            self.result = result
            self.changes, self.stem = self._begun
        super().end()

    def _clear(self) -> None:
        """Another project was opened."""
        self.result = None
        self.end()
