"""A table whose rows can be dragged to another place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDropEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from s3fn_core.languages import tr
from s3fn_gui.base.widgets import prepare_table


class ClassTable(QTableWidget):
    """Tells where a row was dropped; Qt's own move would write over cells.

    `room` is the width of the table below which a column gives way to the names.
    """

    row_dropped = Signal(int, int)

    def __init__(
        self, name: str, headings: tuple[str, ...], *, stretch: int, room: Mapping[int, int]
    ) -> None:
        super().__init__(0, len(headings))
        self._room = room
        prepare_table(self, name, headings, about=tr("Classes"), stretch=stretch)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setMinimumSectionSize(24)

    def fix(self, width: int, *columns: int) -> None:
        """Columns that are always as wide."""
        for column in columns:
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        for place, least in self._room.items():
            self.setColumnHidden(place, self.width() < least)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Not a move in Qt's eyes, which would remove the row."""
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.drop(self.currentRow(), event.position().toPoint())

    def drop(self, line: int, point: QPoint) -> None:
        """Tell that a row was let go there; before or behind the row that lies below."""
        below = self.rowAt(point.y())
        if below < 0:
            place = self.rowCount()
        else:
            middle = self.rowViewportPosition(below) + self.rowHeight(below) / 2
            place = below + (point.y() > middle)
        place -= line < place
        if line >= 0 and place != line:
            self.row_dropped.emit(line, place)
