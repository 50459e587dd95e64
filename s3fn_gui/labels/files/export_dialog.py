"""Which labels go where, and in which format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from s3fn_core.labels.exchange import written_formats
from s3fn_core.languages import plural, tr
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, label, named, push_button, row


@dataclass(frozen=True)
class LabelExportQuestion:
    """What is proposed.

    `cubes` open ones have labels; `others_only` says that the current one has none.
    """

    stem: str
    folder: Path
    cubes: int
    others_only: bool = False


@dataclass(frozen=True)
class LabelExport:
    """The answer; with `every`, all labelled cubes are written, each under its own name."""

    folder: Path
    stem: str
    suffix: str
    every: bool = False


NOTE = tr(
    "Names and colours of the classes and the position of the cube are written if the format can hold them."
)


class ExportLabelsDialog(QDialog):
    """Asks once; `ask` gives the choice or None."""

    def __init__(self, parent: QWidget, question: LabelExportQuestion) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export labels"))
        self._stem = named(QLineEdit(question.stem), "export_labels_stem", tr("File name"))
        self._folder = named(QLineEdit(str(question.folder)), "export_labels_folder", tr("Folder"))
        self._folder.setMinimumWidth(300)
        self._format = named(QComboBox(), "export_labels_format", tr("File format"))
        for name, suffix in written_formats():
            self._format.addItem(f"{name} ({suffix})", suffix)
        one = named(QRadioButton(tr("The current cube")), "export_labels_one")
        every = plural("The labelled cube", "All {count} labelled cubes", question.cubes)
        self._every = named(QRadioButton(every), "export_labels_every")
        which = QButtonGroup(self)
        which.addButton(one)
        which.addButton(self._every)
        one.setChecked(not question.others_only)
        one.setEnabled(not question.others_only)
        self._every.setChecked(question.others_only)
        several = QWidget()
        several.setLayout(row(one, self._every, 1, spacing=12))
        several.setVisible(question.cubes > 1 or question.others_only)
        form = QFormLayout()
        form.addRow(tr("Name"), self._stem)
        browse = push_button(tr("Choose…"), "export_labels_browse", self._browse)
        form.addRow(tr("Folder"), row(self._folder, browse))
        form.addRow(tr("Format"), self._format)
        buttons, self._export = accept_or_cancel(self, tr("Export"))
        self.setLayout(
            column(several, form, label(NOTE, "muted", wrap=True), buttons, margins=12, spacing=10)
        )
        follow(self._check, self._every.toggled, self._stem.textChanged)
        self._own = question.stem
        self._check()

    def ask(self) -> LabelExport | None:
        """Show the dialog."""
        return self.answer() if self.exec() == QDialog.DialogCode.Accepted else None

    def answer(self) -> LabelExport:
        """What is chosen now; a suffix that was typed too is not written twice."""
        suffix = self._format.currentData()
        stem = self._stem.text().strip()
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
        folder = Path(self._folder.text().strip()).expanduser()
        return LabelExport(folder, stem, suffix, self._every.isChecked())

    def _check(self) -> None:
        every = self._every.isChecked()
        self._stem.setEnabled(not every)
        self._stem.setToolTip(tr("Each file is named after its cube") if every else tr("File name"))
        named_well = bool(self._stem.text().strip()) and not set(self._stem.text()) & set("/\\")
        self._export.setEnabled(every or named_well)

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder"), self._folder.text())
        if folder:
            self._folder.setText(folder)
