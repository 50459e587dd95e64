"""Panels, menus and dialogs follow the session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPlainTextEdit, QTextBrowser

from s3fn_core.labels.classes import Description
from s3fn_core.model.config import train_config
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.shell.about_dialog import AboutDialog
from s3fn_gui.shell.shortcuts_dialog import ShortcutsDialog
from s3fn_gui.shell.window import MainWindow
from s3fn_gui.words.description_edits import put_description
from tests.gui.support import Hands, put_labels, scene_cube


def editor(hands: Hands) -> QPlainTextEdit:
    found = hands.find("description_editor", QPlainTextEdit)
    assert isinstance(found, QPlainTextEdit)
    return found


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_every_action_has_its_id_and_a_place(window: MainWindow) -> None:
    commands = {c.id for c in window.actions_by_id.commands if not c.keys.isdigit()}
    assert len(commands) > 100
    assert {action.objectName() for action in window.actions_by_id} >= commands
    placed = {a.objectName() for menu in window.menuBar().actions() for a in menu.menu().actions()}
    assert commands <= placed


def test_choices_begin_with_a_capital(window: MainWindow) -> None:
    """But for presets, which go by the names that the command line knows."""
    boxes = [box for box in window.findChildren(QComboBox) if box.objectName() != "preset"]
    texts = [box.itemText(place) for box in boxes for place in range(box.count())]
    assert len(texts) > 50
    assert [text for text in texts if text[:1].islower()] == []


def test_no_shortcut_is_given_twice(window: MainWindow) -> None:
    keys = [key for command in window.actions_by_id.commands for key in command.keys.split()]
    assert len(keys) == len(set(keys))


def test_nothing_is_clipped_at_1366_x_768(hands: Hands) -> None:
    hands.open_scene()
    hint = hands.window.minimumSizeHint()
    assert hint.width() <= 1366
    assert hint.height() <= 768
    hands.window.resize(1366, 768)
    QApplication.processEvents()
    screen = hands.window.rect()
    for name, dock in hands.window.docks.docks.items():
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            assert screen.contains(dock.geometry()), name


def test_the_class_table_shows_and_renames(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    class_edits.add_class(hands.session, "water")
    table = hands.window.panels.classes.table
    assert [table.item(i, 1).text() for i in range(2)] == ["soil", "water"]
    assert all(f"key {i + 1}" in table.item(i, 0).toolTip() for i in range(2))
    table.item(0, 1).setText("dirt")
    assert hands.session.classes.names == ("dirt", "water")
    table.item(0, 1).setText("water")
    assert hands.session.classes.names == ("dirt", "water")
    assert "share the name" in hands.message
    assert table.item(0, 1).text() == "dirt"
    table.selectRow(0)
    assert hands.session.class_id == 1
    item = hands.session.cubes.current
    assert item is not None
    put_labels(hands.session, item, np.ones(item.labels.shape, np.uint8), "all")
    assert table.item(0, 2).text() == "1,200"
    hands.trigger("label.recolour")
    assert hands.session.classes[1].color == "#123456"


def test_deleting_asks_first(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    hands.ask.sure = False
    hands.trigger("label.delete_class")
    assert "Delete soil?" in hands.ask.asked[-1]
    assert len(hands.session.classes) == 1
    hands.ask.sure = True
    hands.trigger("label.delete_class")
    assert len(hands.session.classes) == 0
    hands.trigger("edit.undo")
    assert hands.count(1) > 0


def test_a_description_is_edited_in_place_and_undone_by_the_window(hands: Hands) -> None:
    class_edits.add_class(hands.session, "soil")
    field = editor(hands)
    field.setFocus()
    QTest.keyClicks(field, "dark b1")
    assert hands.session.classes[1].text == "dark b1"
    assert hands.session.class_id == 1  # the 1 was text, not a shortcut
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hands.session.classes[1].text == ""
    assert field.toPlainText() == ""
    assert "by its name only" in text(hands, "description_provenance")


def test_typing_keeps_the_cursor_and_trailing_blanks(hands: Hands) -> None:
    class_edits.add_class(hands.session, "soil")
    field = editor(hands)
    QTest.keyClicks(field, "one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "two")
    assert [d.text for d in hands.session.classes[1].descriptions] == ["one", "two"]
    assert field.toPlainText() == "one\n\ntwo"


def test_each_class_has_its_own_description(hands: Hands) -> None:
    class_edits.add_class(hands.session, "soil")
    QTest.keyClicks(editor(hands), "dark")
    class_edits.add_class(hands.session, "water")
    assert editor(hands).toPlainText() == ""
    hands.session.select_class(1)
    assert editor(hands).toPlainText() == "dark"


def test_the_provenance_names_the_author(hands: Hands) -> None:
    class_edits.add_class(hands.session, "soil")
    written = (Description("Dark and dry.", "llm", "gpt-x", created="2025-01-02T03:04:05"),)
    put_description(hands.session, 1, written, "Generate")
    assert text(hands, "description_provenance") == "3 words by gpt-x, 2025-01-02"


def test_a_simulated_cube_says_so(hands: Hands) -> None:
    hands.open_scene()
    assert hands.find("simulated_tag").isHidden()
    cube = scene_cube().with_(name="made", simulated=True, notes=("Band 3 was <empty>.",))
    hands.session.cubes.add(prepare(cube))
    assert not hands.find("simulated_tag").isHidden()
    information = hands.find("cube_information", QTextBrowser)
    assert isinstance(information, QTextBrowser)
    assert "simulated scene" in information.toPlainText()
    assert "Band 3 was <empty>." in information.toPlainText()


def test_class_spectra_appear_when_the_brush_rests(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "rising")
    hands.states.painting.begin_stroke((10, 5), erase=False)
    hands.states.painting.end_stroke()
    hands.until(lambda: hands.session.view.statistics)
    known = hands.session.view.statistics[1]
    item = hands.session.cubes.current
    assert item is not None
    pixels = item.cube.read()[item.labels.ids == 1]
    np.testing.assert_allclose(known.mean, pixels.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(known.deviation, pixels.std(axis=0), rtol=1e-4)
    hands.trigger("edit.undo")
    hands.until(lambda: hands.session.view.statistics == {})


def test_the_help_opens_and_the_theme_changes(window: MainWindow) -> None:
    for dialog in (ShortcutsDialog(window, window.actions_by_id), AboutDialog(window)):
        dialog.show()
        dialog.close()
    window.set_theme("dark")
    dark = window.actions_by_id["file.open"].icon().pixmap(20).toImage()
    window.set_theme("light")
    assert window.actions_by_id["file.open"].icon().pixmap(20).toImage() != dark


def test_recent_files_are_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "a.ini")
    for name in ("one", "two", "one"):
        settings.add_recent(tmp_path / name)
    assert settings.recent == (str(tmp_path / "one"), str(tmp_path / "two"))


def test_the_form_says_how_texts_become_vectors(window: MainWindow) -> None:
    """As a training, the controls and the similarity take it."""
    pooling = window.findChild(QComboBox, "pooling")
    vectors = window.findChild(QComboBox, "label_embeddings")
    preset = window.findChild(QComboBox, "preset")
    assert pooling is not None
    assert vectors is not None
    assert preset is not None
    preset.setCurrentIndex(preset.findData("paper"))
    assert train_config(window.session.train_settings).fusion.pooling == "label"
    pooling.setCurrentIndex(pooling.findData("cls"))
    vectors.setCurrentIndex(vectors.findData("tuned"))
    fusion = train_config(window.session.train_settings).fusion
    assert (fusion.pooling, fusion.labels) == ("cls", "tuned")


def test_the_training_panel_says_what_there_is_to_learn_from(hands: Hands) -> None:
    hands.open_scene()
    message = hands.find("train_message", QLabel)
    assert isinstance(message, QLabel)
    assert "at least two classes" in message.text()
    for name, line in (("leaf", 5), ("soil", 25)):
        class_edits.add_class(hands.session, name)
        hands.trigger("label.brush")
        hands.stroke((line, 3), (line, 12))
    pixels = hands.count(1) + hands.count(2)
    assert message.text() == f"{pixels} labelled pixels of 2 classes."
