"""What dialogs share: their buttons, and the choice of one row of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QTableWidget,
    QWidget,
)

from s3fn_gui.base.widgets import cell, column, label, named

ROWS = 8  # in sight at once; more are scrolled


def accept_or_cancel(
    dialog: QDialog,
    text: str,
    name: str = "",
    then: Callable[[], object] | None = None,
    *,
    leave: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Cancel,
) -> tuple[QDialogButtonBox, QPushButton]:
    """The buttons of a dialog; also the one called `text`, which accepts it (or does `then`)."""
    buttons = QDialogButtonBox(leave)
    button = named(buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole), name)
    button.setProperty("primary", True)
    buttons.accepted.connect(then or dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons, button


def ways(*rows: tuple[QRadioButton, QWidget | QLayout]) -> QFormLayout:
    """Buttons of which one is chosen, each with its field beside it, on one line with its text."""
    form = QFormLayout()
    for button, field in rows:
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        form.addRow(button, field)
    return form


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """The only button of a dialog that asks nothing."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons


class RowDialog(QDialog):
    """Asks for one row of `table`; the first is chosen already.  A row goes by its first cell."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        accept: str,
        table: QTableWidget,
        rows: Sequence[tuple[str, ...]],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._table, self._names = table, [row[0] for row in rows]
        table.setRowCount(len(rows))
        for line, row in enumerate(rows):
            for place, entry in enumerate(row):
                table.setItem(line, place, cell(entry))
        table.selectRow(0)
        height = min(ROWS, len(rows)) * table.verticalHeader().defaultSectionSize()
        table.setFixedHeight(height + table.horizontalHeader().sizeHint().height() + 6)
        table.doubleClicked.connect(self.accept)
        buttons, _ = accept_or_cancel(self, accept)
        self.setLayout(column(label(text, wrap=True), table, buttons, margins=12, spacing=10))
        self.setMinimumWidth(420)

    def ask(self) -> str | None:
        """Show the dialog; the first cell of the row chosen."""
        return self.chosen() if self.exec() == QDialog.DialogCode.Accepted else None

    def chosen(self) -> str:
        """The first cell of the row that is chosen now."""
        return self._names[max(0, self._table.currentRow())]
