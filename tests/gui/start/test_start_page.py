"""The start page: what was open, what is gone, the scenes, and the panels that wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.viewing.composite import default_composite
from s3fn_core.cubes.viewing.picture import first_rendering, rendered
from s3fn_core.progress import run
from s3fn_core.resources import resource
from s3fn_gui.base.settings import Settings
from s3fn_gui.shell.window import MainWindow, make_window
from s3fn_gui.start.card import Card
from s3fn_gui.start.panel import BEGIN
from s3fn_gui.start.scenes import SCENES
from s3fn_gui.start.state import StartState
from tests.gui.support import Hands, put_away, settle


def recents(window: MainWindow) -> dict[str, Card]:
    """Those shown, by their names."""
    cards = window.image.start.findChildren(Card, "card.recent")
    return {card.accessibleName(): card for card in cards if card.isVisible()}


def test_what_is_gone_is_grey_and_can_be_removed(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    window, page = hands.window, hands.window.image.start
    for path in (scene_file, tmp_path / "gone.s3fnproj"):
        window.settings.add_recent(path)
    hands.states.start.shown.emit()
    hands.until(lambda: len(recents(window)) == 2 and not recents(window)["gone"].isEnabled())
    assert recents(window)[scene_file.name].isEnabled()
    buttons = [b for b in page.findChildren(QAbstractButton, "recent_remove") if b.isVisible()]
    next(b for b in buttons if "gone" in b.accessibleName()).click()
    hands.until(lambda: list(recents(window)) == [scene_file.name])
    assert window.settings.recent == (str(scene_file),)
    recents(window)[scene_file.name].setFocus()
    QTest.keyClick(recents(window)[scene_file.name], Qt.Key.Key_Return)
    hands.until(lambda: hands.session.cubes.current is not None)
    assert not page.isVisible()
    assert window.cube_view.isVisible()


def test_panels_come_with_the_first_cube_and_go_with_the_project(hands: Hands) -> None:
    window = hands.window
    window.workspaces.rest()
    assert not any(dock.isVisible() for dock in window.docks.docks.values())
    hands.open_scene()
    assert window.focusWidget() is window.cube_view.canvas  # the space bar moves the image
    assert window.docks["spectra"].isVisible()
    hands.trigger("file.new_project")
    assert window.image.start.isVisible()
    assert not any(dock.isVisible() for dock in window.docks.docks.values())
    hands.trigger("workspace.label")
    assert window.docks["classes"].isVisible()
    assert window.settings.workspace == "label"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_opened_with_its_classes_where_one_begins(hands: Hands, scene) -> None:
    window = hands.window
    card = window.image.start.findChild(Card, f"card.start.{scene.name}")
    assert card.accessibleDescription() == scene.hint
    card.click()
    hands.until(lambda: hands.message == scene.first)
    item = hands.session.cubes.current
    assert item is not None
    assert item.cube.simulated
    assert item.path is not None  # a project can find it again
    assert all(c.text for c in hands.session.classes)
    assert window.workspaces.current.name == scene.workspace
    assert window.actions_by_id[scene.command].isEnabled()


@pytest.mark.parametrize("name", [scene.name for scene in SCENES])
def test_the_picture_of_a_scene_is_the_scene(name: str) -> None:
    cube = simulate(name).cube
    picture = run(rendered(first_rendering(cube, default_composite(cube)))).image
    with Image.open(resource("scenes", f"{name}.png")) as kept:
        assert np.abs(np.asarray(kept, int) - picture).mean() < 1


def test_recent_entries_are_named_as_people_call_them(hands: Hands) -> None:
    settings = hands.window.settings
    settings.add_recent(Path("/data/a.hdr"))
    settings.add_recent(Path("/data/field.s3fnproj"))
    entries = StartState(settings).entries
    assert [(entry.name, entry.is_project) for entry in entries] == [("field", True), ("a.hdr", False)]


def test_the_page_is_seen_first_and_stays_in_its_place(qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(Settings(tmp_path / "settings.ini"), filled=False)
    with qtbot.waitSignal(window.painted):
        window.show()
    page = window.centralWidget()
    card = page.findChild(Card, "card.file.open")
    before = card.mapTo(window, QPoint(0, 0))
    window.fill()
    settle()
    assert window.image.start is page
    assert page.isVisible()
    moved = card.mapTo(window, QPoint(0, 0)) - before
    assert moved.manhattanLength() <= 6
    put_away(window)


def test_cards_are_named_as_the_commands_they_are(window: MainWindow) -> None:
    for one in BEGIN:
        action = window.actions_by_id[one.command]
        assert (one.text, QKeySequence(one.keys)) == (action.text(), action.shortcut())
