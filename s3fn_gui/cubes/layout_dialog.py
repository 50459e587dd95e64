"""How a stored array is an image: the order of its axes, or the shape of a list of pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)

from s3fn_core.cubes.cube import Arrangement, Cube, Layout
from s3fn_core.cubes.formats import Variable
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base.dialogs import RowDialog, accept_or_cancel
from s3fn_gui.base.widgets import column, label, named, row, table

PICTURE = 96
CELL = QSize(148, 138)
COLUMNS = 4
Previews = Mapping[Arrangement, ByteImage]


@dataclass(frozen=True)
class LayoutQuestion:
    """What there is to choose from.

    ``draw`` starts to draw the previews; it is given what they are handed to, later.
    """

    cube: Cube
    variable: str | None
    variables: Sequence[Variable]
    draw: Callable[[Callable[[Previews], None]], None]


@dataclass(frozen=True)
class LayoutAnswer:
    """An array of the file, and its arrangement (None: the one that is guessed)."""

    variable: str | None
    layout: Arrangement | None


class LayoutDialog(QDialog):
    """The plausible arrangements as small pictures; for lists of pixels, numbers for any other."""

    def __init__(self, parent: QWidget, question: LayoutQuestion) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Image layout"))
        self._question = question
        self._cube = cube = question.cube
        self._pixels = cube.lines * cube.samples
        self._list_of_pixels = isinstance(cube.layouts[0], Layout)
        buttons, self._accept = accept_or_cancel(self, tr("OK"), "layout_accept")
        self._array = self._array_box()
        self._choice = self._choices()
        self._lines = named(QSpinBox(), "layout_lines", tr("Lines of the image"))
        self._lines.setRange(1, self._pixels)
        self._samples = label(name="layout_samples")
        self._by_column = named(
            QCheckBox(tr("Pixels run down the columns")),
            "layout_by_column",
            tr("The list goes through the image column by column"),
        )
        self._guess = label(
            tr(
                "Another array opens as a separate cube. Its arrangement is guessed and can be changed there."
            ),
            wrap=True,
            name="layout_guess",
        )
        self._image = QWidget()
        self._image.setLayout(self._image_part())
        several = QWidget()
        several.setLayout(row(label(tr("Array"), "muted"), self._array, 1))
        several.setVisible(self._array.count() > 1)
        self.setLayout(column(several, self._guess, self._image, buttons, margins=12))
        self._connect()
        self.resize(self._first_size())

    def ask(self) -> LayoutAnswer | None:
        """Show the dialog."""
        self._question.draw(self.show_previews)
        return self.answer() if self.exec() == QDialog.DialogCode.Accepted else None

    def answer(self) -> LayoutAnswer:
        """What is chosen now."""
        if self._other_array():
            return LayoutAnswer(self._array.currentData(), None)
        if self._list_of_pixels:
            lines = self._lines.value()
            layout: Arrangement = Layout(lines, self._pixels // lines, self._by_column.isChecked())
        else:
            layout = self._cube.layouts[max(0, self._choice.currentRow())]
        return LayoutAnswer(self._question.variable, layout)

    def show_previews(self, pictures: Previews) -> None:
        """Show the small pictures once they are drawn."""
        for place, layout in enumerate(self._cube.layouts):
            if layout in pictures:
                self._choice.item(place).setIcon(_icon(pictures[layout]))

    # --- building ------------------------------------------------------------------------------

    def _array_box(self) -> QComboBox:
        box = named(QComboBox(), "layout_array", tr("Array of the file"))
        for variable in self._question.variables:
            box.addItem(f"{unmarked(variable.name)}   {shape_text(variable)}", variable.name)
        taken = self._question.variable
        if taken is not None:
            box.setCurrentIndex(max(0, box.findData(taken)))
        return box

    def _choices(self) -> QListWidget:
        choice = named(QListWidget(), "layout_choice", tr("Arrangements of the array as an image"))
        choice.setViewMode(QListWidget.ViewMode.IconMode)
        choice.setMovement(QListWidget.Movement.Static)
        choice.setResizeMode(QListWidget.ResizeMode.Adjust)
        choice.setIconSize(QSize(PICTURE, PICTURE))
        choice.setGridSize(CELL)
        choice.setWordWrap(True)
        choice.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        blank = QPixmap(PICTURE, PICTURE)
        blank.fill(Qt.GlobalColor.transparent)
        for layout in self._cube.layouts:
            choice.addItem(QListWidgetItem(QIcon(blank), _caption(layout)))
        choice.setCurrentRow(0)
        choice.setMinimumSize(3 * CELL.width() + 24, CELL.height() + 8)
        return choice

    def _image_part(self) -> QLayout:
        if not self._list_of_pixels:
            text = tr(
                "{name} is a three-dimensional array. If the image looks striped, mirrored or "
                "scrambled, choose what each axis holds, from first to last.",
                name=self._cube.name,
            )
            return column(label(text, wrap=True), self._choice, spacing=10)
        text = tr(
            "{name} lists {pixels:,} pixels without saying how they form an image. If the image "
            "looks scrambled or mirrored, try another arrangement.",
            name=self._cube.name,
            pixels=self._pixels,
        )
        other = row(
            label(tr("Lines")),
            self._lines,
            label(tr("Samples")),
            self._samples,
            1,
            self._by_column,
            spacing=8,
        )
        return column(label(text, wrap=True), self._choice, other, spacing=10)

    def _connect(self) -> None:
        self._array.currentIndexChanged.connect(self._check)
        self._choice.currentRowChanged.connect(self._suggested)
        self._choice.itemDoubleClicked.connect(self.accept)
        self._lines.valueChanged.connect(self._check)
        self._suggested()

    def _first_size(self) -> QSize:
        """All pictures in sight, as far as the screen allows."""
        count = len(self._cube.layouts)
        rows = min(2, -(-count // COLUMNS))
        around = self.sizeHint() - self._choice.sizeHint()
        width = max(3, min(COLUMNS, count)) * CELL.width() + 48
        height = rows * CELL.height() + 12 + around.height()
        return QSize(width, height).boundedTo(self.screen().availableSize())

    # --- following -----------------------------------------------------------------------------

    def _other_array(self) -> bool:
        taken = self._question.variable
        if self._array.count() < 2:
            return False
        return bool(self._array.currentData() != taken) if taken else self._array.currentIndex() > 0

    def _suggested(self) -> None:
        layout = self._cube.layouts[max(0, self._choice.currentRow())]
        if isinstance(layout, Layout):
            self._lines.setValue(layout.lines)
            self._by_column.setChecked(layout.by_column)
        self._check()

    def _check(self) -> None:
        """Lines times samples must be the number of pixels."""
        other = self._other_array()
        self._guess.setVisible(other)
        self._image.setEnabled(not other)
        fits = not self._list_of_pixels or self._pixels % self._lines.value() == 0
        samples = str(self._pixels // self._lines.value())
        self._samples.setText(
            samples if fits else tr("{pixels:,} pixels cannot be divided this way", pixels=self._pixels)
        )
        self._accept.setEnabled(fits or other)


def _icon(picture: ByteImage) -> QIcon:
    """A grey picture, as large as it fits; the same where it is selected, which Qt would tint."""
    lines, samples = picture.shape
    grey = np.ascontiguousarray(picture)
    image = QImage(grey.data, samples, lines, samples, QImage.Format.Format_Grayscale8)
    drawn = QPixmap.fromImage(image.copy()).scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
    square = QPixmap(PICTURE, PICTURE)  # so that the texts below stand in one row
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.drawPixmap((PICTURE - drawn.width()) // 2, (PICTURE - drawn.height()) // 2, drawn)
    painter.end()
    result = QIcon(square)
    result.addPixmap(square, QIcon.Mode.Selected)
    return result


def _caption(layout: Arrangement) -> str:
    if isinstance(layout, Layout):
        return f"{layout.lines} x {layout.samples}\n{layout.order}"
    return str(layout)


def shape_text(variable: Variable) -> str:
    """The sizes of the axes."""
    return " × ".join(map(str, variable.shape))


class VariableDialog(RowDialog):
    """Asks for one of the arrays of a file; the likely one is chosen already."""

    def __init__(self, parent: QWidget, name: str, variables: Sequence[Variable]) -> None:
        text = tr("{name} holds several arrays that may be a cube. Which one should be opened?", name=name)
        shown = table("variable_list", (tr("Array"), tr("Size"), tr("Type")), about=tr("Arrays of the file"))
        shown.setAccessibleName(tr("Arrays of the file"))
        rows = [(v.name, shape_text(v), v.dtype.newbyteorder("=").name) for v in variables]
        super().__init__(parent, tr("Open cube"), text, tr("Open"), shown, rows)
