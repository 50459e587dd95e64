"""The table itself: whole rows, several at once, keys that label and copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_gui.base.sparks import SPARK_WIDTH
from s3fn_gui.base.swatches import SWATCH
from s3fn_gui.base.widgets import calm, named
from s3fn_gui.masks.objects.pictures import SIDE
from s3fn_gui.masks.objects.state import ObjectsState
from s3fn_gui.masks.objects.table import (
    AREA,
    CLASS,
    HEADINGS,
    LABEL,
    NAME,
    OBJECT,
    PIXELS,
    SPECTRUM,
    SURE,
    TRAY,
    VOTES,
    ObjectsModel,
)

ROW_HEIGHT = SIDE + 2
LEAST_WIDTH = 64  # of a column
NAMES_WIDTH, AROUND_NAME = 130, SWATCH + 16  # for the name of a class, at most, and what is around it
WIDTHS = {
    OBJECT: 66,
    NAME: 76,
    TRAY: 90,
    VOTES: 64,
    SURE: 76,
    PIXELS: 74,
    AREA: 64,
    SPECTRUM: SPARK_WIDTH + 12,
}
FIRST_TO_GO = (VOTES, AREA, PIXELS)  # where there is no room for all
PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
ZERO, NINE = int(Qt.Key.Key_0), int(Qt.Key.Key_9)


class ObjectsView(QTableView):
    """Choosing rows chooses objects; 1 to 9 `label` them, 0 and Delete erase, Ctrl+C copies the table."""

    def __init__(self, model: ObjectsModel, state: ObjectsState, label: Callable[[int], None]) -> None:
        super().__init__()
        calm(named(self, "objects_table", tr("Objects of all open cubes")))
        self._table = model
        self._state = state
        self._label = label
        self._following = self._late = False
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setModel(model)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(LEAST_WIDTH)
        for place in (LABEL, CLASS):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        for place, width in WIDTHS.items():
            self.setColumnWidth(place, width)
        self.setSortingEnabled(True)
        self.sortByColumn(OBJECT, Qt.SortOrder.AscendingOrder)
        self.selectionModel().selectionChanged.connect(self._chosen)
        self.clicked.connect(self._clicked)
        state.chosen_changed.connect(self.show_chosen)

    def refresh(self) -> None:
        """List the objects again; those chosen stay so, and the place in the list.

        While a name is typed, it waits: its editor would be closed.
        """
        self._late = self.state() == QAbstractItemView.State.EditingState
        if self._late:
            return
        place = self.verticalScrollBar().value()
        with QSignalBlocker(self.selectionModel()):
            self._table.refresh()
        self._fit()
        self.show_chosen(scroll=False)
        self.verticalScrollBar().setValue(place)

    def _filled(self) -> list[int]:
        """Columns that say anything."""
        trays = self._state.trays.values()
        judged = any(tray.tray.verdicts for tray in trays)
        sized = any(tray.tray.millimetres is not None for tray in trays)
        empty = {
            TRAY: len(trays) < 2,
            AREA: not sized,
            CLASS: not judged,
            VOTES: not judged,
            SURE: not judged,
        }
        return [column for column in range(len(HEADINGS)) if not empty.get(column, False)]

    def _fit(self) -> None:
        """Show what says anything, as far as there is room for it."""
        shown, names = self._filled(), self._names_width()
        for column in FIRST_TO_GO:
            wide = sum(WIDTHS.get(c, names) for c in shown) > self.viewport().width()
            if wide and column in shown:
                shown.remove(column)
        for column in range(len(HEADINGS)):
            self.setColumnHidden(column, column not in shown)

    def _names_width(self) -> int:
        """What a column needs so that the names of the classes can be read."""
        longest = max(map(self.fontMetrics().horizontalAdvance, self._state.class_names))
        return max(LEAST_WIDTH, min(NAMES_WIDTH, longest + AROUND_NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._fit()

    def show_chosen(self, *, scroll: bool = True) -> None:
        """Select the rows of the chosen objects."""
        if self._following:
            return
        places = {place: line for line, place in enumerate(self._table.order)}
        lines = [places[place] for place in self._state.chosen if place in places]
        chosen = QItemSelection()
        for line in lines:
            index = self._table.index(line, 0)
            chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        with QSignalBlocker(self.selectionModel()):
            self.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
        self.viewport().update()
        if lines and scroll:
            self.scrollTo(self._table.index(lines[-1], OBJECT))

    def _chosen(self) -> None:
        """By mouse or by the arrow keys."""
        lines = sorted(index.row() for index in self.selectionModel().selectedRows())
        places = [self._table.order[line] for line in lines]
        self._following = True
        self._state.choose(places)
        self._following = False
        if len(places) == 1:
            self._state.look_for(places[0])

    def _clicked(self, index: QModelIndex) -> None:
        """Also when the row was chosen before."""
        if len(self._state.chosen) == 1:
            self._state.look_for(self._table.order[index.row()])

    def closeEditor(  # noqa: N802 (Qt's name)
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        """Go on with what has waited for a name."""
        super().closeEditor(editor, hint)
        if self._late:
            QTimer.singleShot(0, self, self.refresh)

    # --- keys ----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Digits are for the chosen objects, not for the brush, while the table has the keys."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            copy = event.matches(QKeySequence.StandardKey.Copy)
            if copy or (self._digit(event) is not None and self._state.chosen):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Label, erase or copy."""
        digit = self._digit(event)
        if digit is not None and self._state.chosen:
            if not event.isAutoRepeat():
                self._label(digit)
        elif event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def _digit(self, event: QKeyEvent) -> int | None:
        if event.modifiers() not in PLAIN:
            return None
        if event.key() == Qt.Key.Key_Delete:
            return 0
        return event.key() - ZERO if ZERO <= event.key() <= NINE else None

    def copied(self) -> str:
        """The rows chosen, or all of them where it is one or none, as a spreadsheet takes them."""
        chosen = set(self._state.chosen)
        places = [place for place in self._table.order if len(chosen) < 2 or place in chosen]
        columns = [column for column in self._filled() if column != SPECTRUM]
        head = [HEADINGS[column][0] for column in columns]
        lines = [[self._table.text(place, column) for column in columns] for place in places]
        return "\n".join("\t".join(line) for line in [head, *lines])
