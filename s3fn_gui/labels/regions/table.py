"""The regions as rows of a table, however many."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from s3fn_core.labels.regions import LabelRegion
from s3fn_core.results.region_spectra import RegionLook
from s3fn_gui.base import theme
from s3fn_gui.base.sparks import SPARK_WIDTH, spark
from s3fn_gui.base.swatches import swatch
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.session.session import Session

CLASS, ROLE, PIXELS, LINE, SAMPLE, SPECTRUM, SPREAD, OUTLIERS = range(8)
HEADINGS = {
    "Class": "",
    "Role": "What the region's labels serve: training, or a test set of your own",
    "Pixels": "",
    "Line": "Centre",
    "Sample": "Centre",
    "Spectrum": "Mean spectrum",
    "Spread": "Standard deviation of the region's spectra, averaged over the good bands",
    "Outliers": "Share of pixels that do not look like their class (Find outliers)",
}
WIDTHS = {ROLE: 64, PIXELS: 64, LINE: 48, SAMPLE: 58, SPECTRUM: SPARK_WIDTH + 10, SPREAD: 70, OUTLIERS: 66}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RegionModel(QAbstractTableModel):
    """Reads the session's regions; `order` are their numbers in the order of the rows."""

    def __init__(self, session: Session, regions: RegionsState, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._state = regions
        self._sorted: tuple[int, Qt.SortOrder] = (CLASS, Qt.SortOrder.AscendingOrder)
        self._shares: dict[int, float] = {}
        self.order: list[int] = []

    def refresh(self) -> None:
        """Other regions, or more is known of them."""
        self.beginResetModel()
        self._shares = self._state.shares_of_outliers()
        regions = self._state.region_map
        rows = () if regions is None else regions.listed
        column, order = self._sorted
        keys = {row.number: self._key(row, column) for row in rows}
        self.order = sorted(keys, key=keys.__getitem__, reverse=order != Qt.SortOrder.AscendingOrder)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Stays when the labels change."""
        self._sorted = column, order
        self.refresh()

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Headings, with what they mean as tips."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        text = list(HEADINGS)[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return HEADINGS[text] or None
        number = section in (PIXELS, LINE, SAMPLE, SPREAD, OUTLIERS)
        return RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and number else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        regions = self._state.region_map
        if regions is None or not index.isValid() or index.row() >= len(self.order):
            return None
        row, column = regions.row(self.order[index.row()]), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in (PIXELS, LINE, SAMPLE, SPREAD, OUTLIERS) else None
        if role == Qt.ItemDataRole.DecorationRole and column == CLASS:
            return swatch(self._colour(row))
        if role == Qt.ItemDataRole.DecorationRole and column == SPECTRUM:
            look = self._state.looks.get(row.number)
            return None if look is None else _spark(look, self._colour(row))
        return None

    def _text(self, row: LabelRegion, column: int) -> str:
        look = self._state.looks.get(row.number)
        if column == CLASS:
            return self._name(row)
        if column == ROLE:
            return "test" if self._tested(row) else "training"
        if column == SPREAD:
            return f"{look.spread:.4g}" if look is not None and np.isfinite(look.spread) else ""
        if column == OUTLIERS:
            return f"{self._shares[row.number]:.1%}" if row.number in self._shares else ""
        if column == SPECTRUM:
            return ""
        return f"{self._key(row, column):,.0f}"

    def _key(self, row: LabelRegion, column: int) -> Any:
        """What rows are sorted by."""
        look = self._state.looks.get(row.number)
        spread = look.spread if look is not None and np.isfinite(look.spread) else -1.0
        keys = {
            CLASS: (self._place(row), row.number),
            ROLE: self._tested(row),
            PIXELS: row.pixels,
            LINE: round(row.centre[0]),
            SAMPLE: round(row.centre[1]),
            SPREAD: spread,
            OUTLIERS: self._shares.get(row.number, -1.0),
        }
        return keys.get(column, row.number)

    def _tested(self, row: LabelRegion) -> bool:
        return self._state.region_map is not None and self._state.region_map.tested(row.number)

    def _place(self, row: LabelRegion) -> int:
        ids = self._session.classes.ids
        return ids.index(row.class_id) if row.class_id in ids else len(ids)

    def _name(self, row: LabelRegion) -> str:
        classes = self._session.classes
        return classes[row.class_id].name if row.class_id in classes else f"id {row.class_id}"

    def _colour(self, row: LabelRegion) -> str:
        classes = self._session.classes
        known = row.class_id in classes
        return classes[row.class_id].color if known else theme.current().muted


@lru_cache(maxsize=512)
def _spark(look: RegionLook, colour: str) -> QPixmap:
    return spark(look.mean, colour)
