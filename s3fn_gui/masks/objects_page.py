"""The objects of the mask: listed, selected, corrected, labelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCheckBox, QHeaderView, QTableView, QWidget

from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.widgets import action_button, calm, column, label, named, row
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.session import Session


class ObjectsPage(QWidget):
    """Choosing a row outlines that object in the image; clicking one there chooses its row."""

    def __init__(self, session: Session, mask: MaskState, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = mask
        self._listed: tuple[ObjectRow, ...] = ()
        self._following = False
        self._summary = label(role="muted", name="mask_summary", wrap=True)
        self._model = ObjectsModel(self)
        self._table = _table(self._model)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self._table.clicked.connect(lambda _: self._chosen())
        self._numbers = named(QCheckBox("Numbers"), "mask_numbers", "Write the numbers onto the objects")
        self._numbers.setChecked(self._state.numbers)
        self._numbers.toggled.connect(lambda on: self._state.set_look(numbers=on))
        vote = named(
            QCheckBox("One class per object"),
            "mask_vote",
            "The predicted map shows for each object the class that most of its pixels have",
        )
        vote.toggled.connect(self._state.set_vote)
        tools = row(
            *(
                action_button(actions[name], f"button_{name}")
                for name in ("mask.object", "mask.add", "mask.cut", "mask.label_object", "mask.export")
            ),
            1,
            spacing=1,
        )
        self.setLayout(column(self._summary, self._table, tools, self._numbers, vote, margins=4, spacing=4))
        self._state.objects_changed.connect(self._show)
        self._state.selected_changed.connect(self._show_selected)
        session.cubes.current_changed.connect(self._show)
        session.cubes.treatment_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        """List the objects, unless they are listed already."""
        if self._listed is not self._state.objects:
            self._listed = self._state.objects
            self._model.set_rows(self._listed)
            self._show_selected()
        self._summary.setText(self._told())

    def _told(self) -> str:
        state, item = self._state, self._session.cubes.current
        if item is None or item.treatment.mask is None:
            return "No mask yet: choose under Find what is an object, then press Apply mask."
        if state.mask is not item.treatment.mask:
            return "Listing the objects…"
        pixels = sum(row.pixels for row in state.objects)
        share = pixels / max(1, item.cube.lines * item.cube.samples)
        count = len(state.objects)
        return f"{count:,} object{'' if count == 1 else 's'}, {share:.1%} of the image"

    def _show_selected(self) -> None:
        line = self._model.line_of(self._state.selected)
        self._following = True
        if line is None:
            self._table.clearSelection()
        else:
            self._table.selectRow(line)
            self._table.scrollTo(self._model.index(line, 0))
        self._following = False

    def _chosen(self) -> None:
        """By mouse or by the arrow keys; a click also when the row was chosen before."""
        lines = [index.row() for index in self._table.selectionModel().selectedRows()]
        if lines and not self._following:
            number = self._model.rows[lines[0]].number
            self._state.select(number)
            self._state.look_for(number)


def _table(model: ObjectsModel) -> QTableView:
    view = calm(named(QTableView(), "mask_table", "Objects of the mask"))
    view.setModel(model)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    view.setSortingEnabled(True)
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    return view


Index = QModelIndex | QPersistentModelIndex
Key = Callable[[ObjectRow], float]
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOWHERE = QModelIndex()
COLUMNS: tuple[tuple[str, str, Key], ...] = (
    ("No.", "Number of the object", lambda row: row.number),
    ("Pixels", "Size in pixels", lambda row: row.pixels),
    ("Centre", "Mean line and sample", lambda row: row.centre[0] + 1e-6 * row.centre[1]),
)


class ObjectsModel(QAbstractTableModel):
    """Rows in the order of the column that was chosen last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ObjectRow, ...] = ()
        self._column = 0
        self._falling = False

    def set_rows(self, rows: tuple[ObjectRow, ...]) -> None:
        """Show other objects."""
        self.beginResetModel()
        self.rows = tuple(sorted(rows, key=COLUMNS[self._column][2], reverse=self._falling))
        self.endResetModel()

    def line_of(self, number: int | None) -> int | None:
        """Where an object is listed."""
        return next((line for line, row in enumerate(self.rows) if row.number == number), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """As numbers, whatever the cells say."""
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self.set_rows(self.rows)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says, and on which side."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        row = self.rows[index.row()]
        line, sample = (round(value) for value in row.centre)
        return (str(row.number), f"{row.pixels:,}", f"{line}, {sample}")[index.column()]

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heading and tip of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        name, tip, _ = COLUMNS[section]
        shown = {
            Qt.ItemDataRole.DisplayRole: name,
            Qt.ItemDataRole.ToolTipRole: tip,
            Qt.ItemDataRole.TextAlignmentRole: LEFT,
        }
        return shown.get(Qt.ItemDataRole(role))
