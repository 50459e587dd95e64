"""The objects of a mask as a table that thousands of rows do not slow down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from s3fn_core.cubes.objects import ObjectRow

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
