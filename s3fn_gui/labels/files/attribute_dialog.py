"""Which attribute of drawn regions names their class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTableWidget, QWidget

from s3fn_core.quoting import named as listed
from s3fn_gui.base.widgets import cell, column, label, table

ROWS = 8  # in sight at once; more are scrolled


class AttributeDialog(QDialog):
    """The attributes of a file with some of their values; `ask` gives the one chosen or None."""

    def __init__(self, parent: QWidget, name: str, attributes: Mapping[str, Sequence[str]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import labels")
        self._names = tuple(attributes)
        self._table = self._filled(attributes)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        choose = buttons.addButton("Continue", QDialogButtonBox.ButtonRole.AcceptRole)
        choose.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._table.doubleClicked.connect(self.accept)
        text = f"Which attribute of the regions in {name} names their class?"
        self.setLayout(column(label(text, wrap=True), self._table, buttons, margins=12, spacing=10))
        self.setMinimumWidth(420)

    def ask(self) -> str | None:
        """Show the dialog."""
        return self.chosen() if self.exec() == QDialog.DialogCode.Accepted else None

    def chosen(self) -> str:
        """The name of the attribute."""
        return self._names[max(0, self._table.currentRow())]

    def _filled(self, attributes: Mapping[str, Sequence[str]]) -> QTableWidget:
        result = table("attribute_list", ("Attribute", "Values"), stretch=1)
        result.setAccessibleName("Attributes of the regions")
        result.setRowCount(len(attributes))
        for line, (name, values) in enumerate(attributes.items()):
            result.setItem(line, 0, cell(name))
            result.setItem(line, 1, cell(listed(values)))
        result.selectRow(0)
        rows = min(ROWS, len(attributes)) * result.verticalHeader().defaultSectionSize()
        result.setFixedHeight(rows + result.horizontalHeader().sizeHint().height() + 6)
        return result
