"""Which array of a file is the cube."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTableWidget, QWidget

from s3fn_core.cubes.formats import Variable
from s3fn_gui.widgets import cell, column, label, table

ROWS = 8  # shown at once at most


def shape_text(variable: Variable) -> str:
    """The sizes of the axes."""
    return " × ".join(map(str, variable.shape))


class VariableDialog(QDialog):
    """Asks once; the likely array is chosen already."""

    def __init__(self, parent: QWidget, name: str, variables: Sequence[Variable]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open cube")
        self._variables = tuple(variables)
        self._table = self._filled()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        opens = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        opens.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._table.doubleClicked.connect(self.accept)
        text = f"{name} holds several arrays that may be a cube. Which one do you want to see?"
        self.setLayout(column(label(text, wrap=True), self._table, buttons, margins=12, spacing=10))
        self.setMinimumWidth(420)

    def ask(self) -> str | None:
        """Show the dialog; the name of the array."""
        return self.chosen() if self.exec() == QDialog.DialogCode.Accepted else None

    def chosen(self) -> str:
        return self._variables[max(0, self._table.currentRow())].name

    def _filled(self) -> QTableWidget:
        result = table("variable_list", ("Array", "Size", "Type"))
        result.setAccessibleName("Arrays of the file")
        result.setRowCount(len(self._variables))
        for row, variable in enumerate(self._variables):
            kind = variable.dtype.newbyteorder("=").name
            for place, text in enumerate((variable.name, shape_text(variable), kind)):
                result.setItem(row, place, cell(text))
        result.selectRow(0)
        rows = min(ROWS, len(self._variables)) * result.verticalHeader().defaultSectionSize()
        result.setFixedHeight(rows + result.horizontalHeader().sizeHint().height() + 6)
        return result
