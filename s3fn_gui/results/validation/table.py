"""User's and producer's accuracy and area of each class, or the error matrix."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import unmarked
from s3fn_core.results.area_adjusted import Z95, Estimate
from s3fn_core.results.validation import ClassValidation, Validation
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import cell, plain_tip, prepare_table
from s3fn_gui.results.cells import shaded, swatch
from s3fn_gui.results.validation.state import Unit

Kind = Literal["figures", "shares", "counts"]
MATRICES = ("shares", "counts")
HECTARE = 10_000.0
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ValidationTable(QTableWidget):
    """± is half of the 95 % interval, in points of per cent; Ctrl+C copies all figures."""

    def __init__(self, copy: Callable[[], object]) -> None:
        super().__init__(0, 0)
        prepare_table(self, "validation_table", (), about=tr("Accuracy of the map"))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setMinimumSectionSize(30)
        self._copy = copy

    def show_figures(self, found: Validation, colours: Mapping[int, str], kind: Kind, unit: Unit) -> None:
        """Fill the table; `unit` is what is counted."""
        columns = [(tr("Class"), tr("As the map says"))] if kind in MATRICES else _columns(found)
        self.clear()
        self.setColumnCount(len(columns) + (len(found.classes) if kind in MATRICES else 0))
        self.setRowCount(len(found.classes))
        for place, (text, tip) in enumerate(columns):
            self._head(place, text, tip)
        for line, row in enumerate(found.classes):
            name = cell(row.name)
            name.setIcon(swatch(_colour(colours, row.class_id)))
            name.setToolTip(plain_tip(_mapped(row.points, unit)))
            self.setItem(line, 0, name)
            if kind in MATRICES:
                self._show_matrix(found, line, kind)
            else:
                self._show_row(row, line, found.square_metres)
        for place, row in enumerate(found.classes if kind in MATRICES else (), 1):
            heading = self._head(place, row.name, _in_truth(row.name, unit))
            heading.setIcon(swatch(_colour(colours, row.class_id)))

    def _show_row(self, row: ClassValidation, line: int, whole: float | None) -> None:
        cells = [_accuracy(row.users), _accuracy(row.producers)]
        if row.area is not None:
            cells.append(_accuracy(row.area))
            cells += [] if whole is None else [_area(row.area, whole)]
        for place, thing in enumerate(cells, 1):
            self.setItem(line, place, thing)

    def _head(self, place: int, text: str, tip: str) -> QTableWidgetItem:
        heading = QTableWidgetItem(unmarked(text))
        heading.setToolTip(plain_tip(tip))
        if place:
            heading.setTextAlignment(RIGHT)
        self.setHorizontalHeaderItem(place, heading)
        return heading

    def _show_matrix(self, found: Validation, line: int, kind: Kind) -> None:
        total = max(float(found.shares[line].sum()), 1e-12)
        for other in range(len(found.classes)):
            share, count = float(found.shares[line, other]), int(found.counts[line, other])
            text = f"{count:,}" if kind == "counts" else f"{100 * share:.1f}" if count else "0"
            self.setItem(line, 1 + other, shaded(text, share / total, line == other))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """All figures, not the cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)


def percent(estimate: Estimate) -> str:
    """The value in per cent with half of its 95 % interval, where there is one."""
    if not math.isfinite(estimate.value):
        return "–"
    if not math.isfinite(estimate.error):
        return f"{100 * estimate.value:.1f}"
    return f"{100 * estimate.value:.1f} ± {100 * half(estimate):.1f}"


def half(estimate: Estimate) -> float:
    """Half the width of the interval, which may reach over 0 or 1."""
    return Z95 * estimate.error


def _columns(found: Validation) -> list[tuple[str, str]]:
    columns = [
        (tr("Class"), ""),
        (tr("User's %"), tr("Share of pixels assigned to this class that belong to it")),
        (tr("Producer's %"), tr("Share of pixels of this class that are assigned to it")),
    ]
    if any(row.area is not None for row in found.classes):
        columns.append((tr("Area %"), tr("Estimated share of the area, corrected for errors of the map")))
        if found.square_metres is not None:
            unit = "ha" if found.square_metres >= HECTARE else "m²"
            tip = tr("Estimated area, corrected for errors of the map")
            columns.append((tr("Area {unit}", unit=unit), tip))
    return columns


def _mapped(count: int, unit: Unit) -> str:
    """What the map says of a class."""
    if unit == "points":
        return plural(
            "The map gives this class to {count:,} point",
            "The map gives this class to {count:,} points",
            count,
        )
    return plural(
        "The map gives this class to {count:,} pixel", "The map gives this class to {count:,} pixels", count
    )


def _in_truth(name: str, unit: Unit) -> str:
    """What a column of the matrix holds."""
    if unit == "points":
        return tr("Points that are {name} in truth", name=name)
    return tr("Pixels that are {name} in truth", name=name)


def _accuracy(estimate: Estimate) -> QTableWidgetItem:
    thing = _plain(percent(estimate))
    if math.isfinite(estimate.error):
        low, high = estimate.interval
        tip = tr("95 % interval: {low:.1f} to {high:.1f} %", low=100 * low, high=100 * high)
        thing.setToolTip(plain_tip(tip))
    return thing


def _area(estimate: Estimate, whole: float) -> QTableWidgetItem:
    factor = whole / HECTARE if whole >= HECTARE else whole
    value, around = estimate.value * factor, half(estimate) * factor
    places = max(0, 2 - math.floor(math.log10(around))) if 0 < around < 100 else 0
    places = min(places, 3)
    return _plain(f"{value:,.{places}f} ± {around:,.{places}f}")


def _plain(text: str) -> QTableWidgetItem:
    return cell(text, number=True)


def _colour(colours: Mapping[int, str], class_id: int) -> str:
    return colours.get(class_id, theme.current().muted)
