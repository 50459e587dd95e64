"""Which spectra of a large library are shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.widgets import column, label, named

SIZE = (380, 460)


class SpectraDialog(QDialog):
    """A list to tick, and a text that narrows it."""

    def __init__(self, parent: QWidget, names: list[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Spectral library"))
        self._filter = named(QLineEdit(), "library_filter", tr("Show only names with this text"))
        self._filter.setPlaceholderText(tr("Part of a name"))
        self._filter.setClearButtonEnabled(True)
        self._list = named(QListWidget(), "library_spectra", tr("Spectra of the library"))
        for name in names:
            item = QListWidgetItem(unmarked(name), self._list)
            item.setCheckState(Qt.CheckState.Unchecked)
        self._count = label(role="muted")
        buttons, self._show = accept_or_cancel(self, tr("Show"), "library_show")
        text = label(
            tr("The library holds {count:,} spectra. Tick those to show.", count=len(names)), wrap=True
        )
        self.setLayout(column(text, self._filter, self._list, self._count, buttons, margins=12, spacing=8))
        self.resize(*SIZE)
        self._filter.textChanged.connect(self._narrow)
        self._list.itemChanged.connect(self._check)
        self._check()

    def ask(self) -> list[int]:
        """Show the dialog; places of the chosen names, none when it was cancelled."""
        return self.chosen() if self.exec() == QDialog.DialogCode.Accepted else []

    def chosen(self) -> list[int]:
        """Places of the names that are ticked, whether the filter shows them or not."""
        return [
            place
            for place in range(self._list.count())
            if self._list.item(place).checkState() == Qt.CheckState.Checked
        ]

    def _narrow(self, text: str) -> None:
        for place in range(self._list.count()):
            item = self._list.item(place)
            item.setHidden(text.lower() not in item.text().lower())

    def _check(self) -> None:
        number = len(self.chosen())
        self._count.setText(tr("{count:,} chosen", count=number))
        self._show.setEnabled(number > 0)
