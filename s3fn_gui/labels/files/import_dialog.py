"""What the classes of a label file become in the project, and where its labels go."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialog, QRadioButton, QTableWidget, QWidget

from s3fn_core.labels.exchange import Extent, FileClass, Match
from s3fn_core.languages import plural, tr
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.swatches import SWATCH, swatch
from s3fn_gui.base.widgets import cell, column, label, named, plain_tip, table
from s3fn_gui.labels.files.jobs import LEFT_OUT, ImportAnswer, ImportQuestion

NAME, ID, PIXELS, BECOMES = range(4)
ROWS = 9  # in sight at once; more are scrolled
ROW = 30
NEW = -1
EXTENTS: dict[Extent, tuple[str, str]] = {
    "all": (tr("Replace all labels"), tr("Pixels without a label in the file become unlabelled")),
    "unlabelled": (tr("Only where there is no label yet"), tr("Existing labels do not change")),
    "labelled": (tr("Only where the file has labels"), tr("Existing labels stay where the file has none")),
}


class MappingDialog(QDialog):
    """One line a class of the file; the likely class of the project is chosen already."""

    def __init__(self, parent: QWidget, question: ImportQuestion) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import labels"))
        self._question = question
        self._boxes = [self._box(match) for match in question.matches]
        self._extents = QButtonGroup(self)
        self._extent_part = self._extents_box()
        buttons, self._import = accept_or_cancel(self, tr("Import"))
        self._import.setObjectName("mapping_import")
        text = tr("Assign each class in {name} to a class of this project.", name=question.name)
        notes = label(" ".join(question.notes), "muted", name="mapping_notes", wrap=True)
        notes.setVisible(bool(question.notes))
        self.setLayout(
            column(
                label(text, wrap=True),
                self._table(),
                notes,
                self._extent_part,
                buttons,
                margins=12,
                spacing=10,
            )
        )
        self.setMinimumWidth(520)
        for box in self._boxes:
            box.currentIndexChanged.connect(self._check)
        self._check()

    def ask(self) -> ImportAnswer | None:
        """Show the dialog."""
        return self.answer() if self.exec() == QDialog.DialogCode.Accepted else None

    def answer(self) -> ImportAnswer:
        """What is chosen now."""
        matches = tuple(
            replace(match, class_id=None if box.currentData() == NEW else box.currentData())
            for match, box in zip(self._question.matches, self._boxes, strict=True)
        )
        chosen = self._extents.checkedId()
        return ImportAnswer(matches, tuple(EXTENTS)[max(0, chosen)])

    # --- building ------------------------------------------------------------------------------

    def _table(self) -> QTableWidget:
        headings = (tr("Class in the file"), tr("Id"), tr("Pixels"), tr("Becomes"))
        result = table("mapping_table", headings, stretch=NAME)
        result.setAccessibleName(tr("Classes in the file"))
        result.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        result.setIconSize(QSize(SWATCH, SWATCH))
        result.verticalHeader().setDefaultSectionSize(ROW)
        result.setRowCount(len(self._boxes))
        for line, (match, box) in enumerate(zip(self._question.matches, self._boxes, strict=True)):
            found = match.found
            name = cell(_name(found))
            name.setToolTip(plain_tip(_name(found)))
            if found.color:
                name.setIcon(swatch(found.color))
            result.setItem(line, NAME, name)
            result.setItem(line, ID, cell(str(found.id), number=True))
            result.setItem(line, PIXELS, cell(f"{found.pixels:,}", number=True))
            result.setCellWidget(line, BECOMES, box)
        rows = min(ROWS, len(self._boxes)) * ROW
        result.setMinimumHeight(rows + result.horizontalHeader().sizeHint().height() + 6)
        result.setColumnWidth(BECOMES, 200)
        return result

    def _box(self, match: Match) -> QComboBox:
        found = match.found
        tip = tr("What {name} becomes", name=_name(found))
        box = named(QComboBox(), f"mapping_class_{found.id}", tip)
        box.setIconSize(QSize(SWATCH, SWATCH))
        box.setMinimumWidth(190)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.addItem(tr("New class"), NEW)
        box.addItem(tr("Leave out"), LEFT_OUT)
        box.insertSeparator(2)
        for c in self._question.classes:
            box.addItem(swatch(c.color), c.name, c.id)
        box.setCurrentIndex(box.findData(NEW if match.class_id is None else match.class_id))
        return box

    def _extents_box(self) -> QWidget:
        """Nothing to choose on a cube without labels."""
        part = QWidget()
        buttons = []
        for number, (extent, (text, tip)) in enumerate(EXTENTS.items()):
            button = named(QRadioButton(text), f"mapping_{extent}", tip)
            self._extents.addButton(button, number)
            buttons.append(button)
        buttons[0].setChecked(True)
        now = plural(
            "This cube has {count:,} labelled pixel.",
            "This cube has {count:,} labelled pixels.",
            self._question.labelled,
        )
        part.setLayout(column(label(now, "muted", name="mapping_labelled_now"), *buttons))
        part.setVisible(self._question.labelled > 0)
        return part

    def _check(self) -> None:
        """Leaving everything out would import nothing."""
        self._import.setEnabled(any(box.currentData() != LEFT_OUT for box in self._boxes))


def _name(found: FileClass) -> str:
    return found.name or tr("class {id}", id=found.id)
