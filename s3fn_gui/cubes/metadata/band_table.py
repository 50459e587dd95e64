"""The table of bands: number, wavelength as typed, good or bad."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.texts import plain_number, read_number
from s3fn_gui.base.widgets import ROW_HEIGHT, named
from s3fn_gui.cubes.metadata.draft import Draft

BAND, WAVELENGTH, GOOD = range(3)
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class BandModel(QAbstractTableModel):
    """The draft's bands; surplus numbers get rows of their own."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._rows = self._needed()
        draft.changed.connect(self._follow)

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else 3

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Band"), tr("Wavelength ({unit})", unit=self._draft.unit), tr("Good"))[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == WAVELENGTH:
            return flags | Qt.ItemFlag.ItemIsEditable
        if index.column() == GOOD and index.row() < self._draft.cube.bands:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column, draft = index.row(), index.column(), self._draft
        exists = row < draft.cube.bands
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if column == BAND:
                return str(row + 1) if exists else tr("surplus")
            if column == WAVELENGTH:
                return plain_number(draft.number(row))
            return tr("bad") if exists and not draft.good[row] else ""
        if role == Qt.ItemDataRole.CheckStateRole and column == GOOD and exists:
            return Qt.CheckState.Checked if draft.good[row] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column != GOOD:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._colour(row, column))
        if role == Qt.ItemDataRole.FontRole and column == WAVELENGTH and draft.is_edited(row):
            font = QFont()
            font.setBold(True)
            return font
        return None

    def _colour(self, row: int, column: int) -> str:
        colours = theme.current()
        if row >= self._draft.cube.bands:
            return colours.error
        if column == WAVELENGTH and self._draft.is_edited(row):
            return colours.accent
        if self._draft.good[row]:
            return colours.text
        return colours.error if column == GOOD else colours.muted

    def setData(  # noqa: N802 (Qt's name)
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        draft, row = self._draft, index.row()
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == GOOD:
            good = draft.good.copy()
            good[row] = Qt.CheckState(value) == Qt.CheckState.Checked
            draft.set_good(good)
            return True
        if role != Qt.ItemDataRole.EditRole or index.column() != WAVELENGTH:
            return False
        text = str(value).strip()
        number = read_number(text) if text else np.nan
        if number is None or text == plain_number(draft.number(row)):
            return False
        draft.set_number(row, number)
        return True

    def _needed(self) -> int:
        return max(self._draft.cube.bands, len(self._draft.numbers))

    def _follow(self) -> None:
        if self._rows != self._needed():
            self.beginResetModel()
            self._rows = self._needed()
            self.endResetModel()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 2)
        self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, 2))


class BandTable(QTableView):
    """Cells are typed into; Ctrl+V pastes a whole column, Ctrl+C copies it."""

    paste_asked = Signal()
    copy_asked = Signal()

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        named(self, "metadata_bands", tr("Wavelength and state of each band"))
        self.setModel(BandModel(draft))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.EditKeyPressed)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        for column, width in ((BAND, 56), (GOOD, 62)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        header.setSectionResizeMode(WAVELENGTH, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """The clipboard holds whole columns."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        else:
            super().keyPressEvent(event)
