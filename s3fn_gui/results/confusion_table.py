"""The confusion matrix: how many held-out pixels of each label got which answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import unmarked
from s3fn_core.results.figures import Figures, MatrixKind, shares
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import calm, named, plain_tip
from s3fn_gui.results.cells import SHADE, swatch
from s3fn_gui.results.state import Wish, title_of

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NARROW, NAMED, WIDE = 28, 64, 92  # of a column; one that is not wide enough for a name has its colour only
PADDING = 12
NAMES_WIDTH = 104
TOTAL = tr("Total")
CLICK = tr("Click to show them; click again for the next one.")


@dataclass(frozen=True, eq=False)
class Shown:
    """What the matrix shows: names and colours by class id, counts or shares."""

    figures: Figures
    names: Mapping[int, str]
    colour: Callable[[int], str]
    kind: MatrixKind = "counts"


class ConfusionModel(QAbstractTableModel):
    """Cells are made when they are seen: there may be 255 x 255.  The last row and column are totals."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None
        self._shares = self._of_row = np.zeros((0, 0))
        self.clickable = False
        self.named = True

    def show(self, shown: Shown | None) -> None:
        """Another matrix, or none."""
        self.beginResetModel()
        self._shown = shown
        if shown is not None:
            self._shares = shares(shown.figures.confusion, shown.kind)
            self._of_row = np.nan_to_num(shares(shown.figures.confusion, "of rows"))
        self.endResetModel()

    @property
    def size(self) -> int:
        """Classes."""
        return 0 if self._shown is None else len(self._shown.figures.classes)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        return self.size + 1 if self.size and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 (Qt's name and default)
        return self.rowCount(parent)

    def class_id(self, place: int) -> int | None:
        """The class of a row or column; None for the totals."""
        return (
            None if self._shown is None or place >= self.size else self._shown.figures.classes[place].class_id
        )

    def wish(self, index: Index) -> Wish:
        """The pixels of a cell."""
        return Wish("answers", self.class_id(index.row()), self.class_id(index.column()))

    def count(self, index: Index) -> int:
        """Pixels of a cell."""
        assert self._shown is not None
        counts, row, column = self._shown.figures.confusion, index.row(), index.column()
        part = counts[slice(row, row + 1) if row < self.size else slice(None)]
        return int(part[:, slice(column, column + 1) if column < self.size else slice(None)].sum())

    @property
    def longest(self) -> str:
        """The longest text of a cell."""
        if self._shown is None:
            return ""
        total = f"{int(self._shown.figures.confusion.sum()):,}"
        return total if self._shown.kind == "counts" else max(total, "100.0", key=len)

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """Text, shade and tip of a cell."""
        if self._shown is None or not index.isValid():
            return None
        row, column = index.row(), index.column()
        inside = max(row, column) < self.size
        if role == ROLE.TextAlignmentRole:
            return RIGHT
        if role == ROLE.DisplayRole:
            return self._text(row, column) if inside else f"{self.count(index):,}"
        if role == ROLE.BackgroundRole and inside:
            colours = theme.current()
            shade = QColor(colours.success if row == column else colours.error)
            shade.setAlphaF(SHADE * float(self._of_row[row, column]))
            return QBrush(shade)
        if role == ROLE.ForegroundRole and not inside:
            return QBrush(QColor(theme.current().muted))
        return plain_tip(self._tip(index)) if role == ROLE.ToolTipRole else None

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        """Name and colour of a class."""
        class_id = self.class_id(section)
        name = TOTAL if class_id is None or self._shown is None else self._shown.names[class_id]
        if role == ROLE.DisplayRole:
            across = orientation == Qt.Orientation.Horizontal
            return "" if across and class_id is not None and not self.named else unmarked(name)
        if role == ROLE.ToolTipRole:
            return plain_tip(name)
        if role == ROLE.DecorationRole and class_id is not None and self._shown is not None:
            return swatch(self._shown.colour(class_id))
        if role == ROLE.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return RIGHT
        return None

    def _text(self, row: int, column: int) -> str:
        assert self._shown is not None
        if self._shown.kind == "counts":
            return f"{int(self._shown.figures.confusion[row, column]):,}"
        share = float(self._shares[row, column])
        return "–" if np.isnan(share) else f"{100 * share:.1f}"

    def _tip(self, index: Index) -> str:
        assert self._shown is not None
        title = title_of(self.wish(index), self._shown.names)
        count = plural("{count:,} held-out pixel", "{count:,} held-out pixels", self.count(index))
        return "\n".join((title, count, CLICK) if self.clickable else (title, count))


class ConfusionTable(QTableView):
    """`chosen` comes with a click on a cell, and with Enter."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        calm(named(self, "confusion_table")).setAccessibleName(tr("Confusion matrix"))
        self.matrix = ConfusionModel()
        self.setModel(self.matrix)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        self.verticalHeader().show()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setFixedWidth(NAMES_WIDTH)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(NARROW)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
            header.setIconSize(QSize(12, 12))
            header.setHighlightSections(True)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._clicked)
        theme.follow(self.viewport().update)

    def show_matrix(self, shown: Shown | None) -> None:
        """Another matrix, or none."""
        self.matrix.show(shown)
        self._fit()

    def set_clickable(self, clickable: bool) -> None:
        """Whether a cell has pixels to show, which the cursor says."""
        self.matrix.clickable = clickable
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.matrix.wish(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Enter is a click on the cell that the keys have gone to."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Columns share the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = self.matrix.columnCount()
        if count:
            least = max(NARROW, self.fontMetrics().horizontalAdvance(self.matrix.longest) + PADDING)
            width = min(max(self.viewport().width() // count, least), max(least, WIDE))
            self.matrix.named = width >= NAMED
            self.horizontalHeader().setDefaultSectionSize(width)
