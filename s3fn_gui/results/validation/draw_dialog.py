"""How many validation points are drawn, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QDoubleSpinBox, QRadioButton, QSpinBox, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.results.sampling import LIKELY, neyman, per_class
from s3fn_gui.base.dialogs import accept_or_cancel, ways
from s3fn_gui.base.widgets import cell, column, label, named, row, table

EACH, MOST_EACH = 30, 10_000
ERROR, SMALLEST_ERROR, LARGEST_ERROR = 2.0, 0.1, 20.0  # points of per cent
MOST_SEED = 999_999
ROWS = 8
LIKELY_TEXT = f"{100 * LIKELY:.0f} %"
ALIKE = tr("All classes are measured equally well; the overall accuracy needs more points this way.")


@dataclass(frozen=True)
class DrawQuestion:
    """Pixels of each class of the map, and of them those without a training label.

    `precision` is that of held-out labels, of the classes where it is known.
    """

    pixels: dict[int, int]
    unlabelled: dict[int, int]
    names: Mapping[int, str]
    precision: Mapping[int, float]


@dataclass(frozen=True)
class DrawChoice:
    """The answer: points of each class, and how they are drawn."""

    wanted: dict[int, int]
    seed: int
    leave_out: bool


class DrawDialog(QDialog):
    """Says how many points it will be before any is drawn."""

    def __init__(self, parent: QWidget, question: DrawQuestion) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Draw validation points"))
        self._question = question
        self._alike = named(QRadioButton(tr("The same number in each class")), "draw_alike")
        self._best = named(QRadioButton(tr("Fewest points for a standard error of")), "draw_best")
        self._best.setToolTip(
            tr("Standard error of the overall accuracy, in percentage points (Neyman allocation)")
        )
        self._alike.setChecked(True)
        self._each = named(QSpinBox(), "draw_each", tr("Points of each class"))
        self._each.setRange(1, MOST_EACH)
        self._each.setValue(EACH)
        self._error = named(QDoubleSpinBox(), "draw_error", tr("Standard error of the overall accuracy"))
        self._error.setDecimals(1)
        self._error.setRange(SMALLEST_ERROR, LARGEST_ERROR)
        self._error.setSingleStep(0.5)
        self._error.setValue(ERROR)
        self._error.setSuffix(" %")
        self._seed = named(QSpinBox(), "draw_seed", tr("The same seed draws the same points of the same map"))
        self._seed.setRange(0, MOST_SEED)
        self._seed.setValue(1)
        self._leave_out = named(QCheckBox(tr("Leave out training labels")), "draw_leave_out")
        self._leave_out.setToolTip(tr("Points on training pixels would make the accuracy look too high"))
        self._leave_out.setChecked(True)
        self._known = label(role="muted", name="draw_known", wrap=True)
        self._known.setMinimumHeight(2 * self._known.fontMetrics().lineSpacing())  # the dialog stays as large
        headings = (tr("Class"), tr("Pixels of the map"), tr("Points"))
        self._table = table("draw_table", headings, about=tr("Points of each class"))
        self._total = label(role="heading", name="draw_total")
        form = ways((self._alike, self._each), (self._best, self._error))
        form.addRow(tr("Seed"), self._seed)
        buttons, self._draw = accept_or_cancel(self, tr("Draw"), "draw_accept")
        self.setLayout(
            column(
                form,
                self._leave_out,
                self._known,
                self._table,
                row(self._total, 1),
                buttons,
                margins=12,
                spacing=8,
            )
        )
        self.setMinimumWidth(430)
        for signal in (self._alike.toggled, self._each.valueChanged, self._error.valueChanged):
            signal.connect(self._show)
        self._leave_out.toggled.connect(self._show)
        self._show()

    def ask(self) -> DrawChoice | None:
        """Show the dialog."""
        return self.choice() if self.exec() == QDialog.DialogCode.Accepted else None

    def choice(self) -> DrawChoice:
        """What is chosen now."""
        return DrawChoice(self._wanted(), self._seed.value(), self._leave_out.isChecked())

    def _pixels(self) -> dict[int, int]:
        question = self._question
        return question.unlabelled if self._leave_out.isChecked() else question.pixels

    def _wanted(self) -> dict[int, int]:
        pixels = self._pixels()
        if not pixels:
            return {}
        if self._alike.isChecked():
            return per_class(pixels, self._each.value())
        return neyman(pixels, self._error.value() / 100, self._question.precision)

    def _show(self) -> None:
        pixels, wanted = self._pixels(), self._wanted()
        self._each.setEnabled(self._alike.isChecked())
        self._error.setEnabled(self._best.isChecked())
        self._known.setText(self._assumed() if self._best.isChecked() else ALIKE)
        self._table.setRowCount(len(pixels))
        for line, (class_id, size) in enumerate(pixels.items()):
            name = self._question.names.get(class_id, tr("class {number}", number=class_id))
            self._table.setItem(line, 0, cell(name))
            self._table.setItem(line, 1, cell(f"{size:,}", number=True))
            self._table.setItem(line, 2, cell(f"{wanted.get(class_id, 0):,}", number=True))
        height = min(ROWS, max(2, len(pixels))) * self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight(height + self._table.horizontalHeader().sizeHint().height() + 6)
        total = sum(wanted.values())
        self._total.setText(
            plural("{count:,} point in all", "{count:,} points in all", total)
            if total
            else tr("Every pixel of the map is labelled")
        )
        self._draw.setEnabled(total > 0)

    def _assumed(self) -> str:
        """What the number of points rests on."""
        known = sum(i in self._question.precision for i in self._pixels())
        if known == len(self._pixels()):
            return tr("From the held-out precision of each class.")
        if not known:
            return tr(
                "No accuracy is known yet: each class is assumed to be correct in {share}.", share=LIKELY_TEXT
            )
        return tr(
            "From the held-out precision of the classes, or {share} where that is not known.",
            share=LIKELY_TEXT,
        )
