"""The description panel as a whole: badges, locks, menus, history, guidance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListWidget,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from s3fn_core.labels.classes import Description
from s3fn_core.labels.provenance import moment, origin
from s3fn_gui.base.actions import Actions, Command, Commands
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session.context import Context, ErrorBridge
from s3fn_gui.session.session import Session
from s3fn_gui.shell.window import MainWindow, make_app
from s3fn_gui.words.commands import commands
from s3fn_gui.words.description_edits import lock_paragraph, put_description
from s3fn_gui.words.editor.editor import DescriptionEdit
from s3fn_gui.words.editor.margin import Row
from s3fn_gui.words.editor.origin_dialog import OriginDialog
from s3fn_gui.words.editor.versions_dialog import VersionsDialog
from s3fn_gui.words.facts.commands import commands as of_facts
from s3fn_gui.words.facts.flow import FactsFlow
from s3fn_gui.words.generation.flow import GenerationFlow
from s3fn_gui.words.library.commands import commands as of_library
from s3fn_gui.words.library.flow import LibraryFlow
from s3fn_gui.words.panel import WordsPanel
from tests.gui.support import put_labels, scene_cube, states_of

LLM = Description.now(
    "Green and firm.\nExpected reflectance: 550 nm 14 %",
    "llm",
    model="qwen 2 at localhost:11434",
    prompt="Describe unripe fruit. " * 30,
)
MEASURED = Description.now("A dip of 8 % at 676 nm.", "measured")
FILED = Description("Picked early.")


class Panel:
    """The panel in a window of its own, which is there much sooner than the whole one."""

    def __init__(self, settings: Settings) -> None:
        self.window = QMainWindow()
        self.session = Session(self.window)
        self.states = states = states_of(self.session)
        self.settings = settings
        errors, runner = ErrorBridge(self.session), JobRunner(self.window)
        ask = Ask(self.window, settings)
        context = Context(self.session, runner, ask, settings, errors)
        flow = GenerationFlow(context, states.generation)
        undo = Command("edit.undo", "Undo", self.session.undo_stack.undo)
        of_words = commands(context, states.generation, flow)
        library = of_library(self.session, states.generation, LibraryFlow(context, states.library))
        facts = of_facts(self.session, states.facts, FactsFlow(context, states.facts))
        self.actions = Actions(self.window, [Commands((undo,)), of_words, library, facts])
        panel = WordsPanel(self.session, states.check, states.generation, self.actions, settings)
        self.window.setCentralWidget(panel)
        self.window.resize(270, 420)
        self.window.show()

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def trigger(self, name: str) -> None:
        assert self.actions[name].isEnabled(), f"{name} is disabled"
        self.actions[name].trigger()


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path) -> Iterator[Panel]:
    make_app()
    made = Panel(Settings(tmp_path / "settings.ini"))
    qtbot.waitExposed(made.window)
    yield made
    made.session.undo_stack.blockSignals(True)
    made.window.hide()
    shiboken6.delete(made.window)


@pytest.fixture
def fruit(hands: Panel) -> Panel:
    """A class of three paragraphs, by a file, a language model and measurement."""
    class_edits.add_class(hands.session, "unripe")
    put_description(hands.session, 1, (FILED, LLM, MEASURED), "Describe")
    QApplication.processEvents()
    return hands


def editor(hands: Panel) -> DescriptionEdit:
    found = hands.find("description_editor", QPlainTextEdit)
    assert isinstance(found, DescriptionEdit)
    return found


def rows(hands: Panel) -> list[Row]:
    return list(editor(hands)._rows())


def said(hands: Panel, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def opened_menu(hands: Panel, place: int) -> QMenu:
    """The menu of a badge, opened by a click on it."""
    row = rows(hands)[place]
    QTest.mouseClick(editor(hands).margin, Qt.MouseButton.LeftButton, pos=row.badge.center())
    menus = [m for m in editor(hands).findChildren(QMenu, "paragraph_menu") if m.isVisible()]
    assert len(menus) == 1
    return menus[0]


def choose(hands: Panel, place: int, name: str) -> None:
    menu = opened_menu(hands, place)
    action = next(a for a in menu.actions() if a.objectName() == f"paragraph.{name}")
    assert action.isEnabled()
    action.trigger()
    menu.close()


def type_at(hands: Panel, position: int, keys: str) -> None:
    field = editor(hands)
    cursor = field.textCursor()
    cursor.setPosition(position)
    field.setTextCursor(cursor)
    QTest.keyClicks(field, keys)


# --- badges -----------------------------------------------------------------------------------


def test_each_paragraph_has_a_badge_beside_its_first_line(fruit: Panel) -> None:
    found = rows(fruit)
    assert [origin(r.paragraph) for r in found] == ["file", "llm", "measured"]
    assert found[0].bottom <= found[1].top < found[1].bottom <= found[2].top
    assert found[1].bottom - found[1].top > 1.5 * found[1].line, "its second line belongs to it"
    margin = editor(fruit).margin
    assert margin.width() >= found[0].badge.right()
    assert margin.geometry().right() <= editor(fruit).viewport().geometry().left()


def test_the_tip_of_a_badge_tells_who_when_and_why(fruit: Panel) -> None:
    row, margin = rows(fruit)[1], editor(fruit).margin
    at = row.badge.center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, margin.mapToGlobal(at))
    QApplication.sendEvent(margin, event)
    assert "qwen 2 at localhost:11434" in QToolTip.text()
    assert moment(LLM) in QToolTip.text()
    assert "Prompt: Describe unripe fruit." in QToolTip.text()
    assert len(QToolTip.text()) < 300
    QToolTip.hideText()


# --- locks ------------------------------------------------------------------------------------


def test_a_locked_paragraph_refuses_keys_quietly_and_is_unlocked_by_its_menu(fruit: Panel) -> None:
    choose(fruit, 1, "lock")
    assert fruit.session.classes[1].descriptions[1].locked
    before = editor(fruit).toPlainText()
    inside = before.index("firm")
    steps = fruit.session.undo_stack.count()
    type_at(fruit, inside, "xy")
    QTest.keyClick(editor(fruit), Qt.Key.Key_Backspace)
    assert editor(fruit).toPlainText() == before
    assert fruit.session.undo_stack.count() == steps
    assert editor(fruit).textCursor().position() == inside
    assert "locked" in QToolTip.text()
    QToolTip.hideText()
    editor(fruit).selectAll()
    editor(fruit).cut()
    assert editor(fruit).toPlainText() == before
    choose(fruit, 1, "lock")
    type_at(fruit, inside, "very ")
    assert "very firm" in fruit.session.classes[1].text


def test_typing_beside_a_locked_paragraph_works(fruit: Panel) -> None:
    lock_paragraph(fruit.session, 1, 1, True)
    type_at(fruit, 0, "Small. ")
    assert fruit.session.classes[1].descriptions[0].text == "Small. Picked early."
    assert fruit.session.classes[1].descriptions[1].locked
    assert [r.paragraph.locked for r in rows(fruit)] == [False, True, False]


def test_what_was_typed_before_a_refusal_stays(fruit: Panel) -> None:
    lock_paragraph(fruit.session, 1, 0, True)
    field = editor(fruit)
    field.moveCursor(field.textCursor().MoveOperation.End)
    QTest.keyClicks(field, " More ")
    text = field.toPlainText()
    type_at(fruit, 3, "x")
    assert field.toPlainText() == text, "also the blank at its end"


def test_generated_text_arrives_around_locked_paragraphs(fruit: Panel) -> None:
    lock_paragraph(fruit.session, 1, 0, True)
    fruit.states.generation.begin(1)
    fruit.states.generation.add(1, "Soft ")
    fruit.states.generation.add(1, "and red.")
    assert editor(fruit).toPlainText() == "Picked early.\n\nSoft and red."
    assert [origin(r.paragraph) for r in rows(fruit)] == ["file", "llm"]
    assert opened_nothing(fruit)
    fruit.states.generation.end()
    assert "676 nm" in editor(fruit).toPlainText()


def opened_nothing(hands: Panel) -> bool:
    point = rows(hands)[0].badge.center()
    QTest.mouseClick(editor(hands).margin, Qt.MouseButton.LeftButton, pos=point)
    return not any(m.isVisible() for m in editor(hands).findChildren(QMenu, "paragraph_menu"))


# --- menu -------------------------------------------------------------------------------------


def test_paragraphs_are_moved_and_deleted_by_their_menu(fruit: Panel) -> None:
    choose(fruit, 0, "down")
    assert fruit.session.classes[1].descriptions == (LLM, FILED, MEASURED)
    choose(fruit, 2, "up")
    assert fruit.session.classes[1].descriptions == (LLM, MEASURED, FILED)
    choose(fruit, 0, "delete")
    assert fruit.session.classes[1].descriptions == (MEASURED, FILED)
    assert editor(fruit).toPlainText() == f"{MEASURED.text}\n\n{FILED.text}"
    for _ in range(3):
        fruit.trigger("edit.undo")
    assert fruit.session.classes[1].descriptions == (FILED, LLM, MEASURED)


def test_the_menu_offers_only_what_can_be_done(fruit: Panel) -> None:
    lock_paragraph(fruit.session, 1, 0, True)
    menu = opened_menu(fruit, 0)
    enabled = {a.objectName(): a.isEnabled() for a in menu.actions() if a.objectName()}
    assert enabled == {
        "paragraph.lock": True,
        "paragraph.origin": True,
        "paragraph.up": False,
        "paragraph.down": True,
        "paragraph.delete": False,
    }
    menu.close()


def test_prompt_and_origin_are_shown_in_full(fruit: Panel) -> None:
    choose(fruit, 1, "origin")
    dialog = fruit.window.findChild(OriginDialog)
    assert dialog is not None
    prompt = dialog.findChild(QPlainTextEdit, "paragraph_prompt")
    assert prompt is not None
    assert prompt.toPlainText() == LLM.prompt
    texts = [found.text() for found in dialog.findChildren(QLabel)]
    assert "qwen 2" in texts
    assert "localhost:11434" in texts
    dialog.close()


# --- history ----------------------------------------------------------------------------------


def test_an_earlier_description_is_compared_and_restored_undoably(fruit: Panel) -> None:
    put_description(fruit.session, 1, (Description.now("Green and soft.", "llm"),), "Again")
    put_description(fruit.session, 1, (Description.now("Red and soft.", "llm"),), "Again")
    fruit.trigger("words.history")
    dialog = fruit.window.findChild(VersionsDialog)
    assert dialog is not None
    versions = dialog.findChild(QListWidget, "versions_list")
    shown = dialog.findChild(QTextBrowser, "versions_difference")
    restore = dialog.findChild(QPushButton, "versions_restore")
    assert versions is not None
    assert shown is not None
    assert restore is not None
    assert versions.count() == 2
    assert "Green and soft." in versions.item(0).text()
    assert "Red" in shown.toPlainText()
    assert "Green" in shown.toPlainText()
    versions.setCurrentRow(1)
    assert "676 nm" in shown.toPlainText()
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert fruit.session.classes[1].descriptions == (FILED, LLM, MEASURED)
    assert editor(fruit).toPlainText() == fruit.session.classes[1].text
    assert fruit.session.undo_stack.undoText() == "Restore a description of unripe"
    fruit.trigger("edit.undo")
    assert fruit.session.classes[1].text == "Red and soft."


def test_the_history_is_offered_once_there_is_one(fruit: Panel) -> None:
    action = fruit.actions["words.history"]
    assert not action.isEnabled()
    type_at(fruit, 0, "x")
    assert action.isEnabled()
    fruit.trigger("edit.undo")
    assert not action.isEnabled()


# --- guidance and keys ------------------------------------------------------------------------


def test_newcomers_are_told_what_to_do(hands: Panel) -> None:
    assert "Add a class" in editor(hands).placeholderText()
    assert not editor(hands).isEnabled()
    class_edits.add_class(hands.session, "soil")
    assert "wavelengths" in editor(hands).placeholderText()
    assert "nm" in editor(hands).placeholderText()


def test_without_a_language_model_the_first_offers_need_none(hands: Panel) -> None:
    class_edits.add_class(hands.session, "soil")
    settings = hands.settings
    button = hands.find("generate_button", QPushButton)
    assert isinstance(button, QPushButton)
    assert button.text() == "Measure"
    assert hands.find("library_button").isEnabled()
    assert "Label some pixels" in said(hands, "generate_reason")
    item = prepare(scene_cube())
    hands.session.cubes.add(item)
    put_labels(hands.session, item, np.ones(item.labels.shape, np.uint8))
    assert button.isEnabled()
    assert not hands.find("generate_reason").isVisible()
    settings.llm = replace(settings.llm, model=" ")
    hands.states.generation.changed.emit()  # as the dialog of the model does
    assert button.text() == "Measure"
    assert not hands.actions["words.generate_all"].isEnabled()
    settings.llm = replace(settings.llm, model="some model")
    hands.states.generation.changed.emit()  # as the dialog of the model does
    assert button.text() == "Generate"
    assert button.isEnabled()


def test_tab_leaves_the_editor_and_the_menu_key_offers_the_paragraph(fruit: Panel) -> None:
    fruit.window.activateWindow()
    field = editor(fruit)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    assert "\t" not in field.toPlainText()
    assert field.paragraph_at(0) == 0
    assert field.paragraph_at(field.toPlainText().index("Expected")) == 1
    assert field.paragraph_at(len("Picked early.") + 1) is None


def test_text_beyond_the_basic_plane_keeps_badges_and_locks_in_place(hands: Panel) -> None:
    class_edits.add_class(hands.session, "fruit")
    put_description(hands.session, 1, (Description.now("🍎🍎🍎 red", "llm"), MEASURED), "Put")
    lock_paragraph(hands.session, 1, 1, True)
    field = editor(hands)
    (selection,) = field.extraSelections()
    assert selection.cursor.selectedText() == MEASURED.text
    put_description(hands.session, 1, (Description.now("🍎🍏🍎 red", "llm"),), "Put")
    assert field.toPlainText() == f"🍎🍏🍎 red\n\n{MEASURED.text}"


def test_a_text_of_another_program_is_edited_beside_its_lock(hands: Panel) -> None:
    class_edits.add_class(hands.session, "fruit")
    theirs = Description("Dark near 970\xa0nm\r\nand wet.", "llm", locked=True)
    classes = hands.session.classes.changed(1, descriptions=(theirs, MEASURED))
    hands.session.push_classes(classes, "Load")
    editor(hands).moveCursor(editor(hands).textCursor().MoveOperation.End)
    QTest.keyClicks(editor(hands), " Deep.")
    found = hands.session.classes[1].descriptions
    assert [(d.text, d.source) for d in found] == [
        ("Dark near 970 nm\nand wet.", "llm"),
        (f"{MEASURED.text} Deep.", "user"),
    ]


def test_all_classes_are_followed_while_they_are_written(fruit: Panel) -> None:
    class_edits.add_class(fruit.session, "ripe")
    generation = fruit.states.generation
    generation.begin(1, 2)
    listed = fruit.find("writing_list", QListWidget)
    assert isinstance(listed, QListWidget)
    assert listed.isVisible()
    generation.add(2, "Red and soft")
    generation.finish(1, "No answer")
    assert [listed.item(i).text() for i in range(2)] == ["unripe: No answer", "ripe: 3 words"]
    assert said(fruit, "writing_title") == "1 of 2 classes described"
    QTest.mouseClick(
        listed.viewport(),
        Qt.MouseButton.LeftButton,
        pos=listed.visualItemRect(listed.item(0)).center() + QPoint(2, 0),
    )
    assert fruit.session.class_id == 1
    generation.end("Over")
    assert not listed.isVisible()
    assert said(fruit, "description_provenance") == "Over"


def test_following_many_classes_does_not_make_the_window_grow(window: MainWindow) -> None:
    window.resize(1366, 768)
    for _ in range(10):
        class_edits.add_class(window.session)
    window.states.generation.begin(*window.session.classes.ids)
    QApplication.processEvents()
    assert window.height() == 768
    field = window.findChild(DescriptionEdit)
    assert field is not None
    assert field.height() > 100
    window.states.generation.end()
