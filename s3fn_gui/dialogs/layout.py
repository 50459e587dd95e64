"""How pixels that came without an image shape are arranged."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QWidget,
)

from s3fn_core.cubes.cube import Cube, Layout
from s3fn_gui.widgets import column, label, named


class LayoutDialog(QDialog):
    """The plausible arrangements, and numbers for any other."""

    def __init__(self, parent: QWidget, cube: Cube) -> None:
        super().__init__(parent)
        self.setWindowTitle("Image layout")
        self._pixels = cube.lines * cube.samples
        self._choice = named(QComboBox(), "layout_choice")
        for layout in cube.layouts:
            self._choice.addItem(str(layout), layout)
        self._lines = named(QSpinBox(), "layout_lines")
        self._lines.setRange(1, self._pixels)
        self._samples = label(name="layout_samples")
        self._by_column = named(QCheckBox("Pixels run down the columns"), "layout_by_column")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        form = QFormLayout()
        form.addRow("Suggestions", self._choice)
        form.addRow("Lines", self._lines)
        form.addRow("Samples", self._samples)
        form.addRow("", self._by_column)
        text = (
            f"{cube.name} lists {self._pixels:,} pixels without saying how they form an image. "
            "If the picture looks scrambled or mirrored, try another arrangement."
        )
        self.setLayout(column(label(text, wrap=True), form, self._buttons, margins=12, spacing=10))
        self.setMinimumWidth(380)
        self._choice.currentIndexChanged.connect(self._suggested)
        self._lines.valueChanged.connect(self._check)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._suggested()

    def ask(self) -> Layout | None:
        """Show the dialog; the layout chosen."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        return self.layout_chosen() if accepted else None

    def layout_chosen(self) -> Layout:
        lines = self._lines.value()
        return Layout(lines, self._pixels // lines, self._by_column.isChecked())

    def _suggested(self) -> None:
        layout = self._choice.currentData()
        if isinstance(layout, Layout):
            self._lines.setValue(layout.lines)
            self._by_column.setChecked(layout.by_column)
        self._check()

    def _check(self) -> None:
        """Lines times samples must be the number of pixels."""
        fits = self._pixels % self._lines.value() == 0
        samples = str(self._pixels // self._lines.value())
        self._samples.setText(samples if fits else f"{self._pixels:,} pixels do not divide so")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(fits)
