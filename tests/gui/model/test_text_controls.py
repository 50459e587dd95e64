"""Does the text matter?  The dialog, used as a user would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton, QSpinBox, QTableWidget

from s3fn_core.model.config import TrainSettings, train_config
from s3fn_gui.session import class_edits
from s3fn_gui.words.description_edits import describe_class
from tests.gui.support import LINES, SAMPLES, Hands


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    """A scene with two described classes, labelled in several places."""
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    for name, text in (("rising", "grows with the wavelength"), ("falling", "dark beyond 800 nm")):
        class_edits.add_class(hands.session, name)
        describe_class(hands.session, len(hands.session.classes), text)
    everywhere = np.random.default_rng(0).random((LINES, SAMPLES)) < 0.04
    for class_id, half in ((1, slice(0, SAMPLES // 2)), (2, slice(SAMPLES // 2, SAMPLES))):
        box = (0, half.start, LINES, half.stop)
        edit = item.labels.edit(box, everywhere[:, half], class_id)
        hands.session.push_labels(item, edit, "Paint")
    hands.session.set_train_settings(TrainSettings(epochs=2, device="cpu"))
    return hands


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def press(hands: Hands, name: str) -> None:
    button = hands.find(name, QPushButton)
    assert isinstance(button, QPushButton)
    assert button.isEnabled()
    button.click()


def begin(hands: Hands) -> QDialog:
    """Open the dialog and measure once."""
    hands.trigger("model.controls")
    dialog = hands.find("controls_dialog", QDialog)
    assert isinstance(dialog, QDialog)
    seeds = hands.find("controls_seeds", QSpinBox)
    assert isinstance(seeds, QSpinBox)
    seeds.setValue(1)
    press(hands, "controls_start")
    return dialog


def test_what_was_measured_is_found_again(labelled: Hands, tmp_path: Path) -> None:
    hands, state = labelled, labelled.states.text_controls
    dialog = begin(hands)
    assert state.running
    assert hands.find("controls_stop").isVisible()
    assert not hands.find("controls_export").isEnabled()
    dialog.close()
    hands.until(lambda: not state.running)
    assert state.result is not None
    assert hands.message.startswith(state.result.verdict)
    hands.trigger("model.controls")
    assert hands.find("controls_dialog") is dialog
    assert dialog.isVisible()
    assert text(hands, "controls_verdict") == state.result.verdict
    assert text(hands, "controls_protocol") == state.result.protocol
    table = hands.find("controls_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    assert table.rowCount() == len(state.result.variants) + 1  # and a heading

    hands.ask.paths["controls"] = tmp_path / "results"
    press(hands, "controls_export")
    hands.until(lambda: "Exported" in hands.message)
    assert sorted(p.name for p in (tmp_path / "results").iterdir()) == [
        "scene_controls.csv",
        "scene_controls.json",
        "scene_controls.png",
    ]

    describe_class(hands.session, 1, "other words")
    assert text(hands, "controls_protocol").startswith("Measured before the last changes")
    hands.session.clear()
    assert state.result is None
    assert not hands.find("controls_table").isVisible()


def test_cancelling_keeps_what_was_known_before(labelled: Hands) -> None:
    hands, state = labelled, labelled.states.text_controls
    begin(hands)
    hands.until(lambda: state.progress is not None)
    press(hands, "controls_stop")
    hands.until(lambda: not state.running)
    assert state.result is None
    assert hands.find("controls_start").isVisible()
    assert "Cancelled" in hands.message


def test_what_is_missing_is_said_before_anything_starts(hands: Hands) -> None:
    begin(hands)
    assert "open a cube first" in hands.message
    assert not hands.states.text_controls.running


def test_without_a_description_there_is_no_text_to_test(labelled: Hands) -> None:
    for class_id in (1, 2):
        describe_class(labelled.session, class_id, "")
    begin(labelled)
    assert "has a description to test" in labelled.message
    assert not labelled.states.text_controls.running


def test_a_failure_leaves_the_dialog_ready(labelled: Hands) -> None:
    """Labels of one place only cannot be divided."""
    hands, item = labelled, labelled.session.cubes.current
    assert item is not None
    keep = np.zeros((LINES, SAMPLES), bool)
    keep[tuple(np.argwhere(item.labels.ids == 1)[0])] = True
    keep[tuple(np.argwhere(item.labels.ids == 2)[0])] = True
    edit = item.labels.edit((0, 0, LINES, SAMPLES), ~keep, 0)
    hands.session.push_labels(item, edit, "Erase")
    begin(hands)
    hands.until(lambda: not hands.states.text_controls.running)
    assert "cannot be measured" in hands.message
    assert hands.find("controls_start").isVisible()


def test_tuned_vectors_are_a_setting_of_the_training(hands: Hands) -> None:
    box = hands.find("label_embeddings", QComboBox)
    assert isinstance(box, QComboBox)
    assert train_config(hands.session.train_settings).fusion.labels == "text"
    box.setCurrentIndex(box.findData("tuned"))
    settings = hands.session.train_settings
    assert train_config(settings).fusion.labels == "tuned"
    assert TrainSettings.from_json(settings.to_json()) == settings
    hands.session.set_train_settings(TrainSettings())
    assert box.currentData() == "text"
