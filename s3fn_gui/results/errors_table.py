"""Labels that the map contradicts, class by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from s3fn_core.languages import tr
from s3fn_core.results.contradictions import Contradictions
from s3fn_gui.base.widgets import cell, column, label, named, plain_tip, prepare_table, row
from s3fn_gui.results.cells import swatch

COLUMNS = (
    (tr("Label"), ""),
    (tr("Labelled"), tr("Labelled pixels with a class in the map")),
    (tr("Contradicted"), tr("Of these, pixels with another class in the map")),
    ("%", tr("Share of the labelled pixels")),
    (tr("Mostly mapped as"), tr("Most frequent class of these pixels in the map")),
)
TIP = tr("Mark the labels that the map contradicts on the image")
NO_MAP = tr("There is no map to compare with: train a model, or map this cube.")
NO_LABELS = tr("There are no labels to compare with the map.")
CLICK = tr(
    "Labelling mistakes, or errors of the map. "
    "Click a class to show its pixels; click again for the next one."
)
NONE = tr("The map agrees with all labels.")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ErrorsTable(QTableWidget):
    """One row for each class with labels."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        headings = tuple(title for title, _ in COLUMNS)
        prepare_table(self, "errors_table", headings, about=tr("Labels that the map contradicts"))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(30)
        for place, (text, tip) in enumerate(COLUMNS):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            if 0 < place < len(COLUMNS) - 1:
                heading.setTextAlignment(RIGHT)
            self.setHorizontalHeaderItem(place, heading)

    def show_errors(
        self, found: Contradictions | None, names: Mapping[int, str], colour: Callable[[int], str]
    ) -> None:
        """Fill the table."""
        classes = () if found is None else found.classes
        self.setRowCount(len(classes))
        for line, one in enumerate(classes):
            name = cell(names.get(one.class_id, tr("class {number}", number=one.class_id)))
            name.setIcon(swatch(colour(one.class_id)))
            name.setData(Qt.ItemDataRole.UserRole, one.class_id)
            self.setItem(line, 0, name)
            share = f"{100 * one.contradicted / one.labelled:.1f}"
            for place, text in enumerate((f"{one.labelled:,}", f"{one.contradicted:,}", share), 1):
                self.setItem(line, place, cell(text, number=True))
            mostly = cell(names.get(one.mostly, "") if one.mostly else "")
            if one.mostly:
                mostly.setIcon(swatch(colour(one.mostly)))
            self.setItem(line, 4, mostly)


class ErrorsPage(QWidget):
    """`chosen` comes with the class that was clicked, `opened` when the page is seen or no longer."""

    chosen = Signal(int)
    opened = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.table = ErrorsTable()
        self.switch = named(QCheckBox(tr("Show on the image")), "show_label_errors", TIP)
        self._note = label(role="muted", name="errors_note", wrap=True)
        self._count = label(name="errors_count")
        whole = column(row(self.switch, self._count, 1), self._note, self.table, 0, spacing=2)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.table.cellClicked.connect(self._clicked)

    def show_errors(
        self,
        found: Contradictions | None,
        names: Mapping[int, str],
        colour: Callable[[int], str],
        mapped: bool,
    ) -> None:
        """Fill the page; `mapped` says whether there is a map to compare with."""
        self.table.show_errors(found, names, colour)
        self.switch.setEnabled(mapped)
        self.table.setVisible(found is not None and bool(found.classes))
        if found is None:
            self._count.setText("")
            self._note.setText("" if mapped else NO_MAP)
            return
        self._count.setText(f"{found.count:,} px" if found.classes else "")
        self._note.setText(CLICK if found.count else NONE if found.classes else NO_LABELS)

    def _clicked(self, line: int, _: int) -> None:
        item = self.table.item(line, 0)
        if item is not None:
            self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Somebody looks."""
        super().showEvent(event)
        self.opened.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Nobody looks."""
        super().hideEvent(event)
        self.opened.emit(False)
