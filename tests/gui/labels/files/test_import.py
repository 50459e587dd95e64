"""Label maps of other programs into the window: which class is which, and where they go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QRadioButton, QTableWidget

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import Extent, FileClass, is_same, propose_mapping, read_label_file
from s3fn_gui.base.ask import Ask
from s3fn_gui.labels.files.attribute_dialog import AttributeDialog
from s3fn_gui.labels.files.import_dialog import MappingDialog
from s3fn_gui.labels.files.jobs import ImportAnswer, ImportQuestion
from s3fn_gui.session import class_edits
from tests.gui.labels.files.material import FOREIGN, SHAPE, current, drop, foreign, paint, start_import
from tests.gui.support import Hands


def as_proposed(question: ImportQuestion) -> ImportAnswer:
    return ImportAnswer(question.matches)


def in_dialog(act: Callable[[MappingDialog], None]) -> None:
    """Use the dialog as soon as it is open, and close it whatever happens."""

    def use() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, MappingDialog):
            QTimer.singleShot(20, use)
            return
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, use)


def box_of(dialog: MappingDialog, class_id: int) -> QComboBox:
    box = dialog.findChild(QComboBox, f"mapping_class_{class_id}")
    assert box is not None
    return box


def test_classes_are_mapped_by_name_in_the_real_dialog(labelled: Hands, tmp_path: Path) -> None:
    labelled.window.context.ask = Ask(labelled.window, labelled.window.settings)
    shown: dict[str, object] = {}

    def use(dialog: MappingDialog) -> None:
        shown["proposed"] = [box_of(dialog, i).currentText() for i in (1, 2, 3)]
        shown["choices"] = [box_of(dialog, 1).itemText(i) for i in range(5)]
        box_of(dialog, 3).setCurrentText("Leave out")
        button = dialog.findChild(QRadioButton, "mapping_unlabelled")
        assert button is not None
        button.click()
        accept = dialog.findChild(QPushButton, "mapping_import")
        assert accept is not None
        accept.click()

    in_dialog(use)
    labelled.window.flows.label_files.import_labels(foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert shown["proposed"] == ["water", "soil", "New class"]
    assert shown["choices"] == ["New class", "Leave out", "", "soil", "water"]
    assert labelled.session.classes.names == ("soil", "water")
    assert labelled.count(1) == 400 + 200  # lines 0 to 9 were soil already and stay
    assert labelled.count(2) == 200
    assert labelled.session.undo_stack.undoText() == "Import labels from foreign.hdr"
    labelled.trigger("edit.undo")
    assert (labelled.count(1), labelled.count(2)) == (400, 0)


def test_cancel_changes_nothing(labelled: Hands, tmp_path: Path) -> None:
    steps = labelled.session.undo_stack.count()
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "mapping" in labelled.ask.asked)
    assert labelled.count(1) == 400
    assert labelled.session.undo_stack.count() == steps


@pytest.mark.parametrize(
    ("extent", "soil", "water", "roof"),
    [("all", 200, 400, 40), ("unlabelled", 600, 200, 40), ("labelled", 400, 400, 40)],
)
def test_where_labels_go(
    labelled: Hands, tmp_path: Path, extent: Extent, soil: int, water: int, roof: int
) -> None:
    labelled.ask.chosen_import = lambda q: ImportAnswer(q.matches, extent)
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.session.classes.names == ("soil", "water", "roof")
    assert labelled.session.classes[3].color == "#ff0000"
    assert (labelled.count(1), labelled.count(2), labelled.count(3)) == (soil, water, roof)
    labelled.trigger("edit.undo")
    assert (labelled.count(1), labelled.session.classes.names) == (400, ("soil", "water"))


def test_locked_classes_stay(labelled: Hands, tmp_path: Path) -> None:
    labelled.session.class_looks.set_locked(1, True)
    labelled.ask.chosen_import = as_proposed
    start_import(labelled, foreign(tmp_path))
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.count(1) == 400 + 200
    assert labelled.count(2) == 200


def test_what_means_the_same_is_not_asked(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    for name in ("Water", "soil", "roof"):
        class_edits.add_class(hands.session, name)
    start_import(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert "mapping" not in hands.ask.asked
    assert hands.count(2) == 200


def test_a_project_without_classes_takes_those_of_the_file(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    start_import(hands, foreign(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert "mapping" not in hands.ask.asked
    assert hands.session.classes == FOREIGN


def test_strokes_made_while_labels_are_read_are_kept(labelled: Hands, tmp_path: Path) -> None:
    """What was painted before the edit is applied is neither lost nor undone wrongly."""
    item, file = current(labelled), read_label_file(foreign(tmp_path), shape=SHAPE)
    matches = propose_mapping(file.classes, labelled.session.classes)
    labelled.ask.chosen_import = lambda _: ImportAnswer(matches, "unlabelled")
    labelled.window.flows.label_files.take_over(item, file)
    paint(labelled, 1, slice(10, 12))  # the job has its copy already
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.count(1) == 480 + 200
    labelled.trigger("edit.undo")
    assert labelled.count(1) == 480


def test_regions_are_read_on_the_cube_and_notes_are_told(labelled: Hands, tmp_path: Path) -> None:
    corners = [[2, 2], [8, 2], [8, 6], [2, 6], [2, 2]]
    outside = [[200, 200], [210, 200], [210, 210], [200, 200]]
    features = [
        {
            "type": "Feature",
            "properties": {"class": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in (("water", corners), ("water", outside))
    ]
    path = tmp_path / "regions.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    labelled.ask.chosen_import = lambda q: ImportAnswer(q.matches, "labelled")
    start_import(labelled, path)
    labelled.until(lambda: "imported" in labelled.message)
    assert labelled.ask.import_question is not None
    assert "1 of 2 regions holds no pixel" in " ".join(labelled.ask.import_question.notes)
    assert "1 of 2 regions holds no pixel" in labelled.message
    assert labelled.count(2) == 24


def test_useless_files_are_refused(labelled: Hands, tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros(SHAPE, np.uint8))
    np.save(tmp_path / "objects.npy", np.arange(1200).reshape(SHAPE))
    np.save(tmp_path / "turned.npy", np.ones(SHAPE[::-1], np.uint8))
    for name, told in (("empty", "no labels"), ("objects", "map of objects"), ("turned", "transposed")):
        start_import(labelled, tmp_path / f"{name}.npy")
        labelled.until(lambda told=told: told in labelled.message)
        assert f"{name}.npy" in labelled.message
    assert labelled.count(1) == 400


def question_of(labelled: int = 10) -> ImportQuestion:
    classes = ClassSet().added("soil").added("water")
    found = (FileClass(1, "Water", "#0000ff", 1234), FileClass(700, None, None, 5))
    matches = propose_mapping(found, classes)
    assert not is_same(matches)
    return ImportQuestion("map.mat", matches, classes, labelled, ("Something was guessed.",))


def test_the_dialog_says_what_was_chosen(hands: Hands) -> None:
    question = question_of()
    dialog = MappingDialog(hands.window, question)
    assert dialog.answer() == ImportAnswer(question.matches)
    box_of(dialog, 700).setCurrentText("soil")
    button = dialog.findChild(QRadioButton, "mapping_labelled")
    assert button is not None
    button.setChecked(True)
    answer = dialog.answer()
    assert [m.class_id for m in answer.matches] == [2, 1]
    assert answer.extent == "labelled"
    accept = dialog.findChild(QPushButton, "mapping_import")
    assert accept is not None
    for class_id in (1, 700):
        assert accept.isEnabled()
        box_of(dialog, class_id).setCurrentText("Leave out")
    assert not accept.isEnabled()


def test_an_unlabelled_cube_has_nothing_to_replace(hands: Hands) -> None:
    dialog = MappingDialog(hands.window, question_of(labelled=0))
    button = dialog.findChild(QRadioButton, "mapping_all")
    assert button is not None
    assert not button.isVisibleTo(dialog)


def unclear(folder: Path) -> Path:
    """Regions with two attributes that may name their class."""
    features = [
        {
            "type": "Feature",
            "properties": {"plot": plot, "species": species},
            "geometry": {"type": "Polygon", "coordinates": [[[at, 1], [at + 3, 1], [at + 3, 4], [at, 1]]]},
        }
        for at, (plot, species) in enumerate((("a", "oak"), ("b", "beech"), ("c", "oak")))
    ]
    path = folder / "plots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("way", [start_import, drop])
def test_which_attribute_is_the_class_is_asked(
    hands: Hands, tmp_path: Path, way: Callable[[Hands, Path], None]
) -> None:
    hands.open_scene()
    way(hands, unclear(tmp_path))
    asked = "attribute of plots.geojson: plot, species"
    hands.until(lambda: asked in hands.ask.asked)  # and cancelled
    hands.until(lambda: not hands.window.runner.active)
    assert not current(hands).counts[1:].any()
    hands.ask.chosen_attribute = "species"
    way(hands, unclear(tmp_path))
    hands.until(lambda: "imported" in hands.message)
    assert hands.session.classes.names == ("oak", "beech")


def test_the_dialog_of_attributes_shows_their_values(hands: Hands) -> None:
    dialog = AttributeDialog(hands.window, "a.geojson", {"plot": ["a", "b"], "species": ["oak"] * 6})
    rows = dialog.findChild(QTableWidget, "attribute_list")
    assert rows is not None
    assert [rows.item(line, 0).text() for line in (0, 1)] == ["plot", "species"]
    assert rows.item(1, 1).text() == "oak, oak, oak, oak and 2 more"
    assert dialog.chosen() == "plot"
    rows.selectRow(1)
    assert dialog.chosen() == "species"
