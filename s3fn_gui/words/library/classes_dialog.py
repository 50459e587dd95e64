"""Walking through all classes, each with its proposals, and taking what was chosen as one step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.library.matching import Proposal
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.swatches import SWATCH, swatch
from s3fn_gui.base.widgets import column, holding, label, named, plain_tip, push_button, row
from s3fn_gui.session.session import Session
from s3fn_gui.words.library.browser import EntryBrowser
from s3fn_gui.words.library.choices import Choices, warning
from s3fn_gui.words.library.entry_dialog import EDGE, Take, over_the_image
from s3fn_gui.words.library.scene import range_of
from s3fn_gui.words.library.state import Answer, Wanted, WordsLibraryState

SIZE = (760, 424)
LEFT_WIDTH = 186
ALIKE = "≈ "  # before an entry whose curve another class takes, too, or nearly


class ClassesDialog(QDialog):
    """The first proposal of a class is selected; it counts once a button was pressed for it."""

    def __init__(self, parent: QWidget, session: Session, library: WordsLibraryState, take: Take) -> None:
        super().__init__(parent)
        self.setObjectName("library_all")
        self.setWindowTitle(tr("Propose from the library for all classes"))
        self._session, self._library, self._take_entries = session, library, take
        self._choices = Choices(session.classes)
        self._proposals: dict[int, tuple[Proposal, ...]] = {}
        self._answer: Answer | None = None
        self._list = named(QListWidget(), "library_classes", tr("Classes, and what they take"))
        self._list.setIconSize(QSize(SWATCH, SWATCH))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedWidth(LEFT_WIDTH)
        self._title = label(role="heading", name="library_class")
        self.browser = EntryBrowser(session, library)
        self._alike = label(role="warning", name="library_alike", wrap=True)
        steps = self._steps()
        right = holding(column(self._title, self.browser, steps, spacing=6))
        whole = row(self._list, right, spacing=12)
        whole.setStretch(1, 1)
        self._firsts = push_button("", "library_firsts", self._take_firsts)
        self._firsts.setToolTip(tr("Choose the first proposal for every class that has none yet"))
        buttons, self._take = accept_or_cancel(self, tr("Take"), "library_take_all", self._take_all)
        self.setLayout(column(whole, self._alike, row(self._firsts, 1, buttons), margins=12, spacing=8))
        for button in (self._back, self._skip, self._choose, self._firsts):
            button.setAutoDefault(False)
        self.resize(*SIZE)
        self._fill_list()
        self._connect()

    def _steps(self) -> QWidget:
        self._back = push_button(tr("Back"), "library_back", lambda: self._go(-1))
        self._skip = push_button(tr("Skip"), "library_skip", self._skip_class)
        self._skip.setToolTip(tr("Take nothing for this class"))
        self._choose = push_button(tr("Choose"), "library_choose", self._choose_current)
        self._choose.setToolTip(tr("Choose the entry selected, and go on to the next class"))
        return holding(row(1, self._back, self._skip, self._choose))

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(lambda _: self._show_class())
        self.browser.asked.connect(self._ask)
        self.browser.chosen.connect(self._preview)
        self.browser.taken.connect(self._choose_current)
        self._library.changed.connect(self._show)
        self._session.classes_changed.connect(self._follow)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask for all classes at once."""
        super().showEvent(event)
        if not event.spontaneous():
            over_the_image(self, EDGE)
            self._fill()
            self._library.ask(Wanted(tuple(self._choices.names)))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody asks any more, and the curve goes."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._library.ask(None)

    # --- following -----------------------------------------------------------------------------

    @property
    def _target(self) -> LabelClass | None:
        """The class that is decided about now."""
        ids, line = tuple(self._choices.names), self._list.currentRow()
        known = self._session.classes
        return known[ids[line]] if 0 <= line < len(ids) and ids[line] in known else None

    def _follow(self) -> None:
        """Classes may go, by an undo or a job that ends; what is chosen for the others stays."""
        before = tuple(self._choices.names)
        self._choices.keep(self._session.classes)
        if tuple(self._choices.names) != before:
            self._fill_list()
        if not self._choices.names:
            self.reject()
            return
        self._show_class()

    def _ask(self) -> None:
        """Search for the class shown, or go back to the proposals, which may be here already."""
        text, collection, target = self.browser.text, self.browser.collection, self._target
        if target is None:
            return
        ids = (target.id,) if text or collection else tuple(self._choices.names)
        self._library.ask(Wanted(ids, text, collection))

    def _show(self) -> None:
        """An answer has come."""
        answer = self._library.answer
        if answer is None or answer is self._answer or self._library.working:
            return
        self._answer = answer
        if not answer.wanted.is_search and not answer.wanted.collection:
            self._proposals = dict(answer.entries)
        self._fill()

    def _fill_list(self) -> None:
        place = max(self._list.currentRow(), 0)
        self._list.blockSignals(True)
        self._list.clear()
        for _ in self._choices.names:
            self._list.addItem(QListWidgetItem())
        self._list.setCurrentRow(min(place, self._list.count() - 1))
        self._list.blockSignals(False)
        self._show_choices()

    def _show_choices(self) -> None:
        """What every class takes so far, and what follows from that."""
        choices, classes = self._choices, self._session.classes
        alike = choices.alike(classes)
        for line, class_id in enumerate(choices.names):
            item, target = self._list.item(line), classes[class_id]
            shared = [sentence for pair, sentence in alike.items() if class_id in pair]
            item.setIcon(swatch(target.color))
            item.setText(unmarked(f"{target.name}\n{ALIKE if shared else ''}{choices.state(class_id)}"))
            item.setToolTip(plain_tip("\n".join([f"{target.name}: {choices.state(class_id)}", *shared])))
        here = self._target
        self._alike.setText(warning(alike, None if here is None else here.id))
        self._alike.setVisible(bool(self._alike.text()))
        count, left = len(choices.chosen), len(choices.open)
        take = plural("Take for {count} class", "Take for {count} classes", count)
        self._take.setText(take if count else tr("Take"))
        self._take.setEnabled(count > 0)
        able = choices.first_of_all(self._proposals, classes, range_of(self._session))
        nothing = tr("No proposals for what remains") if left and self._proposals else tr("Nothing remains")
        waiting = left and not self._proposals
        self._firsts.setText(tr("Take first proposals for all remaining") if able or waiting else nothing)
        self._firsts.setEnabled(bool(able))

    # --- one class -----------------------------------------------------------------------------

    def _show_class(self) -> None:
        """Another class is decided about."""
        self.browser.clear()
        wanted = self._library.wanted
        if wanted is not None and (wanted.is_search or wanted.collection):
            self._library.ask(Wanted(tuple(self._choices.names)))
        self._fill()

    def _fill(self) -> None:
        target, answer = self._target, self._answer
        searching = bool(self.browser.text or self.browser.collection)
        place = self._list.currentRow() + 1
        title, count = "", self._list.count()
        if target is not None:
            title = tr("{name} ({place} of {count})", name=target.name, place=place, count=count)
        self._title.setText(title)
        self._back.setEnabled(place > 1)
        found = None
        if target is not None and searching and answer is not None:
            found = answer.entries.get(target.id)
        elif target is not None:
            found = self._proposals.get(target.id)
        self.browser.fill(target, found)
        if target is not None and target.id in self._choices.chosen:
            self.browser.list.select(self._choices.chosen[target.id])
        self._show_choices()

    def _preview(self) -> None:
        """Show the curve of the entry selected among the spectra."""
        one, target = self.browser.current, self._target
        self._choose.setEnabled(one is not None and not self.browser.hindrance)
        if self.isVisible():
            self._library.show(None if one is None or target is None else (target.id, one.entry))

    def _choose_current(self) -> None:
        one, target = self.browser.current, self._target
        if one is not None and target is not None and self._choose.isEnabled():
            self._choices.choose(target.id, one.entry)
            self._go_on()

    def _skip_class(self) -> None:
        if (target := self._target) is not None:
            self._choices.skip(target.id)
            self._go_on()

    def _go_on(self) -> None:
        """To the next class that is not decided; where there is none, stay."""
        ids = tuple(self._choices.names)
        here = self._list.currentRow()
        later = [i for i in (*range(here + 1, len(ids)), *range(here)) if ids[i] in self._choices.open]
        if later:
            self._list.setCurrentRow(later[0])
        else:
            self._show_choices()

    def _go(self, steps: int) -> None:
        self._list.setCurrentRow(min(max(self._list.currentRow() + steps, 0), self._list.count() - 1))

    # --- all of them ---------------------------------------------------------------------------

    def _take_firsts(self) -> None:
        classes, range_nm = self._session.classes, range_of(self._session)
        for class_id, entry in self._choices.first_of_all(self._proposals, classes, range_nm).items():
            self._choices.choose(class_id, entry)
        self._fill()

    def _take_all(self) -> None:
        if self._choices.chosen and self._take_entries(dict(self._choices.chosen)):
            self.accept()
