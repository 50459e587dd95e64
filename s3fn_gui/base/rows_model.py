"""The beginning of every table whose rows a state keeps: sorted again whenever more is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from s3fn_gui.base.widgets import plain_tip

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
RowT = TypeVar("RowT")
_NOWHERE = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[RowT]):
    """`order` are the rows in the order of the column that was chosen last.

    A table says what it lists (`listed`), what its cells say (`text`) and what they are sorted by
    (`sort_key`), and may give cells pictures and tips.  `headings` are pairs of a text and what it
    means, a tip; `numbers` are the columns that are set to the right.
    """

    headings: ClassVar[Sequence[tuple[str, str]]]
    numbers: ClassVar[Collection[int]]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sorted: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)
        self.order: list[RowT] = []

    def listed(self) -> Iterable[RowT]:
        """All rows that are to be shown."""
        raise NotImplementedError

    def text(self, row: RowT, column: int) -> str:
        """What a cell says."""
        raise NotImplementedError

    def sort_key(self, row: RowT, column: int) -> Any:
        """What rows are sorted by."""
        raise NotImplementedError

    def picture(self, row: RowT, column: int) -> Any:
        """An icon or a pixmap in a cell."""
        return None

    def tip(self, row: RowT, column: int) -> str:
        """What a cell explains."""
        return ""

    def refresh(self) -> None:
        """Other rows, or more is known of them."""
        self.beginResetModel()
        column, order = self._sorted
        falling = order != Qt.SortOrder.AscendingOrder
        self.order = sorted(self.listed(), key=lambda row: self.sort_key(row, column), reverse=falling)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Stays when more is known."""
        self._sorted = column, order
        self.refresh()

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.headings)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        """Headings, with what they mean as tips."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        text, tip = self.headings[section]
        shown = {
            ROLE.DisplayRole: text,
            ROLE.ToolTipRole: tip or None,
            ROLE.TextAlignmentRole: self._side(section),
        }
        return shown.get(ROLE(role))

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self.order):
            return None
        row, column = self.order[index.row()], index.column()
        if role in (ROLE.DisplayRole, ROLE.EditRole):
            return self.text(row, column)
        if role == ROLE.TextAlignmentRole:
            return self._side(column)
        if role == ROLE.DecorationRole:
            return self.picture(row, column)
        if role == ROLE.ToolTipRole:
            return plain_tip(tip) if (tip := self.tip(row, column)) else None
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return RIGHT if column in self.numbers else LEFT
