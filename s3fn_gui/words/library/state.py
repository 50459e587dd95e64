"""What is asked of the library of materials, and what it answers; nothing of it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Measured
from s3fn_core.words.library.matching import Library, Proposal


@dataclass(frozen=True)
class Wanted:
    """What a dialog asks for: entries that classes may mean, or all that a text finds.

    `collection` is the only one that is looked through; empty for all of them.
    """

    class_ids: tuple[int, ...]
    text: str = ""
    collection: str = ""

    @property
    def is_search(self) -> bool:
        return bool(self.text.strip())


@dataclass(frozen=True, eq=False)
class Answer:
    """Entries by class, and the labelled means that they were compared with.

    `library` is None as long as it is not open: entries were found by their names.
    """

    wanted: Wanted
    library: Library | None
    entries: Mapping[int, tuple[Proposal, ...]]
    measured: Mapping[int, Measured]


class WordsLibraryState(QObject):
    """`wanted` is None while nobody asks; `note` says why there is no answer.

    `stopped` says that nobody wants to wait any longer, `mending` asks for the command that removes
    an obstacle.  `own` are the user's own entries;
    `preview` is the class and the entry that the plot of spectra shows.
    """

    asked = Signal()
    stopped = Signal()
    mending = Signal(str)
    changed = Signal()
    preview_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.own: tuple[Entry, ...] = ()
        self.library: Library | None = None
        self.wanted: Wanted | None = None
        self.answer: Answer | None = None
        self.note = ""
        self.working = ""
        self.fraction = 0.0
        self.preview: tuple[int, Entry] | None = None

    def set_own(self, own: tuple[Entry, ...]) -> None:
        """Other entries of the user's."""
        self.own, self.library = own, None
        self.asked.emit()

    def ask(self, wanted: Wanted | None) -> None:
        """Ask something else, or (None) nothing any more."""
        self.wanted = wanted
        if wanted is None:
            self.answer, self.note, self.working = None, "", ""
            self.show(None)
        self.asked.emit()

    def work(self, step: str, fraction: float, early: Answer | None = None) -> None:
        """The answer is being looked for; `early` is what is known of it so far."""
        self.note, self.working, self.fraction = "", step, fraction
        if early is not None:
            self.answer = early
        self.changed.emit()

    def put(self, answer: Answer) -> None:
        self.answer, self.note, self.working = answer, "", ""
        self.changed.emit()

    def fail(self, note: str) -> None:
        """There is no answer."""
        self.note, self.working = note, ""
        self.changed.emit()

    def show(self, preview: tuple[int, Entry] | None) -> None:
        """Show what a class would expect, or (None) nothing."""
        if preview != self.preview:
            self.preview = preview
            self.preview_changed.emit()
