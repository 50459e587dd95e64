"""The prompts, edited in the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from s3fn_core.labels.classes import ClassSet
from s3fn_core.words.llm import DescribeContext
from s3fn_core.words.prompts import default_prompt, is_own, load_prompt
from s3fn_gui.base.settings import Settings
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import make_app
from s3fn_gui.words.generation.prompts_dialog import PromptsDialog
from tests.gui.support import Hands

CLASSES = ClassSet().added("ripe kiwi").added("unripe kiwi")


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    make_app()
    made = QWidget()
    yield made
    shiboken6.delete(made)


@pytest.fixture
def dialog(parent: QWidget, tmp_path: Path) -> PromptsDialog:
    made = PromptsDialog(parent, Settings(tmp_path / "settings.ini"), CLASSES, 2)
    made.show()
    return made


def choose(dialog: PromptsDialog, name: str) -> None:
    dialog._name.setCurrentIndex(dialog._name.findData(name))


def settings_of(dialog: PromptsDialog) -> Settings:
    return dialog._settings


def test_the_preview_is_the_filled_prompt(dialog: PromptsDialog, qtbot: QtBot) -> None:
    choose(dialog, "fruit")
    text = dialog._preview.toPlainText()
    assert 'Describe the class "unripe kiwi"' in text
    assert "ripeness" in text
    dialog.set_contexts({2: DescribeContext((450.0, 900.0), "a dip at 670 nm")})
    text = dialog._preview.toPlainText()
    assert "450 to 900 nm" in text
    assert "a dip at 670 nm" in text
    dialog._class.setCurrentIndex(0)
    assert 'Describe the class "ripe kiwi"' in dialog._preview.toPlainText()
    dialog._user.setPlainText("What is {label}?")
    qtbot.waitUntil(lambda: "What is ripe kiwi?" in dialog._preview.toPlainText())


def test_a_placeholder_is_put_where_the_cursor_was_last(dialog: PromptsDialog) -> None:
    dialog._user.setPlainText("Describe ")
    dialog._system.setPlainText("In ")
    dialog._system.moveCursor(dialog._system.textCursor().MoveOperation.End)
    dialog._insert("language")
    assert dialog._system.toPlainText() == "In {language}"


def test_what_was_changed_is_kept_and_used(dialog: PromptsDialog) -> None:
    choose(dialog, "wood")
    dialog._domain.setText("oak")
    choose(dialog, "fruit")
    dialog._user.setPlainText("What is {label}?")
    choose(dialog, "wood")
    assert dialog._domain.text() == "oak"  # a draft survives a look at another prompt
    dialog._store()
    assert dialog.result() == 1
    assert load_prompt("wood").domain == "oak"
    assert load_prompt("fruit").user == "What is {label}?"
    assert not is_own("general")
    assert settings_of(dialog).llm.domain == "wood"


def test_the_default_comes_back(dialog: PromptsDialog) -> None:
    choose(dialog, "fruit")
    assert not dialog._reset.isEnabled()
    dialog._user.setPlainText("What is {label}?")
    dialog._store()
    again = PromptsDialog(dialog, settings_of(dialog), CLASSES, None)
    assert again._current == "fruit"
    assert again._reset.isEnabled()
    again._reset.click()
    assert again._user.toPlainText() == default_prompt("fruit").user
    again._store()
    assert not is_own("fruit")


def test_cancelling_keeps_everything_as_it_was(dialog: PromptsDialog) -> None:
    choose(dialog, "fruit")
    dialog._user.setPlainText("What is {label}?")
    dialog.reject()
    assert not is_own("fruit")
    assert settings_of(dialog).llm.domain == "general"


def test_a_prompt_that_cannot_work_is_told_and_not_kept(dialog: PromptsDialog, qtbot: QtBot) -> None:
    dialog._user.setPlainText("Describe {lable}.")
    qtbot.waitUntil(lambda: "{lable}" in dialog._problem.text())
    assert not dialog._save.isEnabled()
    dialog._store()
    assert dialog.result() == 0
    dialog._user.setPlainText("Describe {label}.")
    qtbot.waitUntil(dialog._save.isEnabled)
    assert dialog._problem.isHidden()


def test_a_damaged_prompt_is_told_and_mended(parent: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "config" / "s3fn" / "prompts" / "general.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    dialog = PromptsDialog(parent, Settings(tmp_path / "settings.ini"), ClassSet(), None)
    assert "malformed" in dialog._problem.text()
    assert dialog._user.toPlainText() == default_prompt("general").user
    dialog._store()
    assert load_prompt("general") == default_prompt("general")


def test_the_window_tells_the_dialog_what_it_measures(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    hands.trigger("words.prompts")
    dialog = hands.window.findChild(PromptsDialog)
    assert dialog is not None
    hands.until(lambda: "Mean spectrum" in dialog._preview.toPlainText())
    assert "450 to 900 nm" in dialog._preview.toPlainText()
    dialog.reject()
