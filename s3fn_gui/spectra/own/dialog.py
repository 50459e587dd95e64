"""Which spectral libraries of the user's own are looked through."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QDialog, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import cell, column, label, plain_tip, push_button, row, table
from s3fn_gui.session.own_spectra import OwnFile, OwnSpectra

SIZE = (560, 320)
INTRODUCTION = tr(
    "Library searches also cover these files: ENVI spectral libraries, CSV, ECOSTRESS, USGS, ASD "
    "and Spectra Vista. The list is kept on this computer; the files are not copied."
)


class Deeds(Protocol):
    """What the buttons do."""

    def add_file(self) -> None: ...
    def add_folder(self) -> None: ...


class OwnSpectraDialog(QDialog):
    """A row for each file or folder."""

    def __init__(self, parent: QWidget, state: OwnSpectra, deeds: Deeds) -> None:
        super().__init__(parent)
        self.setObjectName("own_spectra")
        self.setWindowTitle(tr("Your spectral libraries"))
        self._state = state
        self.table = table(
            "own_spectra_files", (tr("File or folder"), tr("Spectra")), about=tr("Own spectra")
        )
        self.table.setAccessibleName(tr("Files and folders of spectra"))
        self.table.itemSelectionChanged.connect(self._selected)
        self._note = label(role="muted", name="own_spectra_note", wrap=True)
        self._remove = push_button(tr("Remove"), "own_spectra_remove", self._remove_selected)
        self._remove.setToolTip(tr("Stop searching it; the file is not deleted"))
        add_file = push_button(tr("Add file…"), "own_spectra_file", deeds.add_file)
        add_folder = push_button(tr("Add folder…"), "own_spectra_folder", deeds.add_folder)
        parts = (
            label(INTRODUCTION, role="muted", wrap=True),
            self.table,
            self._note,
            row(add_file, add_folder, self._remove, 1),
            close_button(self),
        )
        whole = column(*parts, margins=14, spacing=8)
        whole.setStretch(parts.index(self.table), 1)
        self.setLayout(whole)
        self.resize(*SIZE)
        state.listed.connect(self._show)
        self._show()

    def _show(self) -> None:
        chosen = self._path
        self.table.setRowCount(len(self._state.files))
        for line, one in enumerate(self._state.files):
            for place, text in enumerate((one.path.name, _content(one))):
                item = cell(text)
                item.setToolTip(plain_tip(str(one.path)))
                self.table.setItem(line, place, item)
            if one.path == chosen:
                self.table.selectRow(line)
        self._selected()

    @property
    def _path(self) -> Path | None:
        one = self._current
        return None if one is None else one.path

    @property
    def _current(self) -> OwnFile | None:
        line = self.table.currentRow()
        return self._state.files[line] if 0 <= line < len(self._state.files) else None

    def _selected(self) -> None:
        one = self._current
        self._remove.setEnabled(one is not None)
        said = "" if one is None else one.failure or " ".join(one.notes)
        self._note.setText(said)
        self._note.setVisible(bool(said))

    def _remove_selected(self) -> None:
        if (path := self._path) is not None:
            self._state.remove(path)


def _content(one: OwnFile) -> str:
    if one.failure:
        return tr("cannot be used")
    return tr("reading…") if one.entries is None else f"{len(one.entries):,}"
