"""The wavelengths: typed, pasted, loaded or evenly spaced, in the unit in which they were found."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QComboBox, QGridLayout, QLineEdit, QWidget

from s3fn_core.cubes.treating.stated_wavelengths import UNITS, StatedWavelengths, evenly, from_text, in_steps
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_gui.base.texts import plain_number, read_number
from s3fn_gui.base.widgets import column, label, named, push_button, row
from s3fn_gui.cubes.metadata.band_table import BandTable
from s3fn_gui.cubes.metadata.draft import Draft
from s3fn_gui.cubes.metadata.tag import edited_tag


class WavelengthsBox(QWidget):
    """The left side of the dialog."""

    load_asked = Signal()
    told = Signal(str)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._tag = edited_tag("wavelengths")
        self._unit = named(QComboBox(), "metadata_unit", tr("Unit of the numbers in the table"))
        self._unit.addItems(UNITS)
        self._unit.textActivated.connect(draft.set_unit)
        self.table = BandTable(draft)
        self.table.paste_asked.connect(self.paste)
        self.table.copy_asked.connect(self._copy)
        self._summary = label("", "muted", name="metadata_range", wrap=True)
        self._even = EvenRow(draft)
        self._even.told.connect(self.told)
        self.setLayout(
            column(
                row(label(tr("Wavelengths"), "heading"), self._tag, 1),
                row(label(tr("Numbers are in"), "muted"), self._unit, 1),
                self.table,
                self._buttons(),
                self._even,
                self._summary,
            )
        )
        draft.changed.connect(self._follow)
        self._follow()

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        buttons = (
            (tr("Paste"), "metadata_paste", self.paste, tr("Paste a column or a list of numbers")),
            (
                tr("Load…"),
                "metadata_load",
                self.load_asked.emit,
                tr("From a table, an ENVI header, a spectral library or another cube"),
            ),
            (tr("Range…"), "metadata_even", self._toggle_even, tr("Fill in evenly spaced wavelengths")),
            (
                tr("None"),
                "metadata_none",
                lambda: self._draft.set_wavelengths((), "nm"),
                tr("Remove all wavelengths"),
            ),
            (
                tr("As in file"),
                "metadata_wavelengths_reset",
                lambda: self._draft.restore("wavelengths"),
                tr("Wavelengths as stated in the file"),
            ),
        )
        for place, (text, name, slot, tip) in enumerate(buttons):
            button = named(push_button(text, name, slot), name, tip)
            grid.addWidget(button, place // 3, place % 3, 1, 2 if place == len(buttons) - 1 else 1)
        self._reset = button
        return grid

    def paste(self) -> None:
        """Take the numbers of the clipboard."""
        try:
            self.take(from_text(QApplication.clipboard().text(), self._draft.cube.bands))
        except CubeError as error:
            self.told.emit(str(error))

    def take(self, stated: StatedWavelengths) -> None:
        """Show wavelengths that somebody stated."""
        self._draft.set_wavelengths(stated.values, stated.unit)
        self.told.emit(" ".join(stated.notes))

    def _copy(self) -> None:
        lines = [plain_number(number) for number in self._draft.numbers]
        QApplication.clipboard().setText("\n".join(lines))

    def _toggle_even(self) -> None:
        self._even.setVisible(not self._even.isVisible())
        if self._even.isVisible():
            self._even.propose()

    def _follow(self) -> None:
        draft = self._draft
        self._tag.setVisible("wavelengths" in draft.edited)
        self._reset.setEnabled("wavelengths" in draft.edited)
        self._unit.setCurrentText(draft.unit)
        centres = draft.centres
        if centres is not None:
            text = tr(
                "{first:.5g} to {last:.5g} nm in {bands} bands",
                first=centres.min(),
                last=centres.max(),
                bands=len(centres),
            )
        elif draft.numbers:
            text = tr("some bands have no wavelength yet")
        else:
            text = tr("{bands} bands without wavelengths", bands=draft.cube.bands)
        self._summary.setText(text)


class EvenRow(QWidget):
    """First wavelength, and the last one or the step; hidden until it is asked for."""

    told = Signal(str)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._first = named(QLineEdit(), "metadata_even_first", tr("First wavelength"))
        self._kind = named(QComboBox(), "metadata_even_kind", tr("Meaning of the second number"))
        self._kind.addItem(tr("to"), "to")
        self._kind.addItem(tr("step"), "step")
        self._second = named(QLineEdit(), "metadata_even_second", tr("Last wavelength, or step"))
        fill = named(
            push_button(tr("Fill"), "metadata_even_fill", self._fill),
            "metadata_even_fill",
            tr("Replace all wavelengths"),
        )
        layout = row(self._first, self._kind, self._second, fill, spacing=4)
        layout.setStretch(0, 1)
        layout.setStretch(2, 1)
        for field in (self._first, self._second):
            field.setMinimumWidth(40)
            field.returnPressed.connect(self._fill)
        self.setLayout(layout)
        self.hide()

    def propose(self) -> None:
        """Start from the present ends; the first number is typed next."""
        self._first.setFocus()
        numbers = [number for number in self._draft.numbers if np.isfinite(number)]
        if numbers and not self._first.text():
            self._first.setText(plain_number(numbers[0]))
            self._second.setText(plain_number(numbers[-1]))

    def _fill(self) -> None:
        first, second = read_number(self._first.text()), read_number(self._second.text())
        if first is None or second is None:
            self.told.emit(
                tr("Evenly spaced wavelengths need two numbers: the first, and the last or the step.")
            )
            return
        make = evenly if self._kind.currentData() == "to" else in_steps
        self._draft.set_wavelengths(make(first, second, self._draft.cube.bands), self._draft.unit)
        self.told.emit("")
