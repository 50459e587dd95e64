"""Questions about unsaved changes and about autosaved work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked

Unsaved = Literal["save", "discard", "cancel"]
MOST_LINES = 10
Restore = Literal["restore", "discard", "later"]


class UnsavedDialog(QMessageBox):
    """Asks about the `changes` to a project, one line each."""

    def __init__(self, parent: QWidget, changes: Sequence[str]) -> None:
        buttons = QMessageBox.StandardButton
        super().__init__(
            QMessageBox.Icon.Question,
            "S3FN",
            tr("Save the changes to this project?"),
            buttons.Save | buttons.Discard | buttons.Cancel,
            parent,
        )
        self.setTextFormat(Qt.TextFormat.PlainText)
        lines = list(changes[:MOST_LINES])
        if more := len(changes) - len(lines):
            lines.append(tr("and {more} more", more=more))
        self.setInformativeText(unmarked("\n".join((tr("Not saved yet:"), *(f"• {line}" for line in lines)))))

    def ask(self) -> Unsaved:
        """Show the dialog."""
        buttons = QMessageBox.StandardButton
        answers: dict[int, Unsaved] = {buttons.Save: "save", buttons.Discard: "discard"}
        return answers.get(self.exec(), "cancel")


class RestoreDialog(QMessageBox):
    """Asks about autosaved work; the button `otherwise` leaves it as it is."""

    def __init__(self, parent: QWidget, question: str, otherwise: str) -> None:
        super().__init__(QMessageBox.Icon.Question, "S3FN", "", parent=parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(unmarked(question))
        restore = self.addButton(tr("Restore"), QMessageBox.ButtonRole.AcceptRole)
        discard = self.addButton(tr("Discard it"), QMessageBox.ButtonRole.DestructiveRole)
        self.addButton(otherwise, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(restore)
        self._answers: dict[object, Restore] = {restore: "restore", discard: "discard"}

    def ask(self) -> Restore:
        """Show the dialog."""
        self.exec()
        return self._answers.get(self.clickedButton(), "later")
