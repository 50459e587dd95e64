"""The objects of the mask: listed, selected, corrected, labelled."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QHeaderView, QTableWidgetItem, QWidget

from s3fn_gui.actions import Actions
from s3fn_gui.session import Session
from s3fn_gui.widgets import action_button, column, label, named, row, table

NUMBER, PIXELS, LINE, SAMPLE = range(4)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
HEADINGS = ("No.", "Pixels", "Line", "Sample")


class ObjectsPage(QWidget):
    """Choosing a row outlines that object in the image; clicking one there chooses its row."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = session.mask
        self._summary = label(role="muted", name="mask_summary", wrap=True)
        self._table = table("mask_table", HEADINGS, stretch=SAMPLE)
        header = self._table.horizontalHeader()
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.ResizeToContents)
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(NUMBER, Qt.SortOrder.AscendingOrder)
        self._table.itemSelectionChanged.connect(self._chosen)
        self._table.cellClicked.connect(self._clicked)
        self._numbers = named(
            QCheckBox("Numbers"), "mask_numbers", "Write the numbers onto the objects"
        )
        self._numbers.setChecked(self._state.numbers)
        self._numbers.toggled.connect(lambda on: self._state.set_look(numbers=on))
        vote = named(
            QCheckBox("One class per object"), "mask_vote",
            "The predicted map shows for each object the class that most of its pixels have",
        )  # fmt: skip
        vote.toggled.connect(self._state.set_vote)
        tools = row(
            *(
                action_button(actions[name], f"button_{name}")
                for name in ("mask.object", "mask.add", "mask.cut", "mask.label_object",
                             "mask.export")
            ),
            1,
            spacing=1,
        )  # fmt: skip
        self.setLayout(
            column(self._summary, self._table, tools, self._numbers, vote, margins=4, spacing=4)
        )
        self._state.objects_changed.connect(self._show)
        self._state.selected_changed.connect(self._show_selected)
        session.cube_changed.connect(self._show)
        session.treatment_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        """List the objects; thousands of them are listed at once."""
        rows = self._state.objects
        blocked = QSignalBlocker(self._table)
        self._table.setSortingEnabled(False)
        self._table.setRowCount(len(rows))
        for place, found in enumerate(rows):
            line, sample = (round(value) for value in found.centre)
            for side, value in enumerate((found.number, found.pixels, line, sample)):
                self._table.setItem(place, side, _figure(value))
        self._table.setSortingEnabled(True)
        del blocked
        self._show_selected()
        self._summary.setText(self._told())

    def _told(self) -> str:
        state, item = self._state, self._session.current
        if item is None or item.treatment.mask is None:
            return "No mask yet: choose under Find what is an object, then press Apply mask."
        if state.mask is not item.treatment.mask:
            return "Listing the objects…"
        pixels = sum(row.pixels for row in state.objects)
        share = pixels / max(1, item.cube.lines * item.cube.samples)
        count = len(state.objects)
        return f"{count:,} object{'' if count == 1 else 's'}, {share:.1%} of the image"

    def _show_selected(self) -> None:
        blocked = QSignalBlocker(self._table)
        self._table.clearSelection()
        for line in range(self._table.rowCount()):
            if self._number(line) == self._state.selected:
                self._table.selectRow(line)
                self._table.scrollTo(self._table.model().index(line, NUMBER))
        del blocked

    def _number(self, line: int) -> int:
        cell = self._table.item(line, NUMBER)
        return 0 if cell is None else int(cell.data(Qt.ItemDataRole.DisplayRole))

    def _chosen(self) -> None:
        """By mouse or by the arrow keys."""
        lines = {index.row() for index in self._table.selectedIndexes()}
        if lines:
            number = self._number(lines.pop())
            self._state.select(number)
            self._state.look_for(number)

    def _clicked(self, line: int, _: int) -> None:
        """Also when the row was chosen before."""
        self._state.look_for(self._number(line))


def _figure(value: int) -> QTableWidgetItem:
    """A number that is sorted as one."""
    cell = QTableWidgetItem()
    cell.setData(Qt.ItemDataRole.DisplayRole, value)
    cell.setTextAlignment(RIGHT)
    return cell
