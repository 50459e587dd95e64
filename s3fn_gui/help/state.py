"""Which page of the documentation is shown, and those before it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from s3fn_gui.help.pages import INDEX, Manual


@dataclass(eq=False)
class Visit:
    """A page that was opened at a section; `scroll` is where the reader left it, None if not yet."""

    page: str
    anchor: str = ""
    scroll: int | None = None


class HelpState(QObject):
    """`changed` comes when another page or section is to be shown."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, manual: Manual | None = None) -> None:
        super().__init__(parent)
        self.manual = manual or Manual()
        self.query = ""
        self._visits = [Visit(INDEX)]
        self._at = 0

    @property
    def visit(self) -> Visit:
        """What is shown."""
        return self._visits[self._at]

    def go(self, page: str, anchor: str = "", query: str = "") -> None:
        """Open a page at a section; `query` is what was looked for there."""
        self.query = query
        if (page, anchor) != (self.visit.page, self.visit.anchor):
            self._visits[self._at + 1 :] = [Visit(page, anchor)]
            self._at += 1
        else:
            self.visit.scroll = None  # to the section again
        self.changed.emit()

    @property
    def can_go_back(self) -> bool:
        """Whether there is a page before."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether the reader came back from a page."""
        return self._at + 1 < len(self._visits)

    def back(self) -> None:
        """To the page before."""
        self._move(-1)

    def forward(self) -> None:
        """To the page from which the reader came back."""
        self._move(1)

    def _move(self, step: int) -> None:
        if 0 <= self._at + step < len(self._visits):
            self._at += step
            self.query = ""
            self.changed.emit()
