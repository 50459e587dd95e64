"""The list of trainings as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from s3fn_core.languages import tr
from s3fn_core.model.kept_texts import told, told_changes
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import cell, plain_tip, prepare_table
from s3fn_gui.session.trainings import Training

NAME, OA, AA, PIXELS, TIME, DATE, SETTINGS = range(7)
COLUMNS = (
    (tr("Name"), tr("Bold: the current model. With the eye: its map is shown. Double-click to rename")),
    (tr("Overall, %"), tr("Held-out pixels classified correctly, with 95 % confidence interval")),
    (tr("Average, %"), tr("Mean recall of the classes, with 95 % confidence interval")),
    (tr("Labels"), tr("Labelled pixels used for the training")),
    (tr("Time"), tr("Duration of the training, or of measuring a baseline")),
    (tr("Trained"), ""),
    (tr("Settings"), tr("Preset and changed settings")),
)
ROOM = {TIME: 290, AA: 410, PIXELS: 460, DATE: 540, SETTINGS: 660}
"""Width in pixels from which a column is shown; the details have all of it."""
NUMBERS = (OA, AA, PIXELS, TIME)
INDENT = "    "


class TrainingsTable(QTableWidget):
    """One row a training, its baselines below it; `picked` gives the ids of the selected rows."""

    picked = Signal(object)
    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        headings = tuple(title for title, _ in COLUMNS)
        prepare_table(self, "trainings_table", headings, about=tr("Trainings and their baselines"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(30)
        for place, (text, tip) in enumerate(COLUMNS):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            side = Qt.AlignmentFlag.AlignRight if place in NUMBERS else Qt.AlignmentFlag.AlignLeft
            heading.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(place, heading)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self._ids: list[str] = []
        self._filling = False
        self.itemSelectionChanged.connect(self._pick)
        self.itemChanged.connect(self._rename)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the rows."""
        return tuple(self._ids)

    def show_trainings(
        self, trainings: Sequence[Training], current: str, shown: str, chosen: Sequence[str]
    ) -> None:
        """Fill it; `current` is the id of the current model, `shown` that of the map's, "" for none."""
        self._filling = True
        self._ids = [one.id for one in trainings]
        self.setRowCount(len(trainings))
        eye = theme.icon("eye")
        for line, training in enumerate(trainings):
            cells = _cells(training)
            font = cells[NAME].font()
            font.setBold(training.id == current)
            cells[NAME].setFont(font)
            cells[NAME].setIcon(eye if training.id == shown else QIcon())
            for place, item in enumerate(cells):
                self.setItem(line, place, item)
        self._select(chosen)
        self._filling = False

    def _select(self, chosen: Sequence[str]) -> None:
        """Select rows without telling of it."""
        self.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for one in chosen:
            self.selectionModel().select(self.model().index(self._ids.index(one), 0), flags)
        if chosen:
            self.scrollTo(self.model().index(self._ids.index(chosen[-1]), 0))

    def _pick(self) -> None:
        if not self._filling:
            rows = sorted({index.row() for index in self.selectedIndexes()})
            self.picked.emit([self._ids[row] for row in rows])

    def _rename(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == NAME:
            self.renamed.emit(self._ids[item.row()], item.text().strip())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        for place, least in ROOM.items():
            self.setColumnHidden(place, event.size().width() < least)


def _cells(training: Training) -> list[QTableWidgetItem]:
    record = training.record
    texts = [
        INDENT * training.is_baseline + record.name,
        figure_text(record.metrics, "oa", short=True),
        figure_text(record.metrics, "aa", short=True),
        f"{record.pixels:,}" if record.labels else "–",
        time_text(record.seconds),
        date_text(record.date),
        settings_text(training),
    ]
    found = [cell(text, number=place in NUMBERS) for place, text in enumerate(texts)]
    for item in found[1:]:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
    found[NAME].setToolTip(plain_tip(record.note or settings_text(training)))
    return found


def settings_text(training: Training) -> str:
    """What a training was made with, or what kind of baseline it is."""
    record = training.record
    if training.is_baseline:
        return tr("Baseline: {name}", name=told(record.baseline))
    return ", ".join(part for part in (record.preset, told_changes(record.settings)) if part)


def figure_text(metrics: dict[str, Any], name: str, *, short: bool = False) -> str:
    """E.g. "93.1 % (90.2 to 95.4)", `short` "93.1 (90–95)"; a dash where nothing was measured."""
    held_out = metrics.get("held_out") or {}
    value = held_out.get(name)
    if value is None:
        return "–"
    interval = (held_out.get("intervals") or {}).get(name)
    percent = 100 * value
    if not interval:
        return f"{percent:.1f}" if short else f"{percent:.1f} %"
    low, high = (100 * bound for bound in interval)
    if short:
        return f"{percent:.1f} ({low:.0f}–{high:.0f})"
    return tr("{percent:.1f} % ({low:.1f} to {high:.1f})", percent=percent, low=low, high=high)


def time_text(seconds: float | None) -> str:
    """As people say it."""
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def date_text(date: str) -> str:
    """The hour of today, else the day."""
    if not date:
        return "–"
    moment = datetime.fromisoformat(date).astimezone()
    return f"{moment:%H:%M}" if moment.date() == datetime.now().astimezone().date() else f"{moment:%Y-%m-%d}"
