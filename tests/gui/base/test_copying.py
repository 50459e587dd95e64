"""Tables on the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from s3fn_gui.base.copying import COPY, COPY_ALL, SAVE, Copying, Rows, as_text
from s3fn_gui.base.widgets import cell, table
from s3fn_gui.shell.window import make_app

ROWS = [("class", "pixels"), ("soil", "1234"), ("tree", "5")]


@pytest.fixture
def shown(qtbot: QtBot) -> tuple[QTableWidget, list[Rows]]:
    """A table of two rows, and what was saved of it."""
    make_app()
    view, saved = table("numbers", ("Class", "Pixels")), list[Rows]()
    view.setRowCount(2)
    for line, (name, count) in enumerate((("soil", "1,234"), ("tree", "5"))):
        view.setItem(line, 0, cell(name))
        view.setItem(line, 1, cell(count, number=True))
    view.copying = Copying(view, lambda: ROWS, saved.append)  # type: ignore[attr-defined]
    qtbot.addWidget(view)
    view.show()
    return view, saved


def press_ctrl_c(view: QTableWidget) -> None:
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(view, Qt.Key.Key_Control)  # else Qt takes it for held in all tests that follow


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_ctrl_c_copies_the_table_with_tabs(shown: tuple[QTableWidget, list[Rows]]) -> None:
    view, _ = shown
    press_ctrl_c(view)
    assert clipboard() == "class\tpixels\nsoil\t1234\ntree\t5"
    view.selectRow(1)
    press_ctrl_c(view)
    assert clipboard().startswith("class\t")  # one row is no table


def test_ctrl_c_copies_the_rows_that_are_selected(shown: tuple[QTableWidget, list[Rows]]) -> None:
    view, _ = shown
    view.selectAll()
    press_ctrl_c(view)
    assert clipboard() == "Class\tPixels\nsoil\t1234\ntree\t5"


def test_the_menu_copies_and_saves(shown: tuple[QTableWidget, list[Rows]]) -> None:
    view, saved = shown
    view.selectRow(1)
    menu = view.copying.menu()  # type: ignore[attr-defined]
    by_text = {action.text(): action for action in menu.actions()}
    assert list(by_text) == [COPY, COPY_ALL, SAVE]
    by_text[COPY].trigger()
    assert clipboard() == "Class\tPixels\ntree\t5"
    by_text[COPY_ALL].trigger()
    assert clipboard() == as_text(ROWS)
    by_text[SAVE].trigger()
    assert saved == [ROWS]


def test_names_cannot_break_a_row() -> None:
    assert as_text([("a\tb", "c\nd")]) == "a b\tc d"
