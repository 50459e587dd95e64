"""Names and messages are shown as they stand: no HTML, no marks that turn the writing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QTableWidget

import s3fn_gui
from s3fn_core.quoting import one_line, unmarked
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.session import class_edits
from tests.gui.support import Hands

TIPS = {"setToolTip": 1, "showText": 2}
"""What shows a tip, and which of its arguments is the text."""
RICH = '<b>soil</b> <img src="http://x.example/a.png">'
TURNED = "soil\u202elios\u2066 (1)\u200f"


@pytest.mark.parametrize("text", [RICH, "a < b", "soil & <i>sand</i>", "two\nlines", "plain", ""])
def test_a_tip_shows_the_text_as_it_stands(text: str) -> None:
    document = QTextDocument()
    tip = plain_tip(text)
    if QtGui.Qt.mightBeRichText(tip):
        document.setHtml(tip)
        assert document.toPlainText() == text
    else:
        assert tip == text


def test_every_tip_of_the_window_goes_through_it() -> None:
    """Constants need not, nor the tips of commands, which are such."""
    for path in Path(s3fn_gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (place := TIPS.get(ast.unparse(node.func).split(".")[-1])):
                assert is_plain(node.args[place - 1]), f"{path}:{node.lineno}"


def is_plain(value: ast.expr) -> bool:
    if isinstance(value, ast.IfExp):
        return is_plain(value.body) and is_plain(value.orelse)
    if isinstance(value, ast.Call):
        if ast.unparse(value.func) == "tr" and not value.keywords:
            return True
        return ast.unparse(value.func).endswith(("plain_tip", ".toolTip"))
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id.isupper())


def test_classes_are_shown_plainly(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, RICH)
    class_edits.add_class(hands.session, TURNED)
    names = hands.window.findChild(QTableWidget, "class_table")
    assert names is not None
    shown = [names.item(1, column).text() for column in range(names.columnCount())]  # type: ignore[union-attr]
    assert "soillios (1)" in shown
    tips = []
    for table in hands.window.findChildren(QTableWidget):
        cells = [table.item(line, side) for line in range(2) for side in range(table.columnCount())]
        tips += [cell.toolTip() for cell in cells if cell is not None and cell.toolTip()]
    assert any("&lt;b&gt;soil" in tip for tip in tips)
    assert all(tip.startswith("<span>") or not QtGui.Qt.mightBeRichText(tip) for tip in tips)
    assert not any("<b>" in tip for tip in tips)
    for label in hands.window.findChildren(QLabel):
        if "soil" in label.text():
            assert label.textFormat() == Qt.TextFormat.PlainText


def test_questions_and_messages_are_plain(hands: Hands) -> None:
    seen: list[tuple[str, Qt.TextFormat]] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, look)
            return
        seen.append((box.text(), box.textFormat()))
        box.reject()

    QTimer.singleShot(0, look)
    assert not Ask(hands.window, hands.window.settings).confirm(f"Delete {RICH}{TURNED}?", "Delete")
    assert seen == [(f"Delete {RICH}soillios (1)?", Qt.TextFormat.PlainText)]
    hands.session.report("info", f"{RICH}{TURNED}")
    assert hands.message == f"{RICH}soillios (1)"


def test_names_without_marks() -> None:
    assert unmarked(TURNED) == "soillios (1)"
    assert unmarked("می\u200cخواهم") == "می\u200cخواهم"  # a joiner is part of the word
    assert one_line("a\x1b[31mb\r\nc\u202e") == "a[31mb c"
    assert unmarked("a\x1b[31mb\n\tc\x00") == "a[31mb\n\tc"
