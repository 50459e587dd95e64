"""What the values of a cube are is asked once, and holds for plot, claims and facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from s3fn_core.cubes.formats import write_envi
from s3fn_gui.cubes.information import facts
from tests.gui.support import Hands, scene_array, write_scene


def axis(hands: Hands) -> str:
    label: str = hands.window.panels.spectra.plot.getAxis("left").labelText
    return label.replace("<br>", " ")


def action(hands: Hands, name: str) -> QAction:
    found = hands.window.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def asked(hands: Hands) -> bool:
    return not hands.find("reflectance_question", QLabel).isHidden()


@pytest.mark.parametrize("answer", [True, False])
def test_the_answer_holds_everywhere_and_is_kept(hands: Hands, tmp_path: Path, answer: bool) -> None:
    hands.open_file(write_scene(tmp_path))
    (item,) = hands.session.cubes.items
    assert asked(hands)
    hands.find("reflectance_yes" if answer else "reflectance_no", QPushButton).click()
    assert not asked(hands)
    assert item.is_reflectance is answer
    assert item.cube.reflectance is answer
    assert action(hands, "cube.reflectance").isChecked() is answer
    assert axis(hands) == ("Reflectance" if answer else "Value")
    shown = hands.find("spectrum_transform", QComboBox)
    assert isinstance(shown, QComboBox)
    assert shown.currentText() == ("Reflectance" if answer else "Values")
    quantity = next(fact.value for fact in facts(item) if fact.name == "Quantity")
    assert quantity == ("reflectance" if answer else "not reflectance")
    hands.ask.paths["project target"] = tmp_path / "work.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: hands.session.folder)
    hands.ask.paths["project"] = tmp_path / "work.s3fnproj"
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.items and hands.session.cubes.items[0] is not item)
    hands.until(lambda: not hands.window.runner.active)
    assert hands.session.cubes.items[0].is_reflectance is answer
    assert not asked(hands)  # once is enough


def test_only_what_is_in_doubt_is_asked(hands: Hands, tmp_path: Path) -> None:
    counts = (10_000 * scene_array()).astype(np.uint16)
    waves = np.linspace(450, 900, 12)
    hands.open_file(write_envi(counts, tmp_path / "counts.hdr", waves))
    assert not asked(hands)
    scaled = {"reflectance scale factor": 10_000}
    hands.open_file(write_envi(counts, tmp_path / "scaled.hdr", waves, metadata=scaled))
    assert not asked(hands)
    assert [item.is_reflectance for item in hands.session.cubes.items] == [False, True]
    assert all(item.treatment.is_empty for item in hands.session.cubes.items)


def test_the_answer_is_changed_and_undone(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_scene(tmp_path))
    for command, expected in (("cube.other_values", "Value"), ("cube.reflectance", "Reflectance")):
        hands.trigger(command)
        hands.trigger(command)  # one step, however often it is said
        assert axis(hands) == expected
    hands.trigger("edit.undo")
    assert axis(hands) == "Value"
    hands.trigger("edit.undo")
    assert asked(hands)


def test_the_answer_is_changed_in_the_metadata(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_scene(tmp_path))
    hands.trigger("cube.metadata")
    box = hands.find("metadata_reflectance", QComboBox)
    assert isinstance(box, QComboBox)
    box.setCurrentText("Other values")
    box.activated.emit(box.currentIndex())
    assert axis(hands) == "Reflectance"
    accept = hands.find("metadata_ok", QPushButton)
    assert isinstance(accept, QPushButton)
    accept.click()
    assert axis(hands) == "Value"
    hands.trigger("edit.undo")
    assert axis(hands) == "Reflectance"
