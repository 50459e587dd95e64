"""The editor of a description by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from s3fn_gui.base import theme
from s3fn_gui.shell.window import make_app
from s3fn_gui.words.editor.editor import DescriptionEdit
from s3fn_gui.words.editor.text_marks import LOOKS, Mark

TEXT = "Dips near 970 nm and peaks near 550 nm."
DIP = Mark(0, 16, "supported", "A dip of 4 % was measured at 968 nm.")
PEAK = Mark(21, 38, "contradicted", "There is no peak: 12 % at 550 nm.")


@pytest.fixture
def editor(qtbot: QtBot) -> DescriptionEdit:
    make_app()
    made = DescriptionEdit()
    made.resize(260, 160)
    made.setPlainText(TEXT)
    made.show()
    qtbot.addWidget(made)
    return made


def marked(editor: DescriptionEdit) -> list[str]:
    return [selection.cursor.selectedText() for selection in editor.extraSelections()]


def tip_at(editor: DescriptionEdit, position: int) -> str:
    """The tip there; "nothing" where none came (tips take their time to go)."""
    QToolTip.showText(QPoint(), "nothing")
    cursor = editor.textCursor()
    cursor.setPosition(position)
    where = editor.cursorRect(cursor).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, where, editor.viewport().mapToGlobal(where))
    QApplication.sendEvent(editor.viewport(), event)
    return QToolTip.text()


def test_marks_tell_what_was_measured(editor: DescriptionEdit) -> None:
    editor.mark([DIP, PEAK])
    assert marked(editor) == ["Dips near 970 nm", "peaks near 550 nm"]
    assert tip_at(editor, 3) == DIP.tip
    assert tip_at(editor, 25) == PEAK.tip
    assert tip_at(editor, 18) == "nothing"
    editor.mark([])
    assert marked(editor) == []
    assert tip_at(editor, 3) == "nothing"


def test_marks_keep_to_their_words_while_one_types(editor: DescriptionEdit) -> None:
    editor.mark([DIP, PEAK])
    cursor = editor.textCursor()
    cursor.setPosition(17)
    cursor.insertText("(water) ")
    assert marked(editor) == ["Dips near 970 nm", "peaks near 550 nm"]
    assert tip_at(editor, 18) == "nothing"


def test_marks_of_another_text_are_left_out(editor: DescriptionEdit) -> None:
    editor.mark([Mark(30, 400, "outside", "?"), Mark(5, 5, "outside", "?"), DIP])
    assert marked(editor) == ["Dips near 970 nm"]


def test_marks_can_be_told_apart_in_both_themes_and_without_colour(editor: DescriptionEdit) -> None:
    assert len({line for _, line in LOOKS.values()}) == len(LOOKS)
    app = make_app()
    for look in (theme.DARK, theme.LIGHT):
        theme.apply(app, look)
        editor.mark([DIP])
        theme.apply(app, theme.LIGHT if look is theme.DARK else theme.DARK)
        (selection,) = editor.extraSelections()
        assert selection.format.underlineColor().name() == theme.current().success
        assert selection.format.underlineStyle() == QTextCharFormat.UnderlineStyle.SingleUnderline
    theme.apply(app, theme.LIGHT)
