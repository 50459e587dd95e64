"""Inputs of the calibration dialog: where a reference comes from, and what the panel reflects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFileDialog, QLineEdit, QSpinBox, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import file_filter
from s3fn_core.cubes.treating.reference_sources import FromFile, FromScene, Source
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import choice_box, column, holding, label, named, plain_tip, push_button, row

LARGEST_COUNT = 1e9
CERTIFICATES = tr("Spectral libraries (*.csv *.txt *.hdr *.sli);;All files (*)")
ORIGINS = {
    "white": tr("Where the white reference comes from"),
    "dark": tr("Where the dark reference comes from"),
}
FILES = {"white": tr("File of the white reference"), "dark": tr("File of the dark reference")}
COUNTS = {"white": tr("Counts of the white reference"), "dark": tr("Counts of the dark reference")}


class FileRow(QWidget):
    """A file's path, typed or chosen."""

    changed = Signal()

    def __init__(self, name: str, title: str, folder: Path, filters: str) -> None:
        super().__init__()
        self._title, self._folder, self._filters = title, folder, filters
        self.edit = named(QLineEdit(), name, title)
        self.edit.setPlaceholderText(tr("No file chosen"))
        self.edit.textChanged.connect(self._renamed)
        browse = push_button(tr("Choose…"), f"{name}_browse", self._browse)
        browse.setToolTip(plain_tip(title))
        browse.setAutoDefault(False)  # Enter would press it, where the dialog is to be accepted
        self.setLayout(row(self.edit, browse))

    @property
    def path(self) -> Path | None:
        text = self.edit.text().strip()
        return Path(text) if text else None

    def show_path(self, path: Path) -> None:
        """Fill in a file; its name is seen, not the first of its folders."""
        self.edit.setText(str(path))
        self.edit.setCursorPosition(len(self.edit.text()))

    def _renamed(self, text: str) -> None:
        self.edit.setToolTip(plain_tip(text or self._title))
        self.changed.emit()

    def _browse(self) -> None:
        start = str(self.path or self._folder)
        chosen, _ = QFileDialog.getOpenFileName(self, self._title, start, self._filters)
        if chosen:
            self.show_path(Path(chosen))


class _Choice(QWidget):
    """A box of alternatives, the inputs of the one chosen, and what is wrong with it."""

    changed = Signal()

    def __init__(self, place: str, tip: str) -> None:
        super().__init__()
        self.box = choice_box(f"calibrate_{place}", tip, {}, narrow=True)
        self.problem = label("", "error", name=f"calibrate_{place}_problem", wrap=True)
        self.problem.hide()
        self._pages: dict[str, QWidget] = {}
        self._layout = column(self.box, spacing=4)
        self.setLayout(self._layout)
        self.box.currentIndexChanged.connect(self._switch)

    def add(self, text: str, kind: str, page: QWidget | None = None) -> None:
        """Another alternative."""
        if page is not None:
            self._pages[kind] = page
            self._layout.addWidget(page)
        self.box.addItem(text, kind)

    def finish(self) -> None:
        """All alternatives are there."""
        self._layout.addWidget(self.problem)
        self._switch()

    @property
    def kind(self) -> str:
        return str(self.box.currentData())

    def choose(self, kind: str) -> None:
        self.box.setCurrentIndex(self.box.findData(kind))

    def show_problem(self, text: str) -> None:
        """In words what does not fit, empty when everything does."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _switch(self) -> None:
        for kind, page in self._pages.items():
            page.setVisible(kind == self.kind)
        self.changed.emit()


class ReferenceBox(_Choice):
    """Where the white or the dark reference comes from."""

    def __init__(self, place: str, cube: Cube, kept: Reference | None) -> None:
        super().__init__(place, ORIGINS[place])
        self._kept = kept
        self._cube = cube
        folder = Path() if cube.path is None else cube.path.parent
        if kept is not None:
            self.add(tr("Current: {name}", name=kept.name), "kept")
        if place == "dark":
            self.add(tr("None (0 counts)"), "none")
        name = f"calibrate_{place}"
        self.file = FileRow(f"{name}_file", FILES[place], folder, file_filter())
        self.same = named(
            QCheckBox(tr("Same for all samples")),
            f"{name}_same",
            tr("Also average over samples: for a reference recorded with different optics"),
        )
        file_page = holding(column(self.file, self.same, spacing=2))
        self.add(tr("A file"), "file", file_page)
        self.lines = _between(
            f"{name}_line", tr("First line of the panel"), tr("Last line of the panel"), cube.lines
        )
        self.samples = _between(
            f"{name}_sample", tr("First sample of the panel"), tr("Last sample of the panel"), cube.samples
        )
        self.add(tr("Lines of this cube"), "lines", _scene_page(self.lines, self.samples))
        self.number = _number(f"{name}_count", COUNTS[place], LARGEST_COUNT)
        self.number.setValue(4095.0 if place == "white" else 100.0)
        self.add(tr("A constant"), "constant", self.number)
        numbers = (*self.lines, *self.samples, self.number)
        follow(self.changed, self.file.changed, self.same.toggled, *(n.valueChanged for n in numbers))
        self.finish()

    def propose(self, path: Path) -> None:
        """A file that was found."""
        self.file.show_path(path)
        self.choose("file")

    @property
    def source(self) -> Source | None:
        """The choice, None while no file is named."""
        choices: dict[str, Callable[[], Source | None]] = {
            "kept": lambda: self._kept,
            "none": lambda: 0.0,
            "file": self._from_file,
            "lines": self._from_scene,
            "constant": self.number.value,
        }
        return choices[self.kind]()

    def _from_file(self) -> Source | None:
        path = self.file.path
        return None if path is None else FromFile(path, self.same.isChecked())

    def _from_scene(self) -> Source:
        first, last = (spin.value() for spin in self.lines)
        left, right = (spin.value() for spin in self.samples)
        whole = (left, right) == (0, self._cube.samples - 1)
        return FromScene((first, last), None if whole else (left, right))


class PanelBox(_Choice):
    """What the white panel itself reflects."""

    def __init__(self, cube: Cube, kept: Wavelengths | None) -> None:
        super().__init__("panel", tr("Reflectance of the white panel itself"))
        self._kept = kept
        folder = Path() if cube.path is None else cube.path.parent
        constant = kept is None or kept.size == 1
        if kept is not None and not constant:
            self.add(
                tr("Current: {lowest:.3g} to {highest:.3g}", lowest=kept.min(), highest=kept.max()), "kept"
            )
        self.factor = _number("calibrate_factor", tr("Reflectance factor of the panel"), 2.0)
        self.factor.setDecimals(3)
        self.factor.setSingleStep(0.01)
        self.factor.setMinimum(0.001)
        self.factor.setValue(float(kept[0]) if kept is not None and constant else 1.0)
        self.add(tr("One factor for all bands"), "factor", self.factor)
        self.file = FileRow("calibrate_certificate", tr("Certificate of the panel"), folder, CERTIFICATES)
        self.add(tr("A certificate"), "file", self.file)
        follow(self.changed, self.factor.valueChanged, self.file.changed)
        self.finish()

    @property
    def panel(self) -> float | Path | Wavelengths | None:
        """The choice, None while no file is named."""
        if self.kind == "kept" and self._kept is not None:
            return np.asarray(self._kept)
        return self.factor.value() if self.kind == "factor" else self.file.path


def _number(name: str, tip: str, largest: float) -> QDoubleSpinBox:
    spin = named(QDoubleSpinBox(), name, tip)
    spin.setRange(0, largest)
    spin.setDecimals(1)
    return spin


def _between(name: str, first_tip: str, last_tip: str, count: int) -> tuple[QSpinBox, QSpinBox]:
    """First and last of `count` lines or samples, numbered as under the cursor."""
    first = named(QSpinBox(), f"{name}_first", first_tip)
    last = named(QSpinBox(), f"{name}_last", last_tip)
    for spin in (first, last):
        spin.setRange(0, count - 1)
    last.setValue(count - 1)
    return first, last


def _scene_page(lines: tuple[QSpinBox, QSpinBox], samples: tuple[QSpinBox, QSpinBox]) -> QWidget:
    page = QWidget()
    names = [label(tr("Lines")), label(tr("Samples"))]
    for name in names:
        name.setMinimumWidth(52)
    page.setLayout(
        column(
            row(names[0], lines[0], label(tr("to")), lines[1], 1),
            row(names[1], samples[0], label(tr("to")), samples[1], 1),
            label(
                tr(
                    "Numbered as in the status bar. If only some samples are given, their average is used "
                    "for all."
                ),
                "muted",
                wrap=True,
            ),
            spacing=4,
        )
    )
    return page
