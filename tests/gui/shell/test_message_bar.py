"""Messages: where they lie, and when they go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from s3fn_gui.session import class_edits
from s3fn_gui.shell import message_bar
from s3fn_gui.shell.message_bar import LINES, in_lines
from tests.gui.support import Hands, settle

LONG = "What is to be said takes more than two lines of the room that there is. " * 6


def on_window(hands: Hands, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(hands.window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(1366, 768), (1024, 700), (960, 700)])
@pytest.mark.parametrize("simulated", [False, True])
def test_a_message_covers_neither_name_nor_badges_nor_moves_the_image(
    hands: Hands, size: tuple[int, int], simulated: bool
) -> None:
    hands.open_scene()
    hands.window.resize(*size)
    name, tag = hands.find("cube_name", QLabel), hands.find("simulated_tag", QLabel)
    assert isinstance(name, QLabel)
    tag.setVisible(simulated)
    name.setText("a_scene_with_a_rather_long_name_tile_128_0")
    settle()
    before, canvas = hands.point(4, 3), on_window(hands, hands.window.cube_view.canvas)
    hands.session.report("error", LONG, action="train.start")
    settle()
    bar = hands.window.message_bar
    assert bar.isVisible()
    place = on_window(hands, bar)
    others = ["cube_name", "fit_button", "compare_button", *(["simulated_tag"] if simulated else [])]
    for other in others:
        assert not place.intersects(on_window(hands, hands.find(other))), other
    assert not place.intersects(canvas)
    assert on_window(hands, hands.window.cube_view.canvas) == canvas
    assert hands.point(4, 3) == before
    assert bar.width() >= 220


@pytest.mark.parametrize("workspace", ["label", "describe"])
def test_a_message_above_a_narrow_image_can_be_read(hands: Hands, workspace: str) -> None:
    """It lies on the name there, as long as it is shown."""
    hands.open_scene()
    hands.find("simulated_tag").setVisible(True)
    hands.window.resize(960, 540)  # as half of a screen, or all of one at 200 %
    hands.trigger(f"workspace.{workspace}")
    settle()
    hands.session.report("info", LONG, action="label.brush")
    settle()
    text = hands.find("message_text", QLabel)
    assert isinstance(text, QLabel)
    assert text.width() >= 70
    assert not on_window(hands, hands.window.message_bar).intersects(
        on_window(hands, hands.find("compare_button"))
    )


def test_a_long_message_is_cut_and_can_be_read_in_full(hands: Hands) -> None:
    hands.open_scene()
    hands.session.report("error", "Short.")
    details = hands.find("message_details", QPushButton)
    assert not details.isVisible()
    hands.session.report("error", LONG)
    assert details.isVisible()
    assert hands.message == LONG
    text = hands.find("message_text", QLabel)
    assert isinstance(text, QLabel)
    assert text.text().count("\n") == LINES - 1
    assert text.text().endswith("…")


def test_short_texts_stay_whole() -> None:
    font = QFont()
    assert in_lines("one line", font, 400) == ("one line", False)
    broken, cut = in_lines("two lines of text", font, 70)
    assert (broken.replace("\n", " "), cut) == ("two lines of text", False)
    assert in_lines(LONG, font, 300)[1]


def test_what_is_no_longer_true_is_withdrawn(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("train.start")
    assert "add classes" in hands.message
    class_edits.add_class(hands.session, "leaf")
    hands.until(lambda: hands.message == "")
    class_edits.add_class(hands.session, "soil")
    hands.trigger("train.start")
    assert "no labelled pixels" in hands.message
    item = hands.session.cubes.current
    assert item is not None
    for class_id, line in ((1, 2), (2, 20)):
        edit = item.labels.edit((line, 2, line + 3, 5), np.ones((3, 3), bool), class_id)
        hands.session.push_labels(item, edit, "Paint")
    hands.until(lambda: hands.message == "")


def test_a_message_about_another_project_goes_with_it(hands: Hands) -> None:
    hands.open_scene()
    hands.session.report("error", "This cube is odd.")
    hands.trigger("file.close_project")
    assert hands.message == ""


def test_a_missing_cube_is_no_longer_missed_once_it_was_found(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    folder = scene_file.parent / "one.s3fnproj"
    hands.ask.paths["project target"] = folder
    hands.trigger("file.save")
    hands.until(lambda: hands.session.project)
    hands.trigger("file.close_project")
    away = scene_file.parent / "elsewhere"
    away.mkdir()
    for part in scene_file.parent.glob("scene.*"):
        part.rename(away / part.name)
    hands.ask.paths["project"] = folder
    hands.trigger("file.open_project")
    hands.until(lambda: "scene" in hands.message)
    warned = hands.message
    hands.ask.paths["missing cube"] = away / scene_file.name
    hands.trigger("file.find_missing")
    hands.until(lambda: hands.session.cubes.items)
    hands.until(lambda: hands.message != warned)


def test_good_news_goes_by_itself_and_a_proposal_does_not(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_bar, "FADE_AFTER_MS", 1)
    monkeypatch.setattr(message_bar, "LONGER_MS", 1)
    hands.open_scene()
    for action in ("", "file.open_export_folder"):
        hands.session.report("success", "Written.", action=action)
        assert hands.message == "Written."
        hands.until(lambda: hands.message == "")
    hands.session.report("info", "Calibrate it?", action="cube.calibrate")
    QTest.qWait(20)
    assert hands.message == "Calibrate it?"
