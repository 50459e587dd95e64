"""One user's day: from a file to an exported map and back from a saved project."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
import spectral
from PIL import Image
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTableWidget

from s3fn_core.model.config import PRESETS, TrainSettings
from tests.gui.support import LINES, SAMPLES, Hands

RISING = "The reflectance rises from 10 % at 450 nm to 70 % at 900 nm."
FALLING = "The reflectance falls from 70 % at 450 nm to 10 % at 900 nm."


def add_class(hands: Hands, name: str, description: str) -> None:
    """Add, rename in the table, describe in the editor."""
    hands.trigger("label.add_class")
    table = hands.find("class_table", QTableWidget)
    editor = hands.find("description_editor", QPlainTextEdit)
    assert isinstance(table, QTableWidget)
    assert isinstance(editor, QPlainTextEdit)
    table.item(table.rowCount() - 1, 1).setText(name)
    QTest.keyClicks(editor, description)


def truth() -> np.ndarray:
    """Class 1 on the left, class 2 on the right."""
    return np.where(np.arange(SAMPLES) < SAMPLES // 2, 1, 2) * np.ones((LINES, 1), int)


def test_the_whole_way(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    session = hands.session

    # open
    hands.open_file(scene_file)
    assert not hands.window.actions_by_id["file.export"].isEnabled()

    # classes and descriptions
    add_class(hands, "rising", RISING)
    add_class(hands, "falling", FALLING)
    assert session.classes.names == ("rising", "falling")
    assert [c.text for c in session.classes] == [RISING, FALLING]

    # paint, undo, redo
    assert session.view.tool == "brush"
    session.view.set_brush(size=3)
    for class_id, sample in ((1, 6), (2, 32)):
        session.select_class(class_id)
        for line in (4, 14, 24):
            hands.stroke((line, sample - 3), (line, sample + 3))
    painted = hands.count(2)
    assert painted > 40
    hands.trigger("edit.undo")
    assert hands.count(2) < painted
    hands.trigger("edit.redo")
    assert hands.count(2) == painted

    # train, cancel: within a second, and nothing is changed
    session.set_train_settings(TrainSettings(epochs=5000, device="cpu"))
    hands.trigger("train.start")
    assert not hands.window.actions_by_id["train.start"].isEnabled()
    hands.until(lambda: hands.states.training.curves.get("loss"))
    started = time.monotonic()
    hands.trigger("train.stop")
    hands.until(lambda: not hands.states.training.running)
    assert time.monotonic() - started < 1.0
    assert session.model is None
    assert "cancelled" in hands.message

    # train to the end: the map lies over the image, the accuracy is told
    session.set_train_settings(TrainSettings(epochs=25, device="cpu"))
    hands.trigger("train.start")
    hands.until(lambda: not hands.states.training.running, seconds=300)
    item = session.cubes.current
    assert session.model is not None
    assert item is not None
    assert item.prediction is not None
    assert "of held-out pixels correct" in hands.message
    assert np.mean(item.prediction.ids == truth()) > 0.95
    assert hands.window.cube_view.prediction.isVisible()
    headline = hands.find("train_headline", QLabel)
    assert isinstance(headline, QLabel)
    assert "held-out" in headline.text()
    overall = hands.find("figure_oa", QLabel)
    assert isinstance(overall, QLabel)
    assert overall.text().endswith("%")

    # export
    out = tmp_path / "out"
    hands.ask.paths["export"] = out
    hands.trigger("file.export")
    hands.until(lambda: "Map exported" in hands.message)
    check_export(out, item.prediction.ids)

    # save, change nothing, reopen
    folder = tmp_path / "day.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty)
    assert (folder / "project.json").is_file()
    assert list((folder / "labels").glob("*.tif"))
    assert list((folder / "models").glob("*.s3fn"))
    labels, found = item.labels.ids.copy(), item.prediction.ids.copy()
    session.clear()
    hands.trigger("file.open_project")
    hands.until(lambda: session.cubes.current is not None and session.cubes.current.prediction is not None)
    again = session.cubes.current
    assert again is not None
    assert again.prediction is not None
    np.testing.assert_array_equal(again.labels.ids, labels)
    np.testing.assert_array_equal(again.prediction.ids, found)
    assert [c.text for c in session.classes] == [RISING, FALLING]
    assert session.train_settings.epochs == 25
    assert overall.text().endswith("%")


def check_export(folder: Path, ids: np.ndarray) -> None:
    """Other programs read what was written."""
    opened = spectral.envi.open(folder / "scene_classes.hdr")
    assert opened.metadata["file type"] == "ENVI Classification"
    assert opened.metadata["class names"][1:] == ["rising", "falling"]
    np.testing.assert_array_equal(np.squeeze(opened.load()), ids)
    assert Image.open(folder / "scene_classes.png").size[0] >= SAMPLES
    with (folder / "scene_areas.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["class"]: int(row["pixels"]) for row in rows} == {
        "rising": np.count_nonzero(ids == 1),
        "falling": np.count_nonzero(ids == 2),
    }


def test_an_empty_description_is_allowed_and_told(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    for sample in (6, 32):
        hands.trigger("label.add_class")
        hands.stroke((4, sample - 3), (20, sample + 3))
    hands.session.set_train_settings(TrainSettings(epochs=2, device="cpu"))
    hands.trigger("train.start")
    assert "class 1 and class 2 have no description" in hands.message
    hands.until(lambda: not hands.states.training.running, seconds=300)
    assert hands.session.model is not None


def test_closing_the_window_during_a_training(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    for sample in (6, 32):
        hands.trigger("label.add_class")
        hands.stroke((4, sample - 3), (20, sample + 3))
    hands.session.set_train_settings(TrainSettings(epochs=5000, device="cpu"))
    hands.trigger("train.start")
    hands.until(lambda: hands.states.training.curves.get("loss"))
    started = time.monotonic()
    assert hands.window.close()
    assert time.monotonic() - started < 3
    assert not hands.window.runner.active


def test_an_error_of_the_core_in_training_leaves_the_window_alive(
    hands: Hands, scene_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(PRESETS, "object")
    hands.open_file(scene_file)
    for sample in (6, 32):
        hands.trigger("label.add_class")
        hands.stroke((4, sample - 3), (20, sample + 3))
    hands.session.set_train_settings(TrainSettings(preset="object"))
    hands.trigger("train.start")
    hands.until(lambda: not hands.states.training.running)
    assert 'There is no preset "object"' in hands.message
    hands.stroke((25, 6), (25, 9))
    assert hands.window.actions_by_id["train.start"].isEnabled()
