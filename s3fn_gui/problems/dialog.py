"""Shows all that a report of a problem holds, before it is saved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QSplitter,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_core.problems.bundle import Bundle
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.widgets import column, label, named

NOTE = "note.txt"
INTRODUCTION = tr(
    "The report is one ZIP file with the texts below and nothing else: no data, no keys. "
    "Names of people and files are masked. It is saved on this computer; nothing is sent."
)
NOTE_HEIGHT, LIST_WIDTH = 84, 150


class ProblemDialog(QDialog):
    """`save` writes what is left of `bundle`, and says whether it has; `masked` masks the user's note."""

    def __init__(
        self, parent: QWidget, bundle: Bundle, masked: Callable[[str], str], save: Callable[[Bundle], bool]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Report a problem"))
        self._bundle, self._masked, self._save = bundle, masked, save
        self._note = named(QPlainTextEdit(), "problem_note", tr("What you did, and what happened"))
        self._note.setPlaceholderText(tr("What did you do, and what happened? (optional)"))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(NOTE_HEIGHT)
        self._list = named(
            QListWidget(), "problem_files", tr("Texts of the report; clear a check mark to leave one out")
        )
        self._text = named(QPlainTextEdit(), "problem_text", tr("The text that is selected, as it is saved"))
        self._list.setSpacing(2)
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        for name in (*bundle, NOTE):
            item = QListWidgetItem(name, self._list)
            item.setCheckState(Qt.CheckState.Checked)
        self._list.currentItemChanged.connect(self._show)
        self._note.textChanged.connect(self._show)
        self._list.setCurrentRow(0)
        buttons, _ = accept_or_cancel(
            self, tr("Save…"), "problem_save", self._accept, leave=QDialogButtonBox.StandardButton.Close
        )
        parts = QSplitter()
        parts.addWidget(self._list)
        parts.addWidget(self._text)
        parts.setStretchFactor(1, 1)
        parts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        parts.setSizes([LIST_WIDTH, 4 * LIST_WIDTH])
        self.setLayout(
            column(label(INTRODUCTION, wrap=True), self._note, parts, buttons, margins=12, spacing=10)
        )
        self.resize(QSize(820, 560))

    def chosen(self) -> Bundle:
        """What is going to be saved."""
        texts, items = self._texts(), [self._list.item(row) for row in range(self._list.count())]
        wanted = [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]
        return {name: texts[name] for name in wanted if texts[name].strip()}

    def _texts(self) -> Bundle:
        return {**self._bundle, NOTE: self._masked(self._note.toPlainText())}

    def _show(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._text.setPlainText(self._texts()[item.text()])

    def _accept(self) -> None:
        if self._save(self.chosen()):
            self.accept()
