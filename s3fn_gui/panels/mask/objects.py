"""The objects of the mask: listed, selected, corrected, labelled."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QHeaderView, QTableWidgetItem, QWidget

from s3fn_gui.actions import Actions
from s3fn_gui.session import Session
from s3fn_gui.widgets import action_button, column, label, named, row, table

NUMBER, PIXELS, CENTRE = range(3)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST_LISTED = 2000
HEADINGS = ("No.", "Pixels", "Centre")


class ObjectsPage(QWidget):
    """Choosing a row outlines that object in the image; clicking one there chooses its row."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = session.mask
        self._summary = label(role="muted", name="mask_summary", wrap=True)
        self._table = table("mask_table", HEADINGS, stretch=CENTRE)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        tip = Qt.ItemDataRole.ToolTipRole
        across = Qt.Orientation.Horizontal
        self._table.model().setHeaderData(CENTRE, across, "Mean line and sample", tip)
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
        """List the objects; more than anybody would read are counted only."""
        rows = self._state.objects[:MOST_LISTED]
        blocked = QSignalBlocker(self._table)
        self._table.setSortingEnabled(False)
        self._table.setRowCount(len(rows))
        for place, found in enumerate(rows):
            line, sample = (round(value) for value in found.centre)
            figures = (
                Figure(str(found.number), found.number),
                Figure(f"{found.pixels:,}", found.pixels),
                Figure(f"{line}, {sample}", line + sample * 1e-6),
            )
            for side, figure in enumerate(figures):
                self._table.setItem(place, side, figure)
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
        told = f"{count:,} object{'' if count == 1 else 's'}, {share:.1%} of the image"
        return f"{told}; the first {MOST_LISTED:,} are listed" if count > MOST_LISTED else told

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
        return int(cell.value) if isinstance(cell, Figure) else 0

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


class Figure(QTableWidgetItem):
    """A cell that is sorted by a number, whatever it says."""

    def __init__(self, text: str, value: float) -> None:
        super().__init__(text)
        self.value = value
        self.setTextAlignment(RIGHT)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return isinstance(other, Figure) and self.value < other.value
