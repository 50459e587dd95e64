"""Masks in the window: previewed, applied, corrected by hand, used to label objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
)
from pytestqt.qtbot import QtBot

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import Band, Component, Ratio
from s3fn_core.cubes.treating.mask import Recipe, Step, Threshold
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.labels.exchange import read_objects
from s3fn_core.quoting import per_cent
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.masks.threshold_plot import ThresholdPlot
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import Hands, put_labels

TRUTH = np.zeros((30, 40), np.int32)
TRUTH[3:10, 4:12] = 1
TRUTH[4:12, 20:32] = 2
TRUTH[18:26, 8:18] = 3


def tray(name: str = "tray") -> Cube:
    """Three bright objects on a dark tray, and two bright specks."""
    rng = np.random.default_rng(0)
    values = np.where(TRUTH[:, :, None] > 0, 0.6, 0.1) * np.ones(12)
    values[15, 30] = values[28, 36] = 0.6
    values = values + rng.normal(0, 0.01, values.shape)
    return Cube(values.astype(np.float32), name, wavelengths=np.linspace(450.0, 900.0, 12))


@pytest.fixture
def looking(hands: Hands) -> Hands:
    """The tray with the mask panel in front."""
    hands.session.cubes.add(prepare(tray()))
    hands.window.docks["mask"].raise_()
    hands.until(lambda: hands.states.mask.is_open)
    QApplication.processEvents()
    return hands


@pytest.fixture
def masked(looking: Hands) -> Hands:
    """The tray with its three objects found."""
    hands = looking
    hands.until(lambda: hands.states.mask.preview is not None)
    hands.trigger("mask.apply")
    hands.until(lambda: len(hands.states.mask.objects) == 3)
    return hands


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


def objects(hands: Hands) -> np.ndarray:
    mask = current(hands).treatment.mask
    assert mask is not None
    return mask.objects


def said(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def numbers(hands: Hands) -> list[int]:
    """The objects that are known; the page says how many."""
    found = [row.number for row in hands.states.mask.objects]
    assert not found or said(hands, "mask_summary").startswith(f"{len(found)} object")
    return found


# --- finding -------------------------------------------------------------------------------------


def test_nothing_is_computed_before_the_panel_is_seen(hands: Hands, qtbot: QtBot) -> None:
    hands.session.cubes.add(prepare(tray()))
    qtbot.wait(200)
    state = hands.states.mask
    assert not state.is_open
    assert (state.values, state.preview) == (None, None)
    assert hands.window.image.mask_layer.shade.boundingRect().isEmpty()


def test_a_threshold_is_proposed_and_previewed(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    threshold = state.recipe.threshold
    assert threshold is not None
    assert threshold.low == pytest.approx(0.35, abs=0.2)
    assert threshold.high is None
    assert state.preview is not None
    foreground = state.preview.ids == 0
    assert foreground.sum() == (TRUTH > 0).sum() + 2  # the specks are still there
    shade = looking.window.image.mask_layer.shade
    assert shade.boundingRect().width() == 40
    assert current(looking).treatment.is_empty


def test_what_was_blanked_before_needs_no_threshold(looking: Hands) -> None:
    values = tray().read()
    values[TRUTH == 0] = 0
    looking.session.cubes.add(prepare(Cube(values, "blanked")))
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    assert state.recipe.threshold is None
    assert state.preview is not None
    np.testing.assert_array_equal(state.preview.ids == 0, TRUTH > 0)


def test_a_limit_is_dragged_and_the_preview_follows(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    before = state.preview
    plot = looking.find("mask_histogram", ThresholdPlot)
    assert isinstance(plot, ThresholdPlot)
    mouse, low = plot.plot.viewport(), plot.region.lines[0]
    x = plot.plot.mapFromScene(low.mapToScene(0, 0)).x()
    QTest.mousePress(mouse, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    QTest.mouseMove(mouse, QPoint(x - 5, 20))
    QTest.mouseMove(mouse, QPoint(-5, 20))
    QTest.mouseRelease(mouse, Qt.MouseButton.LeftButton, pos=QPoint(-5, 20))
    threshold = state.recipe.threshold
    assert threshold is not None
    assert (threshold.low, threshold.high) == (None, None)
    looking.until(lambda: state.preview is not before)
    assert state.preview is not None
    assert not state.preview.ids.any()
    QTest.mouseClick(looking.find("mask_otsu"), Qt.MouseButton.LeftButton)
    threshold = state.recipe.threshold
    assert threshold is not None
    assert threshold.low is not None


def test_the_nearer_limit_jumps_to_the_mouse(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    plot = looking.find("mask_histogram", ThresholdPlot)
    assert isinstance(plot, ThresholdPlot)
    mouse, width = plot.plot.viewport(), plot.plot.viewport().width()
    state.set_limits(None, None)
    QTest.mousePress(mouse, Qt.MouseButton.LeftButton, pos=QPoint(width * 3 // 4, 20))
    threshold = state.recipe.threshold
    assert threshold is not None
    assert threshold.low is None
    jumped = threshold.high
    assert jumped is not None
    QTest.mouseMove(mouse, QPoint(width * 3 // 4 - 20, 20))
    QTest.mouseRelease(mouse, Qt.MouseButton.LeftButton, pos=QPoint(width * 3 // 4 - 20, 20))
    threshold = state.recipe.threshold
    assert threshold is not None
    assert threshold.low is None
    assert threshold.high is not None
    assert threshold.high < jumped


def test_dark_objects_are_those_below_the_threshold(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    before = state.preview
    dark = looking.find("mask_dark", QCheckBox)
    assert isinstance(dark, QCheckBox)
    dark.click()
    looking.until(lambda: state.preview is not before)
    assert state.preview is not None
    np.testing.assert_array_equal(state.preview.ids[:28] == 0, ~(tray().band(0)[:28] > 0.35))


def test_specks_are_dropped_and_holes_filled(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    before = state.preview
    drop = looking.find("mask_drop", QSpinBox)
    assert isinstance(drop, QSpinBox)
    drop.setValue(4)
    assert state.recipe.steps == (Step("drop", 4),)
    looking.until(lambda: state.preview is not before)
    assert state.preview is not None
    np.testing.assert_array_equal(state.preview.ids == 0, TRUTH > 0)


def test_of_a_large_cube_the_visible_part_is_previewed(
    looking: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = looking.states.mask
    looking.until(lambda: state.preview is not None)
    monkeypatch.setattr("s3fn_gui.masks.preview_flow.WHOLE", 100)
    box = looking.window.cube_view.box
    box.setRange(xRange=(18, 34), yRange=(3, 14), padding=0)
    looking.until(lambda: state.preview and state.preview.top > 0)
    preview, (lines, samples) = state.preview, state.window
    assert preview is not None
    assert (preview.top, preview.left) == (lines.start, samples.start)
    np.testing.assert_array_equal(preview.ids == 0, TRUTH[lines, samples] > 0)
    shade = looking.window.image.mask_layer.shade
    assert (shade.pos().x(), shade.pos().y()) == (samples.start, lines.start)


def choose(hands: Hands, kind: str) -> None:
    box = hands.find("mask_feature", QComboBox)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


def test_a_ratio_and_a_component_can_be_looked_at(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.values is not None)
    choose(looking, "ratio")
    assert state.recipe.threshold is not None
    assert isinstance(state.recipe.threshold.feature, Ratio)
    looking.until(lambda: state.values and isinstance(state.values.feature, Ratio))
    choose(looking, "component")
    looking.until(lambda: state.values and isinstance(state.values.feature, Component))
    looking.until(lambda: state.preview and (state.preview.ids == 0).sum() < 260)
    box = looking.find("mask_band", QSpinBox)
    assert isinstance(box, QSpinBox)
    assert (box.value(), box.maximum()) == (1, 3)
    choose(looking, "all")
    looking.until(lambda: state.preview and not state.preview.ids.any())


def test_a_limit_is_typed(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.values is not None)
    field = looking.find("mask_high", QLineEdit)
    assert isinstance(field, QLineEdit)
    field.clear()
    QTest.keyClicks(field, "0.9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert state.recipe.threshold is not None
    assert state.recipe.threshold.high == 0.9


# --- the mask ------------------------------------------------------------------------------------


def test_apply_makes_the_background_0_as_one_step(masked: Hands) -> None:
    item = current(masked)
    np.testing.assert_array_equal(objects(masked), TRUTH)
    block = item.cube.read()
    assert not block[TRUTH == 0].any()
    np.testing.assert_array_equal(block[TRUTH > 0], item.source.read()[TRUTH > 0])
    assert masked.session.undo_stack.undoText() == "Mask of 3 objects"
    masked.trigger("edit.undo")
    assert item.cube is item.source
    assert masked.states.mask.objects == ()
    masked.trigger("edit.redo")
    masked.until(lambda: len(masked.states.mask.objects) == 3)
    masked.trigger("mask.remove")
    assert item.treatment.mask is None
    assert not masked.window.actions_by_id["mask.remove"].isEnabled()


def test_while_one_works_on_a_mask_its_background_can_be_seen(masked: Hands) -> None:
    state = masked.states.mask
    item = current(masked)
    masked.until(lambda: state.ground is not None and item.is_drawn)
    assert not item.colour.image[TRUTH == 0].any()
    assert state.ground is not None
    assert state.ground[TRUTH == 0].any()
    layer = masked.window.image.mask_layer
    assert layer.ground.isVisible()
    masked.window.docks["cubes"].raise_()
    masked.until(lambda: not state.is_open)
    assert not layer.ground.isVisible()
    assert layer.shade.boundingRect().isEmpty()


def test_apply_waits_for_the_threshold(hands: Hands) -> None:
    hands.session.cubes.add(prepare(tray()))
    assert not hands.states.mask.is_open
    hands.trigger("mask.apply")
    hands.until(lambda: current(hands).treatment.mask is not None)
    np.testing.assert_array_equal(objects(hands), TRUTH)


def test_a_mask_without_objects_is_told(looking: Hands) -> None:
    state = looking.states.mask
    looking.until(lambda: state.values is not None)
    state.set_limits(50.0, None)
    looking.trigger("mask.apply")
    looking.until(lambda: "no object" in looking.message)
    assert current(looking).treatment.is_empty


def test_a_recipe_is_kept_for_the_next_cube(masked: Hands, tmp_path: Path) -> None:
    recipe = masked.states.mask.recipe
    masked.ask.paths["recipe target"] = masked.ask.paths["recipe"] = tmp_path / "mask.json"
    masked.trigger("mask.save_recipe")
    assert Recipe.from_json((tmp_path / "mask.json").read_text("utf-8")) == recipe
    masked.states.mask.set_recipe(Recipe(Threshold(Band(3), high=0.2)))
    masked.trigger("mask.load_recipe")
    assert masked.states.mask.recipe == recipe
    other = Recipe(Threshold(Band(99), low=0.1))
    (tmp_path / "mask.json").write_text(other.to_json(), "utf-8")
    masked.trigger("mask.load_recipe")
    assert "needs band 100" in masked.message
    assert masked.states.mask.recipe == recipe
    (tmp_path / "mask.json").write_text("{", "utf-8")
    masked.trigger("mask.load_recipe")
    assert "not a mask recipe" in masked.message


def test_a_recipe_is_applied_to_all_open_cubes(masked: Hands) -> None:
    few = Cube(tray().read()[:, :, :2], "few")
    for cube in (few, tray("second")):
        masked.session.cubes.add(prepare(cube))
    masked.states.mask.set_recipe(Recipe(Threshold(Band(5), low=0.35), splitting=Splitting(smallest=5)))
    masked.trigger("mask.apply_all")
    masked.until(lambda: masked.message.startswith("2 of 3"))
    assert "needs band 6" in masked.message
    masks = [item.treatment.mask for item in masked.session.cubes.items]
    assert masks[1] is None
    assert masks[0] is not None
    assert masks[2] is not None
    masked.trigger("edit.undo")
    assert masked.session.cubes.items[2].treatment.is_empty


def test_a_mask_is_applied_while_another_cube_is_looked_at(looking: Hands) -> None:
    item = current(looking)
    edited = Treatment(replace(Metadata.of(item.source), scale=2.0))
    looking.session.push_treatment(item, edited, "Edit metadata")
    looking.session.cubes.add(prepare(tray("second")))
    looking.session.cubes.select(item.key)
    looking.states.mask.set_limits(0.35, None)
    looking.trigger("mask.apply")
    looking.session.cubes.select("memory:second")
    looking.until(lambda: item.treatment.mask is not None)
    assert "Mask of 3 objects" in looking.message


@pytest.mark.parametrize("action", ["mask.apply", "mask.apply_all"])
def test_a_mask_of_old_values_is_told_and_dropped(looking: Hands, action: str) -> None:
    item = current(looking)
    looking.until(lambda: looking.states.mask.values is not None)
    looking.trigger(action)
    edited = replace(Metadata.of(item.source), scale=2.0)
    looking.session.push_treatment(item, Treatment(edited), "Edit metadata")
    looking.until(lambda: "changed or closed in the meantime" in looking.message)
    assert item.treatment.mask is None
    assert looking.session.undo_stack.undoText() == "Edit metadata"


# --- objects -------------------------------------------------------------------------------------


def test_objects_are_counted_and_listed_in_their_own_panel(masked: Hands) -> None:
    assert numbers(masked) == [1, 2, 3]
    share = (56 + 96 + 80) / TRUTH.size
    assert said(masked, "mask_summary") == f"3 objects, {per_cent(share)} of the image"
    show_objects(masked)
    button = masked.find("mask_list", QPushButton)
    assert isinstance(button, QPushButton)
    assert not masked.window.docks["objects"].in_front
    button.click()
    assert masked.window.docks["objects"].in_front


def show_objects(hands: Hands) -> None:
    pages = hands.find("mask_pages", QTabWidget)
    assert isinstance(pages, QTabWidget)
    pages.setCurrentIndex(1)
    QApplication.processEvents()


def test_a_click_in_the_image_selects_an_object(masked: Hands) -> None:
    show_objects(masked)
    state, item = masked.states.mask, current(masked)
    masked.trigger("mask.object")
    masked.press(20, 10)
    masked.release(20, 10)
    assert state.selected == 3
    masked.move(20, 10, Qt.MouseButton.NoButton)
    position = masked.find("status_position", QLabel)
    assert isinstance(position, QLabel)
    assert "object 3" in position.text()
    assert item.pins == ()
    assert said(masked, "mask_chosen") == "Object 3: 80 px"
    layer = masked.window.image.mask_layer
    assert layer.outline.isVisible()
    box = layer.outline.path().boundingRect()
    assert (box.left(), box.top(), box.right(), box.bottom()) == (8, 18, 18, 26)
    masked.press(0, 0)
    masked.release(0, 0)
    assert state.selected is None
    assert said(masked, "mask_chosen") == ""
    assert not layer.outline.isVisible()


def test_inspect_pins_spectra_as_ever(masked: Hands) -> None:
    masked.trigger("view.inspect")
    masked.press(20, 10)
    masked.release(20, 10)
    assert current(masked).pins == ((20, 10),)
    assert masked.states.mask.selected is None


def test_an_object_is_brought_into_view(masked: Hands) -> None:
    show_objects(masked)
    box = masked.window.cube_view.box
    box.setRange(xRange=(0, 12), yRange=(0, 12), padding=0)
    masked.states.mask.look_for(3)
    row = masked.states.mask.row(3)
    assert box.viewRect().center().x() == pytest.approx(row.centre[1] + 0.5)
    assert box.viewRect().center().y() == pytest.approx(row.centre[0] + 0.5)


def test_numbers_are_drawn_where_they_fit(masked: Hands) -> None:
    show_objects(masked)
    drawn = masked.window.image.mask_layer.numbers
    whole = drawn.boundingRect()
    assert [row.number for row in drawn.shown(whole, 10.0)] == [1, 2, 3]
    assert drawn.shown(whole, 0.5) == []
    box = masked.find("mask_numbers", QCheckBox)
    assert isinstance(box, QCheckBox)
    box.click()
    assert not drawn.isVisible()


def test_the_selected_object_is_labelled_as_one_step(masked: Hands) -> None:
    class_edits.add_class(masked.session, "ripe")
    assert not masked.window.actions_by_id["mask.label_object"].isEnabled()
    masked.states.mask.select(2)
    masked.window.activateWindow()
    QTest.keyClick(masked.window.cube_view.canvas, Qt.Key.Key_A)
    np.testing.assert_array_equal(current(masked).labels.ids == 1, TRUTH == 2)
    assert masked.session.undo_stack.undoText() == "Label object 2 as ripe"
    masked.trigger("edit.undo")
    assert masked.count(1) == 0


@pytest.mark.parametrize("name", ["objects.tif", "objects.hdr", "objects.npy"])
def test_objects_are_exported_and_read_back(masked: Hands, tmp_path: Path, name: str) -> None:
    masked.ask.paths["objects target"] = tmp_path / name
    masked.trigger("mask.export")
    masked.until(lambda: "written" in masked.message)
    np.testing.assert_array_equal(read_objects(tmp_path / name, shape=(30, 40)), TRUTH)


# --- by hand -------------------------------------------------------------------------------------


@pytest.fixture
def correcting(masked: Hands) -> Hands:
    masked.trigger("mask.cut")
    masked.session.view.set_brush(size=1)
    return masked


def settle(hands: Hands) -> None:
    hands.until(lambda: not hands.states.mask.settling)
    hands.until(lambda: hands.states.mask.mask is current(hands).treatment.mask)


def test_a_stroke_cuts_an_object_in_two(correcting: Hands) -> None:
    correcting.press(2, 26)
    correcting.move(13, 26)
    shade = correcting.states.mask.stroke
    assert shade is not None
    assert shade.background[8, 26] == 1  # seen before the button is up
    correcting.release(13, 26)
    settle(correcting)
    assert numbers(correcting) == [1, 2, 3, 4]
    assert objects(correcting)[8, 25] == 2
    assert objects(correcting)[8, 27] == 3
    assert not current(correcting).cube.spectrum(8, 26).any()
    assert correcting.session.undo_stack.undoText() == "Cut from the mask (8 px)"
    correcting.trigger("edit.undo")
    np.testing.assert_array_equal(objects(correcting), TRUTH)
    correcting.trigger("edit.redo")
    settle(correcting)
    assert len(numbers(correcting)) == 4


def test_the_right_button_does_the_opposite(correcting: Hands) -> None:
    correcting.stroke((15, 20), (15, 33), Qt.MouseButton.RightButton)
    settle(correcting)
    assert correcting.session.undo_stack.undoText() == "Add to the mask (14 px)"
    assert objects(correcting)[15, 25] == 3
    assert objects(correcting)[20, 10] == 4
    correcting.trigger("mask.add")
    correcting.stroke((15, 20), (15, 33), Qt.MouseButton.RightButton)
    settle(correcting)
    np.testing.assert_array_equal(objects(correcting), TRUTH)


def test_escape_takes_the_stroke_back(correcting: Hands) -> None:
    correcting.press(6, 4)
    correcting.move(6, 11)
    QTest.keyClick(correcting.window.cube_view.canvas, Qt.Key.Key_Escape)
    correcting.release(6, 11)
    assert not correcting.states.mask.stroke
    np.testing.assert_array_equal(objects(correcting), TRUTH)
    assert correcting.session.undo_stack.undoText() == "Mask of 3 objects"


def test_fast_strokes_are_a_step_each(correcting: Hands) -> None:
    correcting.stroke((6, 4), (6, 11))
    correcting.stroke((8, 20), (8, 31))
    correcting.stroke((22, 8), (22, 17))
    settle(correcting)
    assert len(numbers(correcting)) == 6
    for left in (5, 4, 3):
        correcting.trigger("edit.undo")
        settle(correcting)
        assert len(numbers(correcting)) == left


def test_undo_drops_a_stroke_that_is_not_numbered_yet(correcting: Hands, qtbot: QtBot) -> None:
    correcting.stroke((6, 4), (6, 11))
    assert correcting.states.mask.settling
    correcting.trigger("edit.undo")
    assert not correcting.states.mask.settling
    qtbot.wait(200)
    np.testing.assert_array_equal(objects(correcting), TRUTH)
    assert correcting.session.undo_stack.undoText() == "Mask of 3 objects"


def test_a_speck_that_is_dropped_is_told(correcting: Hands) -> None:
    correcting.stroke((15, 25), (15, 26), Qt.MouseButton.RightButton)
    correcting.until(lambda: "smallest" in correcting.message)
    np.testing.assert_array_equal(objects(correcting), TRUTH)


def test_a_cancelled_stroke_leaves_the_brush_free(correcting: Hands) -> None:
    state, runner = correcting.states.mask, correcting.window.runner

    def cancel() -> None:
        job = runner.get("mask edit")
        assert job is not None
        job.let_go()

    state.stroke_ended.connect(cancel)
    correcting.stroke((6, 4), (6, 11))
    state.stroke_ended.disconnect(cancel)
    assert state.settling is None
    np.testing.assert_array_equal(objects(correcting), TRUTH)
    correcting.stroke((2, 26), (13, 26))
    settle(correcting)
    assert len(numbers(correcting)) == 4


def test_strokes_go_on_after_their_cube_was_closed(correcting: Hands) -> None:
    correcting.stroke((6, 4), (6, 11))
    correcting.session.cubes.remove("memory:tray")
    correcting.until(lambda: correcting.window.runner.get("mask edit") is None)
    correcting.session.cubes.add(prepare(tray("next")))
    correcting.states.mask.set_limits(0.35, None)
    correcting.trigger("mask.apply")
    correcting.until(lambda: len(correcting.states.mask.objects) == 3)
    correcting.trigger("mask.cut")
    correcting.stroke((2, 26), (13, 26))
    settle(correcting)
    assert len(numbers(correcting)) == 4


def test_the_tools_of_the_mask_go_with_it(correcting: Hands) -> None:
    assert correcting.session.view.tool == "mask_cut"
    correcting.trigger("mask.remove")
    assert correcting.session.view.tool == "inspect"
    assert not correcting.window.actions_by_id["mask.cut"].isEnabled()


# --- labels and maps -----------------------------------------------------------------------------


def label(hands: Hands, marks: dict[int, tuple[int, ...]]) -> None:
    """Label whole objects: numbers by class."""
    item = current(hands)
    ids = item.labels.ids.copy()
    for class_id, chosen in marks.items():
        ids[np.isin(TRUTH, chosen)] = class_id
    put_labels(hands.session, item, ids, "marks")


def test_objects_vote_and_the_map_comes_back(masked: Hands) -> None:
    from s3fn_core.model.applying.inference import Prediction

    show_objects(masked)
    item = current(masked)
    class_edits.add_class(masked.session, "ripe")
    class_edits.add_class(masked.session, "unripe")
    ids = np.where(TRUTH > 0, 1, 0).astype(np.uint8)
    ids[3:5, 4:12] = 2
    confidence = np.where(TRUTH > 0, 0.7, 0).astype(np.float32)
    prediction = Prediction(ids, confidence, masked.session.classes)
    masked.session.cubes.set_prediction(item.key, prediction)
    box = masked.find("mask_vote", QCheckBox)
    assert isinstance(box, QCheckBox)
    box.click()
    masked.until(lambda: item.prediction is not prediction)
    assert item.prediction is not None
    np.testing.assert_array_equal(item.prediction.ids, TRUTH > 0)
    assert item.prediction.confidence[3, 4] == pytest.approx(40 / 56)
    again = Prediction(ids, confidence, masked.session.classes)
    masked.session.cubes.set_prediction(item.key, again)  # a new map votes at once
    masked.until(lambda: item.prediction is not again)
    box.click()
    assert item.prediction is again


# --- with everything else ------------------------------------------------------------------------


def test_a_project_keeps_the_mask_and_its_table(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    hands.open_file(scene_file)
    hands.window.docks["mask"].raise_()
    state = hands.states.mask
    hands.until(lambda: state.preview is not None)
    hands.trigger("mask.apply")
    hands.until(lambda: state.objects)
    rows, recipe = state.objects, state.recipe
    hands.ask.paths["project target"] = hands.ask.paths["project"] = tmp_path / "m.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    before = hands.session.cubes.current
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current not in (None, before))
    hands.until(lambda: state.objects)
    assert state.objects == rows
    assert state.recipe == recipe
    assert len(numbers(hands)) == len(rows)


def test_each_cube_has_its_own_objects(masked: Hands) -> None:
    masked.session.cubes.add(prepare(tray("other")))
    assert masked.states.mask.objects == ()
    assert numbers(masked) == []
    masked.session.cubes.select("memory:tray")
    masked.until(lambda: len(masked.states.mask.objects) == 3)
