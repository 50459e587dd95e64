"""Map a folder: what was done with the cube in the window, done with others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QTableWidget

from s3fn_core.batch.recipe import read_run_recipe
from s3fn_core.batch.same import RECIPE
from s3fn_core.labels.classes import ClassSet
from tests.core.model.models import small, untrained
from tests.gui.support import Hands, scene_cube, write_scene


@pytest.fixture
def folder(hands: Hands, tmp_path: Path) -> Path:
    """A folder of two scenes and a file that is none; one of the scenes is open, and there is a model."""
    folder = tmp_path / "scans"
    folder.mkdir()
    hands.open_file(write_scene(folder, "one"))
    write_scene(folder, "two")
    (folder / "bad.hdr").write_text("no header")
    hands.session.set_model(untrained(small("pixel"), scene_cube(), ClassSet().added("a").added("b")))
    return folder


def text(hands: Hands, name: str) -> QLineEdit:
    field = hands.find(name, QLineEdit)
    assert isinstance(field, QLineEdit)
    return field


def press(hands: Hands, name: str) -> None:
    button = hands.find(name, QPushButton)
    assert isinstance(button, QPushButton)
    assert button.isEnabled(), button.toolTip()
    button.click()


def results(hands: Hands) -> dict[str, str]:
    table = hands.find("folder_cubes_done", QTableWidget)
    assert isinstance(table, QTableWidget)
    return {table.item(n, 0).text(): table.item(n, 1).text() for n in range(table.rowCount())}


def test_a_folder_is_mapped_as_the_cube_was(hands: Hands, folder: Path, tmp_path: Path) -> None:
    hands.trigger("model.folder")
    assert text(hands, "folder_cubes").text() == str(folder)
    start = hands.find("folder_start", QPushButton)
    assert not start.isEnabled()
    assert "folder for the results" in start.toolTip()
    for name, there in (("folder_predict", True), ("folder_calibrate", False), ("folder_mask", False)):
        box = hands.find(name, QCheckBox)
        assert isinstance(box, QCheckBox)
        assert (box.isEnabled(), box.isChecked()) == (there, there)
    out = tmp_path / "maps"
    hands.ask.paths["results"] = out
    press(hands, "folder_choose_out")
    press(hands, "folder_start")
    hands.until(lambda: "cubes done" in hands.message)
    assert "2 of 3 cubes done" in hands.message
    found = results(hands)
    assert (found["one"], found["two"]) == ("done", "done")
    assert "bad.hdr" in found["bad"]
    assert {path.name for path in out.glob("*.csv")} == {"one_areas.csv", "two_areas.csv", "summary.csv"}
    np.testing.assert_array_equal(*(open_map(out / f"{name}_classes.img") for name in ("one", "two")))
    assert read_run_recipe(out / RECIPE).predict is not None
    press(hands, "folder_start")
    hands.until(lambda: not hands.states.folder.running)
    assert results(hands)["one"] == "done earlier"
    hands.ask.paths["run target"] = tmp_path / "kept" / "again.yaml"
    press(hands, "folder_recipe")
    hands.until(lambda: "Recipe saved" in hands.message)
    assert {p.name for p in (tmp_path / "kept").iterdir()} == {"again.yaml", "again_model.s3fn"}


def test_cancelled_it_keeps_what_is_done(hands: Hands, folder: Path, tmp_path: Path) -> None:
    hands.trigger("model.folder")
    text(hands, "folder_out").setText(str(tmp_path / "maps"))
    press(hands, "folder_start")
    hands.until(lambda: "one" in results(hands))
    press(hands, "folder_stop")
    hands.until(lambda: not hands.states.folder.running)
    assert "Finished cubes are kept" in hands.message or "2 of 3" in hands.message  # it may have been faster
    assert not any(status.endswith("%") for status in results(hands).values())
    press(hands, "folder_start")
    hands.until(lambda: "cubes done" in hands.message)
    assert "2 of 3 cubes done" in hands.message


def open_map(path: Path) -> np.ndarray:
    return np.fromfile(path, np.uint8)
