"""The table of objects of all open cubes: listed, filtered, chosen, labelled, classified, exported."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.defect_rule import rule_of_alarms
from s3fn_core.model.handling import Handling
from s3fn_core.model.votes import VoteRule
from s3fn_core.quoting import per_cent
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.masks.objects.pictures import SIDE
from s3fn_gui.masks.objects.rule_dialog import RuleDialog
from s3fn_gui.masks.objects.table import CLASS, LABEL, NAME, OBJECT, PIXELS, SPECTRUM, TRAY, VOTES
from s3fn_gui.masks.objects.view import ObjectsView
from s3fn_gui.session.cube import OpenCube
from tests.core.model.learning.test_defects import ROTTEN
from tests.gui.masks.test_judged_objects import CUBE as JUDGED
from tests.gui.masks.test_judged_objects import FOREIGN, trained
from tests.gui.masks.test_judged_objects import OBJECTS as OF_JUDGED
from tests.gui.support import Hands

CLASSES = ClassSet((LabelClass(4, "ripe", "#cc3311"), LabelClass(2, "unripe", "#009988")))
OBJECTS = np.zeros((20, 30), np.int32)
OBJECTS[2:6, 2:8] = 1
OBJECTS[3:9, 12:20] = 2
OBJECTS[12:18, 4:9] = 3
WAVELENGTHS = np.linspace(450, 900, 6)
Kind = TypeVar("Kind", bound=QWidget)


def tray(name: str) -> Cube:
    values = np.zeros((*OBJECTS.shape, 6), np.float32)
    for number in (1, 2, 3):
        values[number == OBJECTS] = 0.1 * number + 0.05 * np.arange(6)
    return Cube(values, name, wavelengths=WAVELENGTHS)


def open_tray(hands: Hands, name: str) -> OpenCube:
    item = prepare(tray(name))
    hands.session.cubes.add(item)
    hands.session.push_treatment(item, Treatment(mask=Mask(OBJECTS)), "Mask")
    return item


@pytest.fixture
def listed(hands: Hands) -> Hands:
    """One tray of three objects, its table seen, and two classes."""
    hands.session.set_classes(CLASSES)
    open_tray(hands, "day 1")
    hands.window.docks["objects"].raise_()
    hands.until(lambda: len(hands.states.objects.places) == 3)
    hands.until(lambda: all(one.tray.looks for one in hands.states.objects.trays.values()))
    return hands


@pytest.fixture
def several(listed: Hands) -> Hands:
    """Two trays."""
    open_tray(listed, "day 2")
    listed.until(lambda: len(listed.states.objects.places) == 6)
    return listed


def table(hands: Hands) -> ObjectsView:
    found = hands.find("objects_table")
    assert isinstance(found, ObjectsView)
    return found


def column(hands: Hands, which: int) -> list[str]:
    model = table(hands).model()
    return [str(model.index(line, which).data()) for line in range(model.rowCount())]


def choose(hands: Hands, *lines: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    view = table(hands)
    view.clearSelection()
    for line in lines:
        view.selectionModel().select(view.model().index(line, 0), flags.Select | flags.Rows)


def press(hands: Hands, key: Qt.Key) -> None:
    """A key of the keyboard, which a shortcut of the window may take."""
    hands.window.activateWindow()
    table(hands).setFocus()
    hands.until(lambda: QApplication.focusWidget() is table(hands))
    QTest.keyClick(table(hands), key)


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def a_map() -> Prediction:
    """Object 1 is ripe, 2 unripe but for its first line, 3 ripe in half of its pixels and surer of it."""
    ids = np.where(OBJECTS == 2, 2, 4).astype(np.uint8)
    ids[3] = 4
    ids[15:18] = 2
    confidence = np.where(ids == 4, 0.9, 0.6).astype(np.float32)
    return Prediction(ids, confidence, CLASSES, None)


# --- listing -------------------------------------------------------------------------------------


def test_nothing_is_listed_before_the_table_is_seen(hands: Hands) -> None:
    open_tray(hands, "day 1")
    hands.until(lambda: len(hands.states.mask.objects) == 3)
    assert hands.states.objects.places == []
    hands.window.docks["objects"].raise_()
    hands.until(lambda: len(hands.states.objects.places) == 3)


def test_objects_are_listed_with_size_picture_and_spectrum(listed: Hands) -> None:
    assert column(listed, OBJECT) == ["1", "2", "3"]
    assert column(listed, PIXELS) == ["24", "48", "30"]
    model = table(listed).model()
    listed.until(lambda: model.index(1, OBJECT).data(Qt.ItemDataRole.DecorationRole) is not None)
    picture = model.index(1, OBJECT).data(Qt.ItemDataRole.DecorationRole)
    assert picture.availableSizes()[0].toTuple() == (2 * SIDE, 2 * SIDE)  # whatever shape the object has
    assert model.index(1, SPECTRUM).data(Qt.ItemDataRole.DecorationRole).width() > SIDE
    assert [table(listed).isColumnHidden(c) for c in (TRAY, LABEL, CLASS, VOTES)] == [True, False, True, True]
    table(listed).resize(300, 200)  # too narrow for all
    assert [table(listed).isColumnHidden(c) for c in (NAME, LABEL, PIXELS)] == [False, False, True]


def test_pictures_follow_the_picture_of_the_cube(listed: Hands) -> None:
    model, state, cut = table(listed).model(), listed.states.objects, list[dict[tuple[str, int], ByteImage]]()
    listed.until(lambda: model.index(0, OBJECT).data(Qt.ItemDataRole.DecorationRole) is not None)
    state.pictures_cut.connect(cut.append)
    listed.session.cubes.drawn.emit()
    listed.until(lambda: bool(cut))
    assert {number for _, number in cut[0]} == {1, 2, 3}
    image, (top, left, bottom, right) = current(listed).colour.image, state.row((current(listed).key, 1)).box
    np.testing.assert_array_equal(cut[0][current(listed).key, 1], image[top:bottom, left:right])


def test_all_open_cubes_are_in_one_table(several: Hands) -> None:
    assert column(several, TRAY) == ["day 1"] * 3 + ["day 2"] * 3
    assert not table(several).isColumnHidden(TRAY)
    several.session.cubes.remove(current(several).key)
    several.until(lambda: len(several.states.objects.places) == 3)
    several.session.undo_stack.clear()
    several.session.cubes.remove(current(several).key)
    several.until(lambda: not several.states.objects.places)


def test_a_mask_that_goes_takes_its_objects_with_it(listed: Hands) -> None:
    choose(listed, 0)
    listed.trigger("mask.remove")
    listed.until(lambda: not listed.states.objects.places)
    assert listed.states.objects.chosen == ()
    listed.trigger("edit.undo")
    listed.until(lambda: len(listed.states.objects.places) == 3)


def test_sizes_sort_as_numbers(listed: Hands) -> None:
    table(listed).sortByColumn(PIXELS, Qt.SortOrder.DescendingOrder)
    assert column(listed, OBJECT) == ["2", "3", "1"]


def test_the_map_says_what_the_objects_are(listed: Hands) -> None:
    listed.session.cubes.set_prediction(current(listed).key, a_map())
    listed.until(lambda: column(listed, CLASS) == ["ripe", "unripe", "ripe"])
    assert column(listed, VOTES) == ["100 %", "83 %", "50 %"]
    tip = table(listed).model().index(1, VOTES).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "unripe: 40 of 48 pixels of the map"


def test_a_vote_keeps_the_share_of_the_votes(listed: Hands, qtbot: QtBot) -> None:
    listed.session.cubes.set_prediction(current(listed).key, a_map())
    listed.until(lambda: column(listed, VOTES) == ["100 %", "83 %", "50 %"])
    before = current(listed).prediction
    with qtbot.waitSignal(listed.states.objects.known_changed, timeout=20_000):
        listed.states.mask.set_vote(True)
    assert current(listed).prediction is not before
    assert column(listed, VOTES) == ["100 %", "83 %", "50 %"]


# --- filter --------------------------------------------------------------------------------------


def want(hands: Hands, kind: str) -> None:
    box = hands.find("objects_kind", QComboBox)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(kind))
    assert box.currentData() == kind
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("unlabelled", ["2", "3"]),
        ("labelled", ["1"]),
        ("contradicted", ["1"]),
        ("unknown", []),
        ("class 4", ["1", "3"]),
        ("class 2", ["2"]),
        ("label 2", ["1"]),
        ("all", ["1", "2", "3"]),
    ],
)
def test_only_what_is_wanted_is_listed(listed: Hands, kind: str, numbers: list[str]) -> None:
    listed.session.cubes.set_prediction(current(listed).key, a_map())
    choose(listed, 0)
    press(listed, Qt.Key.Key_2)
    listed.until(lambda: column(listed, LABEL) == ["unripe", "", ""])
    listed.until(lambda: column(listed, CLASS) == ["ripe", "unripe", "ripe"])
    want(listed, kind)
    assert column(listed, OBJECT) == numbers


def test_a_text_filters_by_number_cube_label_and_class(several: Hands) -> None:
    field = several.find("objects_filter", QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText("3")
    assert column(several, OBJECT) == ["3", "3"]
    field.setText("DAY 2")
    assert column(several, TRAY) == ["day 2"] * 3
    assert text(several, "objects_summary").startswith("3 of 6 objects · select some, then press 1–9")
    field.clear()
    assert len(column(several, OBJECT)) == 6


# --- choosing ------------------------------------------------------------------------------------


def test_rows_and_image_choose_each_other(listed: Hands) -> None:
    layer = listed.window.image.mask_layer
    choose(listed, 0, 2)
    assert listed.states.mask.selection == (1, 3)
    assert layer.outline.isVisible()
    assert layer.outline.path().boundingRect().bottom() == 18
    listed.trigger("mask.object")
    listed.press(5, 15)
    listed.release(5, 15)
    assert [index.row() for index in table(listed).selectionModel().selectedRows()] == [1]
    box = listed.window.cube_view.box
    box.setRange(xRange=(0, 5), yRange=(0, 5), padding=0)
    choose(listed, 2)
    assert box.viewRect().contains(6.5, 15)


def test_shift_chooses_several_on_the_image(listed: Hands) -> None:
    listed.trigger("mask.object")
    mask = listed.states.mask
    mask.select_at((4, 4))
    mask.select_at((5, 15), more=True)
    assert mask.selection == (1, 2)
    assert len(listed.states.objects.chosen) == 2
    mask.select_at((4, 4), more=True)
    mask.select_at((0, 0), more=True)
    assert mask.selection == (2,)


def test_a_row_of_another_cube_shows_that(several: Hands) -> None:
    assert current(several).cube.name == "day 2"
    choose(several, 1)
    several.until(lambda: current(several).cube.name == "day 1")
    several.until(lambda: several.states.mask.selection == (2,))
    assert [place[1] for place in several.states.objects.chosen] == [2]


def test_their_mean_spectra_are_drawn(listed: Hands) -> None:
    layer = listed.window.panels.object_curves
    choose(listed, 0, 1)
    assert [curve.y[0] for curve in layer.curves.shown] == pytest.approx([0.1, 0.2])
    listed.states.objects.choose(())
    assert layer.curves.shown == ()


# --- labels --------------------------------------------------------------------------------------


def test_number_keys_label_the_chosen_objects_in_one_step(listed: Hands) -> None:
    choose(listed, 0, 2)
    steps = listed.session.undo_stack.count()
    press(listed, Qt.Key.Key_2)
    ids = current(listed).labels.ids
    np.testing.assert_array_equal(ids, np.where(np.isin(OBJECTS, (1, 3)), 2, 0))
    assert listed.session.undo_stack.count() == steps + 1
    assert listed.session.undo_stack.undoText() == "Label 2 objects as unripe"
    listed.until(lambda: column(listed, LABEL) == ["unripe", "", "unripe"])
    assert listed.session.class_id == 4  # the key was not for the brush
    assert len(listed.states.objects.chosen) == 2
    press(listed, Qt.Key.Key_0)
    assert not current(listed).labels.ids.any()
    listed.trigger("edit.undo")
    listed.trigger("edit.undo")
    assert not current(listed).labels.ids.any()
    listed.until(lambda: column(listed, LABEL) == ["", "", ""])


def test_objects_of_two_cubes_are_labelled_in_one_step(several: Hands) -> None:
    choose(several, 0, 5)
    press(several, Qt.Key.Key_1)
    several.until(lambda: column(several, LABEL) == ["ripe", "", "", "", "", "ripe"])
    several.trigger("edit.undo")
    several.until(lambda: set(column(several, LABEL)) == {""})


def test_a_key_without_a_class_says_so(listed: Hands) -> None:
    choose(listed, 0)
    press(listed, Qt.Key.Key_7)
    assert "There is no class 7" in listed.message
    assert not current(listed).labels.ids.any()


def test_a_click_labels_an_object(listed: Hands) -> None:
    listed.trigger("mask.label_by_click")
    listed.session.select_class(2)
    listed.press(5, 15)
    listed.release(5, 15)
    np.testing.assert_array_equal(current(listed).labels.ids, np.where(OBJECTS == 2, 2, 0))
    assert listed.session.undo_stack.undoText() == "Label object 2 as unripe"
    listed.press(0, 0)
    listed.release(0, 0)
    listed.press(5, 15, Qt.MouseButton.RightButton)
    listed.release(5, 15, Qt.MouseButton.RightButton)
    assert not current(listed).labels.ids.any()


# --- the model, files ----------------------------------------------------------------------------


@pytest.fixture
def judged(hands: Hands) -> Hands:
    """Objects that a model has classified, without any map."""
    session = hands.session
    session.set_classes(trained().model.classes)
    item = prepare(JUDGED)
    session.cubes.add(item)
    session.push_treatment(item, Treatment(mask=Mask(OF_JUDGED.astype(np.int32))), "Mask")
    hands.window.docks["objects"].raise_()
    hands.until(lambda: len(hands.states.objects.places) == OF_JUDGED.max())
    assert not hands.window.actions_by_id["objects.classify"].isEnabled()
    session.set_model(trained().model)
    assert text(hands, "objects_summary").endswith("press Classify objects")
    hands.trigger("objects.classify")
    hands.until(lambda: "sound" in column(hands, CLASS))
    return hands


def test_the_model_classifies_the_objects_of_all_cubes(judged: Hands) -> None:
    assert current(judged).prediction is None
    assert column(judged, CLASS)[FOREIGN - 1] == "unknown"
    assert set(column(judged, CLASS)) == {"unknown", "sound"}
    want(judged, "unknown")
    assert column(judged, OBJECT) == [str(FOREIGN)]


def test_the_file_names_the_model_that_judged(judged: Hands, tmp_path: Path) -> None:
    metrics = {**trained().model.metrics, "objects": {"count": 16, "right": 12}}
    judged.session.set_model(replace(trained().model, metrics=metrics), name="day 1.s3fn")
    judged.trigger("objects.classify")
    (key,) = judged.states.objects.trays
    judged.until(lambda: (one := judged.states.objects.trays[key].judged) and one.metrics["held_out"])
    judged.ask.paths["object table"] = tmp_path / "objects.csv"
    judged.trigger("objects.export")
    judged.until(lambda: "written to" in judged.message)
    (note,) = json.loads((tmp_path / "objects.csv-metadata.json").read_text("utf-8"))["notes"]
    assert (note["model"], note["accuracy"]) == ("day 1.s3fn", "75.0 % of 16 held-out objects correct")


def test_what_a_model_said_goes_with_the_model(judged: Hands) -> None:
    judged.session.set_model(trained().model.__class__(**vars(trained().model)))
    judged.until(lambda: set(column(judged, CLASS)) == {""})


def test_the_table_of_all_cubes_is_written(several: Hands, tmp_path: Path) -> None:
    path = tmp_path / "objects.csv"
    several.ask.paths["object table"] = path
    choose(several, 4)
    press(several, Qt.Key.Key_1)
    several.until(lambda: column(several, LABEL)[4] == "ripe")
    several.trigger("objects.export")
    several.until(path.exists)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["tray"], row["object"], row["label"]) for row in rows][3:] == [
        ("day 2", "1", ""),
        ("day 2", "2", "ripe"),
        ("day 2", "3", ""),
    ]
    assert float(rows[1]["mean at 450 nm"]) == pytest.approx(0.2)
    several.until(lambda: "6 objects written" in several.message)
    notes = json.loads((tmp_path / "objects.csv-metadata.json").read_text("utf-8"))["notes"]
    assert [note["cube"] for note in notes] == ["day 1", "day 2"]


def test_rows_are_copied_as_a_spreadsheet_takes_them(listed: Hands) -> None:
    head = "Object\tName\tLabel\tPixels"
    assert table(listed).copied().splitlines() == [head, "1\t\t\t24", "2\t\t\t48", "3\t\t\t30"]
    choose(listed, 0, 2)
    QTest.keyClick(table(listed), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().splitlines() == [head, "1\t\t\t24", "3\t\t\t30"]


def edit_name(hands: Hands, line: int) -> QLineEdit:
    """Begin to type a name."""
    view = table(hands)
    view.edit(view.model().index(line, NAME))
    editor = view.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    return editor


def test_objects_have_names_that_follow_them(listed: Hands) -> None:
    editor = edit_name(listed, 1)
    QTest.keyClicks(editor, "apple 7")
    listed.states.objects.known_changed.emit()  # more is known: the editor stays
    assert editor.isVisible()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.until(lambda: column(listed, NAME) == ["", "apple 7", ""])
    assert listed.session.undo_stack.undoText() == "Name object 2"
    item, fewer = current(listed), np.where(OBJECTS > 1, OBJECTS - 1, 0)
    listed.session.push_treatment(item, Treatment(mask=Mask(fewer)), "Mask")
    listed.until(lambda: column(listed, NAME) == ["apple 7", ""])
    listed.trigger("edit.undo")
    listed.trigger("edit.undo")
    assert not item.names.given
    listed.until(lambda: column(listed, NAME) == ["", "", ""])


# --- rule and recipe of the model, figures -------------------------------------------------------


def test_a_rule_is_a_part_of_the_model(judged: Hands) -> None:
    judged.ask.chosen_rule = VoteRule(decide="defect", defect=ROTTEN)
    basis = judged.session.learned_from
    judged.trigger("objects.rule")
    judged.until(lambda: "rotten" in column(judged, CLASS))
    model = judged.session.model
    assert model is not None
    assert model.handling.rule == judged.ask.chosen_rule
    assert judged.session.learned_from is basis
    assert judged.session.dirty
    (training,) = judged.session.trainings.items
    assert training.model is model
    assert not training.files  # the next save writes it
    judged.ask.chosen_rule = VoteRule()
    judged.trigger("objects.rule")
    judged.until(lambda: "rotten" not in column(judged, CLASS))


def dialog(judged: Hands, model: S3FNModel | None = None) -> RuleDialog:
    return RuleDialog(judged.window, model or trained().model)


def part(shown: RuleDialog, name: str, kind: type[Kind]) -> Kind:
    found = shown.findChild(kind, name)
    assert found is not None
    return found


def test_the_dialog_promises_what_held_out_objects_show(judged: Hands) -> None:
    shown = dialog(judged)
    assert shown.rule() == VoteRule()
    part(shown, "rule_votes", QRadioButton).click()
    assert shown.rule() == VoteRule(decide="votes")
    part(shown, "rule_defect", QRadioButton).click()
    assert part(shown, "rule_class", QComboBox).currentText() == "rotten"
    assert shown.rule() == VoteRule(decide="defect", defect=ROTTEN, least=0.01)
    unit = part(shown, "rule_unit", QComboBox)
    unit.setCurrentIndex(1)
    unit.activated.emit(1)
    assert shown.rule().least == 10
    part(shown, "rule_alarms_chosen", QRadioButton).click()
    part(shown, "rule_alarms", QDoubleSpinBox).setValue(20)
    expected = rule_of_alarms(trained().model.metrics, ROTTEN, 0.2)
    assert shown.rule() == expected.rule
    told = part(shown, "rule_told", QLabel).text()
    assert f"finds {per_cent(expected.hits, 0)}" in told
    assert f"{per_cent(expected.alarms, 0)} false alarms" in told


def test_the_dialog_begins_with_the_rule_in_use_and_promises_nothing_unknown(judged: Hands) -> None:
    model = trained().model
    rule = VoteRule(decide="defect", defect=ROTTEN, least=25)
    shown = dialog(judged, replace(model, handling=Handling(rule=rule)))
    assert shown.rule() == rule
    classes = part(shown, "rule_class", QComboBox)
    classes.setCurrentIndex(classes.findText("sound"))
    part(shown, "rule_alarms_chosen", QRadioButton).click()
    assert "has not learned how often" in part(shown, "rule_told", QLabel).text()
    assert not part(shown, "rule_accept", QPushButton).isEnabled()


def test_the_recipe_of_the_model_is_offered_for_a_cube_without_a_mask(hands: Hands) -> None:
    recipe = Recipe(Threshold(Band(5), 0.2, None))
    hands.session.cubes.add(prepare(tray("day 1")))
    hands.session.set_classes(trained().model.classes)
    hands.session.set_model(replace(trained().model, handling=Handling(recipe)))
    hands.until(lambda: "recipe can find the objects in day 1" in hands.message)
    hands.trigger("mask.of_model")
    hands.until(lambda: current(hands).treatment.mask is not None)
    mask = current(hands).treatment.mask
    assert mask is not None
    np.testing.assert_array_equal(mask.objects > 0, OBJECTS > 0)
    assert mask.recipe == recipe


def test_held_out_objects_are_counted_per_class(judged: Hands) -> None:
    model = trained().model
    objects = {"class_ids": [1, 2], "confusion": [[7, 1], [2, 6]], "interval": [0.6, 0.95]}
    judged.session.set_model(replace(model, metrics={**model.metrics, "objects": objects}))
    said = text(judged, "objects_accuracy")
    assert said.startswith(
        "13 of 16 held-out objects classified correctly: 81.2 % (95 % interval 60 to 95 %), kappa 0.62"
    )
    shown = judged.find("objects_confusion", QTableWidget)
    assert isinstance(shown, QTableWidget)
    cells = [[shown.item(line, c).text() for c in range(6)] for line in range(2)]
    assert cells == [
        ["sound", "8", "87.5 %", "77.8 %", "7", "1"],
        ["rotten", "8", "75.0 %", "85.7 %", "2", "6"],
    ]


def test_the_same_number_is_the_same_object_where_that_is_wanted(judged: Hands) -> None:
    assert not judged.window.actions_by_id["objects.same"].isEnabled()
    other = prepare(replace(JUDGED, name="other side"))
    judged.session.cubes.add(other)
    turned = np.where(OF_JUDGED > 0, OF_JUDGED.max() + 1 - OF_JUDGED, 0).astype(np.int32)
    judged.session.push_treatment(other, Treatment(mask=Mask(turned)), "Mask")
    count = int(OF_JUDGED.max())
    judged.until(lambda: len(judged.states.objects.places) == 2 * count)
    judged.trigger("objects.classify")
    judged.until(lambda: column(judged, CLASS).count("unknown") == 2)
    judged.trigger("objects.same")
    judged.until(lambda: column(judged, CLASS).count("unknown") == 4)  # also its other side
    assert judged.session.train_settings.same_objects
    judged.trigger("objects.same")
    judged.until(lambda: column(judged, CLASS).count("unknown") == 2)
    first, second = (item.key for item in judged.session.cubes.items)
    judged.window.flows.objects.name((first, 2), "apple 7")
    judged.window.flows.objects.name((second, count), "apple 7")  # the other side of the one that is unknown
    judged.until(lambda: column(judged, CLASS).count("unknown") == 3)
    assert [judged.states.objects.class_name((key, number)) for key, number in ((first, 2), (first, 1))] == [
        "unknown",
        "unknown",
    ]
