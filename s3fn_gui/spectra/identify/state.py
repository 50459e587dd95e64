"""What is looked up in the library, and what was found; nothing of it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.identifying import By, Match
from s3fn_gui.spectra.identify.subjects import Subject

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Question:
    """A spectrum, and what is compared with it; `collection` is empty for all of them."""

    subject: Subject
    range_nm: Range | None
    by: By
    collection: str
    own: tuple[Entry, ...]


class IdentifyState(QObject):
    """`question` is None while nobody asks; `note` says why there is no answer.

    `told` is what became of the last deed, said where it can be seen: the dialog lies over messages.
    `preview` are the matches that the plot shows, each with its colour, brought to the brightness of
    the spectrum where they are `scaled`.
    """

    asked = Signal()
    changed = Signal()
    preview_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.question: Question | None = None
        self.matches: tuple[Match, ...] = ()
        self.note = ""
        self.told = ""
        self.preview: tuple[tuple[Match, str], ...] = ()
        self.scaled = True
        self.plot_range: Callable[[], Range | None] = lambda: None

    def tell(self, text: str) -> None:
        """Say what became of something."""
        self.told = text
        self.changed.emit()

    def ask(self, question: Question | None) -> None:
        """Ask something else, or (None) nothing any more."""
        self.question, self.told = question, ""
        if question is None:
            self.matches, self.note = (), ""
            self.show(())
        self.asked.emit()

    def put(self, matches: tuple[Match, ...], note: str = "") -> None:
        """The answer, or why there is none."""
        self.matches, self.note = matches, note
        self.changed.emit()

    def show(self, preview: tuple[tuple[Match, str], ...]) -> None:
        """Show curves of entries on the plot, and no others."""
        self.preview = preview
        self.preview_changed.emit()

    def scale(self, scaled: bool) -> None:
        self.scaled = scaled
        self.preview_changed.emit()
