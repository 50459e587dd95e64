"""Validation points in the window: drawn, labelled blindly by keys, and what they say of the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QSpinBox, QTableWidget
from pytestqt.qtbot import QtBot

from s3fn_core.labels.exchange import write_labels
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.results.area_adjusted import area_adjusted
from s3fn_core.results.metrics import accuracy
from s3fn_core.results.sampling import neyman
from s3fn_core.results.validation_points import SKIPPED, ValidationPoints
from s3fn_gui.results.validation.draw_dialog import DrawChoice, DrawDialog, DrawQuestion
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import LINES, SAMPLES, Hands, scene_cube, write_scene

Key = Qt.Key


def map_ids() -> np.ndarray:
    ids = np.ones((LINES, SAMPLES), np.uint8)
    ids[:, SAMPLES // 2 :] = 2
    return ids


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    """A map of two classes, and four training labels."""
    hands.open_scene()
    for name in ("rise", "fall"):
        class_edits.add_class(hands.session, name)
    item = current(hands)
    hands.session.push_labels(item, item.labels.edit((0, 0, 2, 2), np.ones((2, 2), bool), 1), "Paint")
    show(hands, map_ids())
    return hands


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def show(hands: Hands, ids: np.ndarray, **made: Any) -> None:
    found = Prediction(ids, np.ones(ids.shape, np.float32), hands.session.classes, **made)
    hands.session.cubes.set_prediction(current(hands).key, found)


def draw(hands: Hands, each: int = 4, seed: int = 2) -> ValidationPoints:
    before = current(hands).validation
    hands.ask.drawing = DrawChoice({1: each, 2: each}, seed, True)
    hands.trigger("validate.draw")
    hands.until(lambda: current(hands).validation is not before)
    return points(hands)


def points(hands: Hands) -> ValidationPoints:
    found = current(hands).validation
    assert found is not None
    return found


def press(hands: Hands, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(hands.window.cube_view.canvas, key)


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_keys_label_the_points_and_nothing_else(mapped: Hands) -> None:
    labels, drawn = current(mapped).labels.ids.copy(), draw(mapped)
    session, state = mapped.session, mapped.states.validation
    assert not session.cubes.current.labels.ids[tuple(drawn.points.T)].any()  # type: ignore[union-attr]
    mapped.trigger("validate.label")
    assert text(mapped, "validation_figure") == "Point 1 of 8"
    assert not mapped.window.actions_by_id["validate.draw"].isEnabled()
    assert not session.view.prediction.visible
    press(mapped, Key.Key_1)
    assert state.position == tuple(drawn.points[1])
    press(mapped, Key.Key_2, Key.Key_Space, Key.Key_9)  # there is no ninth class
    assert points(mapped).reference.tolist() == [1, 2, SKIPPED, 0, 0, 0, 0, 0]
    assert text(mapped, "validation_progress") == "2 of 8 labelled, 1 skipped"
    press(mapped, Key.Key_Backspace, Key.Key_Backspace)
    assert "You labelled this point fall." in text(mapped, "validation_note")
    press(mapped, Key.Key_1, Key.Key_N)
    assert points(mapped).reference.tolist() == [1, 1, SKIPPED, SKIPPED, 0, 0, 0, 0]
    press(mapped, Key.Key_Escape)
    assert not state.is_labelling
    assert session.view.prediction.visible
    press(mapped, Key.Key_1, Key.Key_2)  # choose a class again
    assert session.class_id == 2
    assert points(mapped).reference.tolist() == [1, 1, SKIPPED, SKIPPED, 0, 0, 0, 0]
    assert np.array_equal(current(mapped).labels.ids, labels)


def test_the_point_is_in_the_middle_ringed_and_its_spectrum_drawn(mapped: Hands) -> None:
    drawn = draw(mapped)
    mapped.trigger("validate.label")
    view, (line, sample) = mapped.window.cube_view, drawn.points[0].tolist()
    middle = view.box.viewRect().center()
    assert (middle.y(), middle.x()) == pytest.approx((line + 0.5, sample + 0.5))
    layer = mapped.window.image.point_layer
    assert layer.ring.data["x"][0] == sample + 0.5
    assert layer.edges[0].path().boundingRect().topLeft().toTuple() == (sample, line)
    curve = mapped.window.panels.point_curve.curve
    assert curve is not None
    assert np.allclose(curve.y, scene_cube().spectrum(line, sample))
    mapped.trigger("validate.label")
    assert not len(layer.ring.data)
    assert mapped.window.panels.point_curve.curve is None


def test_nothing_tells_the_mapped_class_while_one_labels(mapped: Hands) -> None:
    draw(mapped)
    mapped.session.cubes.hover((3, 4))
    assert "map rise" in text(mapped, "status_position")
    mapped.trigger("validate.label")
    mapped.session.cubes.hover((5, 6))
    assert "line 5" in text(mapped, "status_position")
    assert "map" not in text(mapped, "status_position")
    mapped.trigger("view.prediction")
    show(mapped, map_ids())
    assert not mapped.window.cube_view.prediction.isVisible()
    assert "map" in text(mapped, "validation_note")  # it says that it is hidden
    mapped.trigger("validate.label")
    assert mapped.window.cube_view.prediction.isVisible()


def test_the_figures_are_those_of_the_estimator(mapped: Hands) -> None:
    drawn = draw(mapped)
    mapped.trigger("validate.label")
    for place, stratum in enumerate(drawn.strata.tolist()):
        press(mapped, Key.Key_1 if place == 3 else Key(Key.Key_0 + stratum))
    state = mapped.states.validation
    assert not state.is_labelling  # no point is left
    reference = points(mapped).reference.tolist()
    by_hand = area_adjusted(drawn.strata.tolist(), drawn.strata.tolist(), reference, drawn.stratum_pixels)
    assert state.outcome is not None
    assert state.outcome.overall == by_hand.overall
    half = 100 * 1.959964 * by_hand.overall.error
    assert text(mapped, "validation_figure") == f"{100 * by_hand.overall.value:.1f} ± {half:.1f} %"
    assert text(mapped, "validation_note").startswith("Area-adjusted after Stehman (2014), 8 points")
    table = mapped.find("validation_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    assert [table.item(line, 0).text() for line in range(2)] == ["rise", "fall"]  # type: ignore[union-attr]
    QTest.keyClick(table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert copied[0][2] == f"{100 * by_hand.overall.value:.2f}"


def test_another_map_is_held_against_the_strata_of_the_draw(mapped: Hands) -> None:
    drawn = draw(mapped)
    mapped.trigger("validate.label")
    press(mapped, *(Key(Key.Key_0 + stratum) for stratum in drawn.strata.tolist()))
    state, ids = mapped.states.validation, map_ids()
    assert state.outcome is not None
    assert state.outcome.overall.value == 1.0
    line, sample = drawn.points[0].tolist()
    ids[line, sample] = 3 - ids[line, sample]
    before = state.outcome
    show(mapped, ids)
    mapped.until(lambda: state.outcome is not before)
    changed = ids[tuple(drawn.points.T)].tolist()
    by_hand = area_adjusted(drawn.strata.tolist(), changed, drawn.strata.tolist(), drawn.stratum_pixels)
    assert state.outcome.overall == by_hand.overall
    assert "1 point has another class" in state.outcome.sentence
    show(mapped, ids, partial=True)
    mapped.until(lambda: state.outcome is None)
    assert "being drawn" in text(mapped, "validation_note")


def test_a_closed_cube_ends_the_labelling(mapped: Hands) -> None:
    draw(mapped)
    mapped.trigger("validate.label")
    press(mapped, Key.Key_1)
    mapped.trigger("file.close_cube")
    assert "labelled validation points (1)" in mapped.ask.asked[-1]
    assert not mapped.states.validation.is_labelling
    assert mapped.session.view.prediction.visible
    mapped.open_scene()
    class_edits.add_class(mapped.session, "third")
    press(mapped, Key.Key_1)
    assert mapped.session.class_id == 1
    assert current(mapped).validation is None


def test_points_are_saved_and_opened_again(mapped: Hands, tmp_path: Path) -> None:
    draw(mapped)
    mapped.trigger("validate.label")
    press(mapped, Key.Key_1, Key.Key_Space, Key.Key_Escape)
    kept = points(mapped)
    mapped.ask.paths["points target"] = mapped.ask.paths["points"] = tmp_path / "p.csv"
    mapped.trigger("validate.save")
    mapped.until(lambda: (tmp_path / "p.csv").exists())
    mapped.ask.sure = False
    mapped.trigger("validate.draw")
    assert mapped.ask.asked[-1] == "Replace the 8 validation points? 1 of them is labelled."
    mapped.ask.sure = True
    other = draw(mapped, each=3)
    mapped.trigger("validate.open")
    mapped.until(lambda: points(mapped) is not other)
    for name in ("points", "strata", "reference"):
        assert np.array_equal(getattr(points(mapped), name), getattr(kept, name))
    mapped.trigger("validate.label")
    assert mapped.states.validation.place == 2


def test_a_project_keeps_the_points(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(write_scene(tmp_path))
    for name in ("rise", "fall"):
        class_edits.add_class(hands.session, name)
    show(hands, map_ids())
    draw(hands)
    hands.trigger("validate.label")
    press(hands, Key.Key_2, Key.Key_Escape)
    kept = points(hands)
    hands.ask.paths["project target"] = hands.ask.paths["project"] = tmp_path / "p.s3fnproj"
    hands.trigger("file.save_as")
    hands.until(lambda: not hands.session.dirty)
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current is not None and points(hands) is not kept)
    assert np.array_equal(points(hands).reference, kept.reference)
    assert points(hands).stratum_pixels == kept.stratum_pixels
    assert "no map" in text(hands, "validation_note")
    class_edits.delete_class(hands.session, 2)
    assert class_edits.add_class(hands.session, "other") == 3  # 2 was seen at a point


def test_a_label_map_is_a_reference_without_training_labels(mapped: Hands, tmp_path: Path) -> None:
    truth = map_ids()
    truth[:5] = 2
    write_labels(truth, tmp_path / "truth.tif", mapped.session.classes)
    mapped.ask.paths["reference"] = tmp_path / "truth.tif"
    mapped.trigger("validate.reference")
    state = mapped.states.validation
    mapped.until(lambda: state.outcome is not None)
    left = np.where(current(mapped).labels.ids > 0, 0, truth).astype(np.uint8)
    assert state.outcome is not None
    assert state.outcome.overall.value == accuracy(left, map_ids(), mapped.session.classes).oa
    said = text(mapped, "validation_note")
    assert "not adjusted for areas" in said
    assert "4 pixels with training labels are left out" in said
    draw(mapped)
    assert state.shown == "points"
    assert mapped.find("validation_against").isVisibleTo(mapped.window)


def test_figures_are_saved(mapped: Hands, tmp_path: Path) -> None:
    (tmp_path / "field.csv").write_text("line,sample,reference\n9,9,rise\n9,30,rise\n", encoding="utf-8")
    mapped.ask.paths["reference"] = tmp_path / "field.csv"
    mapped.trigger("validate.reference")
    mapped.until(lambda: mapped.states.validation.outcome is not None)
    assert text(mapped, "validation_figure") == "50.0 %"
    mapped.ask.paths["accuracy target"] = tmp_path / "a.csv"
    mapped.trigger("validate.export")
    mapped.until(lambda: (tmp_path / "a.csv").exists())
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("overall accuracy %,,50.00")


def test_a_click_on_the_image_paints_no_label(mapped: Hands) -> None:
    mapped.session.view.set_tool("brush")
    labels, (line, sample) = current(mapped).labels.ids.copy(), draw(mapped).points[0].tolist()
    mapped.trigger("validate.label")
    mapped.stroke((line, sample), (line, sample))
    assert np.array_equal(current(mapped).labels.ids, labels)
    press(mapped, Key.Key_Escape)
    assert mapped.session.view.tool == "brush"


def test_esc_takes_back_what_is_drawn_before_it_leaves(mapped: Hands) -> None:
    draw(mapped)
    mapped.trigger("validate.label")
    mapped.press(5, 5)
    assert mapped.session.work.is_busy
    press(mapped, Key.Key_Escape)
    assert not mapped.session.work.is_busy
    assert mapped.states.validation.is_labelling
    mapped.release(5, 5)


def test_a_reference_goes_with_its_cube(mapped: Hands, tmp_path: Path) -> None:
    (tmp_path / "field.csv").write_text("line,sample,reference\n9,9,rise\n", encoding="utf-8")
    mapped.ask.paths["reference"] = tmp_path / "field.csv"
    mapped.trigger("validate.reference")
    mapped.until(lambda: mapped.states.validation.reference is not None)
    mapped.trigger("file.close_cube")
    assert mapped.states.validation.reference is None
    assert mapped.states.validation.outcome is None


def test_a_click_on_a_class_answers_too(mapped: Hands) -> None:
    draw(mapped)
    mapped.trigger("validate.label")
    listed = mapped.find("validation_classes", QListWidget)
    assert isinstance(listed, QListWidget)
    listed.itemClicked.emit(listed.item(1))
    assert points(mapped).reference[0] == 2


def test_keys_belong_to_text_fields(mapped: Hands) -> None:
    draw(mapped)
    mapped.trigger("validate.label")
    editor = mapped.find("description_editor")
    mapped.window.activateWindow()
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_1)
    if editor.hasFocus():  # some desktops give no focus to a test
        assert not points(mapped).reference.any()


def test_the_dialog_says_how_many_points_it_will_be(qtbot: QtBot) -> None:
    names, pixels = {1: "rise", 2: "fall"}, {1: 9000, 2: 40}
    dialog = DrawDialog(None, DrawQuestion(pixels, {1: 8000, 2: 20}, names, {1: 0.9}))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    each, total = dialog.findChild(QSpinBox, "draw_each"), dialog.findChild(QLabel, "draw_total")
    assert each is not None
    assert total is not None
    each.setValue(50)
    assert total.text() == "70 points in all"
    assert dialog.choice() == DrawChoice({1: 50, 2: 20}, 1, True)
    leave_out = dialog.findChild(QCheckBox, "draw_leave_out")
    assert leave_out is not None
    leave_out.setChecked(False)
    assert total.text() == "90 points in all"
    dialog._best.setChecked(True)
    wanted = neyman(pixels, 0.02, {1: 0.9})
    assert dialog.choice().wanted == wanted
    assert total.text() == f"{sum(wanted.values())} points in all"
    known = dialog.findChild(QLabel, "draw_known")
    assert known is not None
    assert "85 % where" in known.text()
