"""Spectral libraries of the user's own: chosen once, remembered, read when they are needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_gui.spectra.own.dialog import OwnSpectraDialog
from tests.gui.support import Hands

WAVES = np.linspace(400, 1000, 31)


def library(path: Path, name: str = "blue felt") -> Path:
    return write_library(SpectralLibrary((name,), WAVES, np.full((1, 31), 20.0, np.float32)), path)


def dialog_of(hands: Hands) -> OwnSpectraDialog:
    hands.trigger("spectra.own")
    dialog = hands.find("own_spectra", OwnSpectraDialog)
    assert isinstance(dialog, OwnSpectraDialog)
    return dialog


def rows(dialog: OwnSpectraDialog) -> list[list[str]]:
    table = dialog.table
    items = [[table.item(line, place) for place in range(2)] for line in range(table.rowCount())]
    return [[item.text() for item in row if item is not None] for row in items]


def press(hands: Hands, name: str) -> None:
    QTest.mouseClick(hands.find(name, QPushButton), Qt.MouseButton.LeftButton)


def note(hands: Hands) -> str:
    found = hands.find("own_spectra_note", QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_a_file_and_a_folder_are_added_read_and_remembered(hands: Hands, tmp_path: Path) -> None:
    folder = tmp_path / "cloths"
    folder.mkdir()
    library(folder / "one.csv", "red felt")
    library(folder / "two.csv", "green felt")
    dialog = dialog_of(hands)
    hands.ask.paths |= {"own": library(tmp_path / "own.csv"), "own folder": folder}
    press(hands, "own_spectra_file")
    press(hands, "own_spectra_folder")
    hands.until(lambda: [row[1] for row in rows(dialog)] == ["1", "2"])
    assert [entry.name for entry in hands.session.own_spectra.entries] == [
        "blue felt",
        "red felt",
        "green felt",
    ]
    dialog.table.selectRow(0)
    assert "taken for per cent" in note(hands)
    kept = [str(tmp_path / "own.csv"), str(folder)]
    assert list(hands.window.context.settings.own_spectra) == kept
    press(hands, "own_spectra_remove")
    assert rows(dialog) == [["cloths", "2"]]
    assert list(hands.window.context.settings.own_spectra) == kept[1:]
    assert (tmp_path / "own.csv").exists()


@pytest.mark.parametrize("content", [b"no table", b""])
def test_what_cannot_be_read_is_said_beside_it(hands: Hands, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(content)
    hands.session.own_spectra.add([broken, tmp_path / "gone.csv", library(tmp_path / "own.csv")])
    dialog = dialog_of(hands)
    hands.until(lambda: [row[1] for row in rows(dialog)] == ["cannot be used", "cannot be used", "1"])
    dialog.table.selectRow(0)
    assert "broken.csv" in note(hands)
    dialog.table.selectRow(1)
    assert "gone.csv" in note(hands)


def test_nothing_is_read_before_it_is_needed(hands: Hands, tmp_path: Path) -> None:
    own = hands.session.own_spectra
    own.add([library(tmp_path / "own.csv")])
    assert not own.entries
    class_id = hands.session.classes
    assert not len(class_id)
    hands.session.push_classes(class_id.added("blue felt"), "Add a class")
    hands.session.select_class(1)
    hands.trigger("words.library")
    hands.until(lambda: own.entries)
    hands.until(lambda: hands.states.library.answer and hands.states.library.own)
    hands.until(lambda: _first(hands) == "blue felt")


def _first(hands: Hands) -> str:
    answer = hands.states.library.answer
    found = () if answer is None else answer.entries.get(1, ())
    return found[0].entry.name if found else ""
