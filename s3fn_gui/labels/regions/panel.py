"""The labelled regions of the current cube: listed, sorted, visited, used for the test."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from s3fn_core.languages import plural, tr
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import SWATCH
from s3fn_gui.base.widgets import ShortLabel, action_button, calm, column, named, row
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.labels.regions.table import CLASS, LINE, OUTLIERS, ROLE, SAMPLE, WIDTHS, RegionModel
from s3fn_gui.session.session import Session

BUTTONS = (
    "label.previous_region",
    "label.next_region",
    "label.test_region",
    "label.split",
    "label.find_outliers",
    "label.next_outlier",
    "label.erase_outliers",
)
ROOM = {LINE: 540, SAMPLE: 540, OUTLIERS: 390, ROLE: 300}  # pixels of the panel below which a column goes


class RegionsPanel(QWidget):
    """Choosing a row outlines that region in the image and brings it into view."""

    def __init__(self, session: Session, regions: RegionsState, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = regions
        self._model = RegionModel(session, regions, self)
        self._summary = theme.role(named(ShortLabel(), "region_summary"), "muted")
        self._build_table(actions)
        tools = (action_button(actions[name], f"button_{name}") for name in BUTTONS)
        head = row(self._summary, *tools, spacing=1)
        head.setStretch(0, 1)
        head.setContentsMargins(4, 0, 0, 0)
        self.setLayout(column(head, self._table, margins=4, spacing=2))
        follow(self._show, regions.changed, regions.looks_changed, regions.outliers_changed)
        session.class_list_changed.connect(self._show)
        regions.selected_changed.connect(self._show_selected)
        theme.follow(self._show)

    def _build_table(self, actions: Actions) -> None:
        self._table = calm(named(QTableView(), "region_table", tr("Labelled regions of the current cube")))
        self._table.setModel(self._model)
        self._table.setIconSize(QSize(SWATCH, SWATCH))
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self._table.horizontalHeader()
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(CLASS, QHeaderView.ResizeMode.Stretch)
        for place, width in WIDTHS.items():
            self._table.setColumnWidth(place, width)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._table.addActions(actions.pick(*BUTTONS))
        self._table.selectionModel().selectionChanged.connect(self._chosen)
        self._table.clicked.connect(self._clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Where there is little room, the image alone says where a region lies, and names come first."""
        for place, least in ROOM.items():
            self._table.setColumnHidden(place, event.size().width() < least)
        super().resizeEvent(event)

    def _show(self) -> None:
        self._table.selectionModel().blockSignals(True)
        self._model.refresh()
        self._table.selectionModel().blockSignals(False)
        self._show_selected()
        self._summary.setText(self._told())

    def _told(self) -> str:
        regions = self._state.region_map
        if regions is None or not regions.rows:
            return tr("Paint labels: each patch becomes a region")
        count, listed = len(regions.rows), len(regions.listed)
        if listed < count:
            found = [tr("{count:,} regions (the largest {listed:,} are listed)", count=count, listed=listed)]
        else:
            found = [plural("{count:,} region", "{count:,} regions", count)]
        if regions.for_test:
            pixels = sum(regions.row(number).pixels for number in regions.for_test)
            found.append(tr("{count:,} for test ({pixels:,} px)", count=len(regions.for_test), pixels=pixels))
        if self._state.outliers is not None:
            found.append(plural("{count:,} outlier", "{count:,} outliers", len(self._state.outliers)))
        return ", ".join(found)

    def _show_selected(self) -> None:
        places = {number: line for line, number in enumerate(self._model.order)}
        chosen = QItemSelection()
        lines = [places[n] for n in self._state.selected if n in places]
        for line in lines:
            index = self._model.index(line, 0)
            chosen.select(index, index)
        model = self._table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        with QSignalBlocker(model):
            model.select(chosen, flags.ClearAndSelect | flags.Rows)
        self._table.viewport().update()
        if lines:
            self._table.scrollTo(self._model.index(lines[0], 0))

    def _chosen(self) -> None:
        """By mouse or by the arrow keys."""
        lines = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        numbers = tuple(self._model.order[line] for line in lines)
        self._state.select(numbers)
        if len(numbers) == 1:
            self._state.look_for(numbers[0])

    def _clicked(self, index: QModelIndex) -> None:
        """Also when the row was chosen before."""
        self._state.look_for(self._model.order[index.row()])
