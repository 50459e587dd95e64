"""Taking an entry of the library for the selected class."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMainWindow, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.matching import Proposal
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import SWATCH, swatch
from s3fn_gui.base.widgets import column, label, row
from s3fn_gui.session.session import Session
from s3fn_gui.words.library.browser import EntryBrowser
from s3fn_gui.words.library.state import Wanted, WordsLibraryState

Take = Callable[[Mapping[int, Entry]], bool]
SIZE = (580, 424)
EDGE = 8  # pixels from the edge of the image


class EntryDialog(QDialog):
    """Stays open beside the work and follows the selected class; only its button takes anything."""

    def __init__(self, parent: QWidget, session: Session, library: WordsLibraryState, take: Take) -> None:
        super().__init__(parent)
        self.setObjectName("library")
        self._session, self._library, self._take_entries = session, library, take
        self._asked: LabelClass | None = None
        self._swatch = label(name="library_swatch")
        self._title = label(role="heading", name="library_class")
        self.browser = EntryBrowser(session, library)
        close = QDialogButtonBox.StandardButton.Close
        buttons, self._take = accept_or_cancel(
            self, tr("Take"), "library_take", self._take_current, leave=close
        )
        head = row(self._swatch, self._title, 1)
        self.setLayout(column(head, self.browser, buttons, margins=12, spacing=8))
        self.resize(*SIZE)
        self._placed = False
        self.browser.asked.connect(self._ask)
        self.browser.chosen.connect(self._chosen)
        self.browser.taken.connect(self._take_current)
        library.changed.connect(self._show)
        follow(self._follow, session.class_selected, session.classes_changed)
        follow(self.browser.tell, session.cubes.current_changed, session.cubes.treatment_changed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask anew; the place is over the image, so that the spectra stay in sight."""
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            over_the_image(self, EDGE)
        if not event.spontaneous():
            self.browser.clear()
            self._begin()
            self.browser.focus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody asks any more, and the curve goes."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._library.ask(None)

    # --- following -----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Another class is selected, or this one reads otherwise."""
        target = self._session.current_class
        if not self.isVisible():
            return
        if target is None or self._asked is None or target.id != self._asked.id:
            self.browser.clear()
            self._begin()
        else:
            self._head(target)
            self.browser.fill(target, self._found())

    def _begin(self) -> None:
        """Ask for the class that is selected now."""
        target = self._session.current_class
        self._asked = target
        self._head(target)
        self.browser.fill(target, None)
        self._ask()

    def _head(self, target: LabelClass | None) -> None:
        name = tr("no class") if target is None else target.name
        self.setWindowTitle(tr("Library of materials: {name}", name=name))
        self._title.setText(name)
        self._swatch.setVisible(target is not None)
        if target is not None:
            self._swatch.setPixmap(swatch(target.color).pixmap(SWATCH))

    def _ask(self) -> None:
        target = self._session.current_class
        if target is None:
            self._library.ask(None)
        else:
            self._library.ask(Wanted((target.id,), self.browser.text, self.browser.collection))

    def _found(self) -> tuple[Proposal, ...] | None:
        answer, target = self._library.answer, self._session.current_class
        if answer is None or target is None:
            return None
        return answer.entries.get(target.id)

    def _show(self) -> None:
        """An answer has come, or what is known of it so far."""
        state, answer = self._library, self._library.answer
        if self.isVisible() and answer is not None and (not state.working or answer.wanted is state.wanted):
            self.browser.fill(self._session.current_class, self._found())

    # --- choosing ------------------------------------------------------------------------------

    def _chosen(self) -> None:
        """Show the curve among the spectra; it is the class's only once it is taken."""
        one, target = self.browser.current, self._session.current_class
        able = one is not None and target is not None and not self.browser.hindrance
        self._take.setEnabled(able)
        self._take.setText(tr("Take") if target is None else tr("Take for {name}", name=target.name))
        if self.isVisible():
            self._library.show(None if one is None or target is None else (target.id, one.entry))

    def _take_current(self) -> None:
        one, target = self.browser.current, self._session.current_class
        if one is None or target is None or not self._take.isEnabled():
            return
        if self._take_entries({target.id: one.entry}):
            self.accept()


def over_the_image(dialog: QDialog, edge: int) -> None:
    """Put a dialog where it leaves the spectra and the description in sight."""
    window = dialog.parentWidget()
    centre = window.centralWidget() if isinstance(window, QMainWindow) else None
    if centre is not None:
        dialog.move(centre.mapToGlobal(QPoint(edge, edge)))
