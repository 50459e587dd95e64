"""Looking spectra up in the library, beside the work."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMainWindow,
    QSpinBox,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.library.bundled import TITLES
from s3fn_core.words.library.identifying import Match
from s3fn_core.words.library.taking import guard
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import choice_box, column, label, named, number_field, push_button, row
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.identify.match_table import MatchTable
from s3fn_gui.spectra.identify.state import IdentifyState, Question
from s3fn_gui.spectra.identify.subjects import Subject, first_subject, subjects

SIZE, EDGE = (700, 424), 8
ORDERS = {"angle": tr("Spectral angle"), "features": tr("Absorption features")}
COLLECTIONS = {"": tr("All collections"), **TITLES}
LONGEST = 30_000  # nm
NOTHING = tr("Keep the spectrum of a pixel or a region (Inspect, I), or label pixels of a class.")


class Deeds(Protocol):
    """What the buttons do."""

    @property
    def choose_own(self) -> Callable[[], None]: ...
    def keep(self, matches: tuple[Match, ...]) -> None: ...
    def make_class(self, match: Match) -> None: ...


class IdentifyDialog(QDialog):
    """Asks anew with every choice; what is selected is drawn among the spectra."""

    def __init__(self, parent: QWidget, session: Session, state: IdentifyState, deeds: Deeds) -> None:
        super().__init__(parent)
        self.setObjectName("identify")
        self.setWindowTitle(tr("Find in library"))
        self._session, self._state, self._deeds = session, state, deeds
        self._found: tuple[Subject, ...] = ()
        self._placed = False
        self.table = MatchTable()
        self._note = label(role="muted", name="identify_note", wrap=True)
        self._guard = label(role="warning", name="identify_guard", wrap=True)
        parts = (self._what(), self._limits(), self._guard, self._note, self.table, self._buttons())
        layout = column(*parts, margins=12, spacing=8)
        layout.setStretch(parts.index(self.table), 1)
        self.setLayout(layout)
        self.resize(*SIZE)
        self.table.selected.connect(self._selected)
        state.changed.connect(self._show)
        session.own_spectra.changed.connect(self._offer_collections)
        follow(self._follow, session.spectra.changed, session.view.statistics_changed)
        follow(self._follow, session.cubes.current_changed, session.classes_changed)
        self._offer_collections()

    # --- parts ---------------------------------------------------------------------------------

    def _what(self) -> QHBoxLayout:
        """Which spectrum, in which order, among what."""
        self._subject = choice_box("identify_subject", tr("Spectrum to identify"), {}, narrow=True)
        self._by = choice_box("identify_by", tr("Sort order"), ORDERS)
        self._by.setToolTip(
            tr(
                "Spectral angle: the shape over the whole range, for canopies, soils, roofs and water.\n"
                "Absorption features: their shape without the continuum, for minerals."
            )
        )
        self._collection = choice_box("identify_collection", tr("Collections to search"), COLLECTIONS)
        own = push_button(tr("Your own…"), "identify_own", self._deeds.choose_own)
        own.setToolTip(tr("Also search your own spectral libraries"))
        self._subject.activated.connect(lambda _: self._choose_subject())
        for box in (self._by, self._collection):
            box.activated.connect(lambda _: self._ask())
        result = row(self._subject, self._by, self._collection, own)
        result.setStretch(0, 1)
        return result

    def _limits(self) -> QHBoxLayout:
        """The wavelengths that are compared."""
        self._low = _nanometres("identify_low", tr("First wavelength that is compared"))
        self._high = _nanometres("identify_high", tr("Last wavelength that is compared"))
        for box in (self._low, self._high):
            box.valueChanged.connect(self._ask)
        whole = push_button(tr("Whole"), "identify_whole", self._take_whole)
        whole.setToolTip(tr("Compare all bands of the spectrum"))
        plot = push_button(tr("As in the plot"), "identify_plot", self._take_plot)
        plot.setToolTip(tr("Compare the range shown in the spectra plot: zoom there first"))
        self._scaled = named(QCheckBox(tr("Same brightness")), "identify_scaled")
        self._scaled.setToolTip(tr("Scale the curves to the brightness of the spectrum"))
        self._scaled.setChecked(self._state.scaled)
        self._scaled.toggled.connect(self._state.scale)
        return row(label(tr("From")), self._low, label(tr("to")), self._high, whole, plot, 1, self._scaled)

    def _buttons(self) -> QDialogButtonBox:
        leave = QDialogButtonBox.StandardButton.Close
        buttons, self._make = accept_or_cancel(
            self, tr("Create class from this"), "identify_class", self._make_class, leave=leave
        )
        self._keep = named(
            buttons.addButton(tr("Keep curves"), QDialogButtonBox.ButtonRole.ActionRole),
            "identify_keep",
            tr("Keep the selected curves among the spectra, as they are in the library"),
        )
        self._keep.clicked.connect(lambda: self._deeds.keep(tuple(m for m, _ in self.table.chosen)))
        self._make.setToolTip(tr("Add a class of this name that expects this curve"))
        return buttons

    # --- following -----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask anew; the place is over the image, so that the spectra stay in sight."""
        super().showEvent(event)
        window = self.parentWidget()
        centre = window.centralWidget() if isinstance(window, QMainWindow) else None
        if not self._placed and centre is not None:
            self._placed = True
            self.move(centre.mapToGlobal(QPoint(EDGE, EDGE)))
        if not event.spontaneous():
            self.look_up_first()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody asks any more, and the curves go."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._state.ask(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Return ends typing a wavelength; it makes no class."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def look_up_first(self) -> None:
        """Look up what the user points at."""
        self._found = subjects(self._session)
        self._offer_subjects(first_subject(self._session, self._found))
        self._choose_subject()

    def _follow(self) -> None:
        """Other spectra are kept, or other labels measured."""
        if not self.isVisible():
            return
        before = self.subject
        self._found = subjects(self._session)
        keys = [one.key for one in self._found]
        same = before is not None and before.key in keys
        self._offer_subjects(before.key if same and before else first_subject(self._session, self._found))
        after = self.subject
        if before is None or after is None or before.key != after.key:
            self._choose_subject()
        elif before.values is not after.values:
            self._ask()
        self.table.recolour(self._session.spectra.free_colours)

    def _offer_subjects(self, chosen: tuple[str, int] | None) -> None:
        self._subject.clear()
        for one in self._found:
            self._subject.addItem(unmarked(one.name))
        keys = [one.key for one in self._found]
        if chosen is not None:
            self._subject.setCurrentIndex(keys.index(chosen))

    def _offer_collections(self) -> None:
        """The files of the user's own spectra follow ours."""
        before = self._collection.currentData()
        self._collection.clear()
        own = {entry.collection: entry.collection for entry in self._session.own_spectra.entries}
        for name, text in {**COLLECTIONS, **own}.items():
            self._collection.addItem(unmarked(text), name)
        self._collection.setCurrentIndex(max(0, self._collection.findData(before)))
        self._ask()

    @property
    def subject(self) -> Subject | None:
        """Spectrum to identify."""
        place = self._subject.currentIndex()
        return self._found[place] if 0 <= place < len(self._found) else None

    # --- asking --------------------------------------------------------------------------------

    def _choose_subject(self) -> None:
        """Another spectrum, over all of its bands where its range is another."""
        one = self.subject
        if one is not None and (self._low.minimum(), self._high.maximum()) != _whole(one):
            for box in (self._low, self._high):
                with QSignalBlocker(box):
                    box.setRange(*_whole(one))
            self._set_range(*_whole(one))
        said = None if one is None else guard(one.cube)
        self._guard.setText(said or "")
        self._guard.setVisible(said is not None)
        self._ask()

    def _take_whole(self) -> None:
        self._set_range(self._low.minimum(), self._high.maximum())
        self._ask()

    def _take_plot(self) -> None:
        shown = self._state.plot_range()
        if shown is not None:
            self._set_range(math.floor(shown[0]), math.ceil(shown[1]))
            self._ask()

    def _set_range(self, low: int, high: int) -> None:
        for box, value in ((self._low, low), (self._high, high)):
            with QSignalBlocker(box):
                box.setValue(value)

    def _ask(self) -> None:
        one = self.subject
        if one is None or not self.isVisible():
            self._state.ask(None)
            self._show()
            return
        limits = float(self._low.value()), float(self._high.value())
        whole = limits == _whole(one)
        by, collection = self._by.currentData(), self._collection.currentData()
        self._state.ask(
            Question(one, None if whole else limits, by, collection or "", self._session.own_spectra.entries)
        )

    # --- answers -------------------------------------------------------------------------------

    def _show(self) -> None:
        said = (self._state.told, self._state.note if self.subject is not None else NOTHING)
        note = " ".join(text for text in said if text)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.table.fill(self._state.matches, self._session.spectra.free_colours)

    def _selected(self) -> None:
        chosen = self.table.chosen
        self._keep.setEnabled(bool(chosen))
        self._make.setEnabled(len(chosen) == 1)
        if self.isVisible():
            self._state.show(chosen)

    def _make_class(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 1:
            self._deeds.make_class(chosen[0][0])


def _whole(one: Subject) -> tuple[int, int]:
    low, high = one.range_nm
    return math.floor(low), math.ceil(high)


def _nanometres(name: str, tip: str) -> QSpinBox:
    box = number_field(QSpinBox(), name, tip)
    box.setRange(0, LONGEST)
    box.setSingleStep(10)
    box.setSuffix(" nm")
    box.setKeyboardTracking(False)
    return box
