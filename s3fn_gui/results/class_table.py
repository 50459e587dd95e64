"""Accuracy and area of each class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.figures import ClassFigures, Figures, area_unit
from s3fn_gui.base.widgets import cell, plain_tip, prepare_table
from s3fn_gui.results.cells import swatch

if TYPE_CHECKING:
    from s3fn_core.results.export import AreaRow

COLUMNS = (
    (tr("Class"), ""),
    (
        tr("Recall"),
        tr(
            "Producer's accuracy: share of the held-out pixels with this label "
            "that were assigned to the class"
        ),
    ),
    (
        tr("Precision"),
        tr("User's accuracy: share of the held-out pixels assigned to this class that belong to it"),
    ),
    ("F1", tr("Harmonic mean of recall and precision")),
    (tr("Support"), tr("Held-out pixels with this label")),
    (tr("Pixels"), tr("Pixels of the map that were assigned to this class")),
    (tr("Area"), tr("Share of the classified pixels of the map")),
)
AREA = tr("Area of the class on the map, by the pixel size of the cube")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEAST_NAME = 84  # pixels of a name; the rest is in its tip


class ClassTable(QTableWidget):
    """One row for each class that was measured or is on the map."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        headings = tuple(title for title, _ in COLUMNS)
        prepare_table(self, "result_table", headings, about=tr("Accuracy and area of each class"))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(self._fit)

    def show_classes(
        self,
        figures: Figures | None,
        areas: Sequence[AreaRow],
        names: Mapping[int, str],
        colour: Callable[[int], str],
    ) -> None:
        """Fill the table; `areas` are those of the map."""
        measured = {} if figures is None else {c.class_id: c for c in figures.classes}
        mapped, unit = {row.class_id: row for row in areas}, area_unit(areas)
        self._name_columns(None if unit is None else unit[0])
        ids = list(dict.fromkeys([*measured, *(i for i in mapped if i in names)]))
        self.setRowCount(len(ids))
        for line, class_id in enumerate(ids):
            name = cell(names[class_id])
            name.setIcon(swatch(colour(class_id)))
            name.setToolTip(plain_tip(names[class_id]))
            self.setItem(line, 0, name)
            row = mapped.get(class_id)
            texts = [*_measured(measured.get(class_id))]
            texts += ["–", "–"] if row is None else [f"{row.pixels:,}", f"{row.percent:.1f} %"]
            if unit is not None:
                texts.append("–" if row is None or row.area is None else f"{row.area / unit[1]:,.2f}")
            for place, text in enumerate(texts, 1):
                self.setItem(line, place, cell(text, number=True))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """The names take what the figures leave."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self, changed: int = 1) -> None:
        header = self.horizontalHeader()
        if changed:
            others = sum(header.sectionSize(place) for place in range(1, header.count()))
            header.resizeSection(0, max(LEAST_NAME, self.viewport().width() - others))

    def _name_columns(self, unit: str | None) -> None:
        columns = [*COLUMNS] if unit is None else [*COLUMNS, (unit, AREA)]
        self.setColumnCount(len(columns))
        for place, (text, tip) in enumerate(columns):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            if place:
                heading.setTextAlignment(RIGHT)
            self.setHorizontalHeaderItem(place, heading)


def _measured(found: ClassFigures | None) -> list[str]:
    """Recall, precision, F1 and support."""
    if found is None:
        return ["–"] * 4
    if not found.support:
        return [tr("no labels"), "", "", "0"]
    return [*(percent(v) for v in (found.recall, found.precision, found.f1)), f"{found.support:,}"]


def percent(value: float | None) -> str:
    """A share in per cent."""
    return "–" if value is None else per_cent(value)
