"""Looking through the library for one class: proposals, a search, and what an entry is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.library.bundled import TITLES
from s3fn_core.words.library.matching import Proposal
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import choice_box, column, holding, label, named, progress_bar, push_button, row
from s3fn_gui.session.session import Session
from s3fn_gui.words.library import texts
from s3fn_gui.words.library.entry_list import Beside, EntryList
from s3fn_gui.words.library.scene import range_of
from s3fn_gui.words.library.state import WordsLibraryState

SHELVES = {"": tr("All"), **TITLES}
REST_MS = 300
LEAST_HEIGHT = 110  # of the list: two rows, whatever is said below it
NOT_OPEN = tr("The library was not opened.")


class SearchField(QLineEdit):
    """Return belongs to the field; it does not press a button of the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class EntryBrowser(QWidget):
    """`asked` comes with another search or collection, `chosen` with another row or class."""

    asked = Signal()
    chosen = Signal()
    taken = Signal()

    def __init__(self, session: Session, library: WordsLibraryState) -> None:
        super().__init__()
        self._session, self._library = session, library
        self._target: LabelClass | None = None
        self._found: tuple[Proposal, ...] | None = None
        self._field = named(SearchField(), "library_search", tr("Look for a material in the library"))
        self._field.setPlaceholderText(tr("Search, for example asphalt or dry grass"))
        self._field.setClearButtonEnabled(True)
        self._rest = resting(self, self.asked.emit, REST_MS)
        self._field.textChanged.connect(lambda _: self._rest.start())
        self._shelf = choice_box("library_collection", tr("Which part of the library"), SHELVES)
        self._shelf.currentIndexChanged.connect(lambda _: self.asked.emit())
        self._note = label(role="muted", name="library_note", wrap=True)
        self._bar = progress_bar("library_progress", tr("Opening the library"))
        stop = push_button(tr("Stop"), "library_stop", lambda: library.stopped.emit())
        self._work = holding(row(self._bar, stop))
        self._again = push_button(tr("Try again"), "library_again", self.asked.emit)
        self.list = EntryList()
        self.list.setMinimumHeight(LEAST_HEIGHT)
        self._credit = label(role="muted", name="library_credit", wrap=True)
        self._warning = label(role="warning", name="library_warning", wrap=True)
        self._mend = push_button("", "library_mend", lambda: library.mending.emit(self._mending))
        self._mend.setAutoDefault(False)
        self._mend.hide()
        self._mending = ""
        for text in (self._note, self._credit, self._warning):
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.list.current_changed.connect(self.tell)
        self.list.taken.connect(self.taken)
        search = row(self._field, self._shelf)
        search.setStretch(0, 1)
        parts = (search, self._note, self._work, row(self._again, 1), self.list)
        whole = column(*parts, self._credit, self._warning, row(self._mend, 1))
        whole.setStretch(parts.index(self.list), 1)
        self.setLayout(whole)
        library.changed.connect(self.show_work)
        library.asked.connect(self._offer_own)

    # --- what is asked -------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What is searched for."""
        return self._field.text().strip()

    @property
    def collection(self) -> str:
        """The only one that is looked through; empty for all."""
        return str(self._shelf.currentData())

    def clear(self) -> None:
        """Back to the proposals of all collections, without asking for them."""
        self._rest.stop()
        with QSignalBlocker(self._field), QSignalBlocker(self._shelf):
            self._field.clear()
            self._offer_own()
            self._shelf.setCurrentIndex(0)

    def _offer_own(self) -> None:
        """The files of the user's own spectra follow the bundled collections."""
        own = list(dict.fromkeys(entry.collection for entry in self._library.own))
        shown = [self._shelf.itemData(place) for place in range(len(SHELVES), self._shelf.count())]
        if own == shown:
            return
        with QSignalBlocker(self._shelf):
            while self._shelf.count() > len(SHELVES):
                self._shelf.removeItem(len(SHELVES))
            for name in own:
                self._shelf.addItem(unmarked(name), name)

    def focus(self) -> None:
        self._field.setFocus()

    # --- what is shown -------------------------------------------------------------------------

    @property
    def current(self) -> Proposal | None:
        """The entry selected."""
        return self.list.current

    @property
    def hindrance(self) -> str:
        """Why the class cannot take the entry selected; empty where it can."""
        one = self.current
        if one is None or self._target is None:
            return ""
        return texts.hindrance(one.entry, self._target, range_of(self._session))

    def fill(self, target: LabelClass | None, found: tuple[Proposal, ...] | None) -> None:
        """Entries for a class; None while they are not known yet."""
        self._target = target
        answer, self._found = self._library.answer, found
        measured = None if answer is None or target is None else answer.measured.get(target.id)
        colour = "#888888" if target is None else target.color
        self.list.fill(found or (), Beside(colour, range_of(self._session), measured), self.text)
        self.show_work()

    def show_work(self) -> None:
        """Progress, why there is nothing, or what the list shows."""
        state, target, found = self._library, self._target, self._found
        opening = bool(state.working) and state.library is None
        self._work.setVisible(opening)
        self._bar.setValue(round(1000 * state.fraction))
        self._again.setVisible(bool(state.note))
        if opening:
            by_name = tr("Found by the name of the class.") + " " if found else ""
            self._note.setText(f"{by_name}{state.working}…")
        elif state.note or target is None or found is None:
            self._note.setText(state.note if target is not None else tr("Select a class first."))
        elif found:
            self._note.setText(texts.order(target, self.text, found))
        else:
            self._note.setText(texts.nothing_found(target, self.text))

    def tell(self) -> None:
        """Where the entry selected comes from, and what taking it would mean."""
        one, item = self.current, self._session.cubes.current
        self._credit.setText("" if one is None else texts.credit(one.entry))
        target, warnings = self._target, []
        if one is not None and target is not None:
            hindrance = self.hindrance
            warnings = [hindrance] if hindrance else [texts.consequence(target)]
        cube = None if item is None else item.cube
        warnings.append(texts.obstacle(cube))
        self._mending, way_out = texts.mend(cube)
        self._mend.setText(way_out)
        self._mend.setVisible(bool(way_out))
        self._warning.setText(" ".join(text for text in warnings if text))
        self._warning.setVisible(bool(self._warning.text()))
        self.chosen.emit()
