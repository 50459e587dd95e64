"""The question into which project a cube goes that differs from those that are open."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked

Which = Literal["this", "new", "cancel"]


class WhichProjectDialog(QMessageBox):
    """Asks about a cube called `name`; `difference` says why that is in doubt."""

    def __init__(self, parent: QWidget, name: str, difference: str) -> None:
        super().__init__(QMessageBox.Icon.Question, "S3FN", "", parent=parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(unmarked(tr("Add {name} to this project, or start a new one?", name=name)))
        self.setInformativeText(unmarked(difference))
        this = self.addButton(tr("Add to this project"), QMessageBox.ButtonRole.AcceptRole)
        new = self.addButton(tr("New project"), QMessageBox.ButtonRole.ActionRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(new)
        self._answers: dict[object, Which] = {this: "this", new: "new"}

    def ask(self) -> Which:
        """Show the dialog."""
        self.exec()
        return self._answers.get(self.clickedButton(), "cancel")
