"""The table of what changed from one map to another; a click on a row shows its pixels alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidgetItem, QWidget

from s3fn_core.cubes.place import pixel_area
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent, unmarked
from s3fn_core.results.map_changes import NO_CLASS, Change
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import swatch
from s3fn_gui.base.widgets import cell, choice_box, column, label, push_button, row, table
from s3fn_gui.picture.changes.state import ChangesState
from s3fn_gui.session.session import Session

HEADINGS = (tr("From"), tr("To"), tr("Pixels"), "%", tr("Area"))
FROM, TO, PIXELS, SHARE, AREA = range(5)
NOTHING = tr(
    "There is no other map to compare with: map the cube again, or map another one of the same size."
)
HECTARE = 10_000.0


class NumberItem(QTableWidgetItem):
    """A cell that is sorted by its number."""

    def __init__(self, number: float, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return isinstance(other, NumberItem) and self.number < other.number


class ChangesDialog(QDialog):
    """Stays open beside the work; with it goes what it shows in the image."""

    def __init__(
        self, parent: QWidget, session: Session, state: ChangesState, copy: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("changes")
        self.setWindowTitle(tr("What changed"))
        self._session, self._state = session, state
        self._other = choice_box("changes_other", tr("The map to compare with"), {}, narrow=True)
        self._other.activated.connect(lambda: state.choose(self._other.currentData()))
        self._summary = label(name="changes_summary", wrap=True)
        self._table = table("changes_table", HEADINGS, about=tr("Changes between the maps"), stretch=FROM)
        self._table.horizontalHeader().setSectionResizeMode(TO, QHeaderView.ResizeMode.Stretch)
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(PIXELS, Qt.SortOrder.DescendingOrder)
        self._table.itemSelectionChanged.connect(self._row_chosen)
        self._all = push_button(tr("Show all changes"), "changes_all", self._table.clearSelection)
        self._copy = push_button(tr("Copy table"), "changes_copy", copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table, copy)
        text = tr("Click a row to show only its pixels. The maps are compared unfiltered.")
        hint = label(text, "muted", wrap=True)
        head = row(label(tr("Compare the map with"), "muted"), self._other)
        head.setStretch(1, 1)
        foot = row(self._all, self._copy, 1, close_button(self))
        self.setLayout(column(head, self._summary, self._table, hint, foot, margins=10))
        self.resize(440, 380)
        follow(self._show, state.changed, session.class_list_changed)
        self._show()

    def _show(self) -> None:
        with QSignalBlocker(self._other):
            self._other.clear()
            for key, title in self._state.others():
                self._other.addItem(unmarked(title), key)
            self._other.setCurrentIndex(max(0, self._other.findData(self._state.chosen)))
        found, shown = self._state.found, self._session.view.difference
        self._other.setEnabled(self._other.count() > 0)
        for button in (self._all, self._copy):
            button.setEnabled(found is not None and bool(found.rows))
        if found is None or shown is None:
            self._summary.setText(NOTHING if not self._other.count() else tr("Comparing…"))
            self._fill(())
            return
        self._summary.setText(
            tr(
                "{pixels:,} of {compared:,} pixels have a different class than before ({share}).",
                pixels=found.pixels,
                compared=found.compared,
                share=per_cent(found.share(found.pixels)),
            )
        )
        self._fill(found.rows)

    def _fill(self, rows: tuple[Change, ...]) -> None:
        found, shown, item = self._state.found, self._session.view.difference, self._session.cubes.current
        area = None if item is None else pixel_area(item.cube.georeference)
        names = {} if shown is None else shown.names(self._session.classes)
        known = {} if shown is None else shown.known(self._session.classes)
        with QSignalBlocker(self._table):
            self._table.setSortingEnabled(False)  # else a row moves while it is being filled
            self._table.setRowCount(len(rows))
            for line, change in enumerate(rows):
                for place, class_id in ((FROM, change.before), (TO, change.after)):
                    shown_cell = cell(names.get(class_id, NO_CLASS))
                    if class_id in known:
                        shown_cell.setIcon(swatch(known[class_id].color, "", False))
                    shown_cell.setData(Qt.ItemDataRole.UserRole, change)
                    self._table.setItem(line, place, shown_cell)
                self._table.setItem(line, PIXELS, NumberItem(change.pixels, f"{change.pixels:,}"))
                share = 100 * (found.share(change.pixels) if found is not None else 0)
                self._table.setItem(line, SHARE, NumberItem(share, f"{share:.2f}"))
                size = 0.0 if area is None else change.pixels * area
                self._table.setItem(line, AREA, NumberItem(size, _area(size)))
            self._table.setColumnHidden(AREA, area is None)
            self._table.setSortingEnabled(True)

    def _row_chosen(self) -> None:
        chosen = self._table.selectedItems()
        cells = [one.data(Qt.ItemDataRole.UserRole) for one in chosen if one.column() == FROM]
        self._state.show_only(cells[0] if cells else None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Compare from now on."""
        super().showEvent(event)
        self._state.set_open(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody would know what the colours in the image mean."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._state.set_open(False)


def _area(square_metres: float) -> str:
    if square_metres >= HECTARE:
        return f"{square_metres / HECTARE:,.2f} ha"
    return f"{square_metres:,.4g} m²"
