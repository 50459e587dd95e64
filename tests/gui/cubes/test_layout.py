"""Which array of a file is opened, and how it is arranged as an image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QListWidget, QTableWidget
from scipy.io import savemat

from s3fn_core.cubes.cube import Arrangement, Axes, Cube, Layout
from s3fn_core.cubes.formats import open_cube, variables_of
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.cubes.viewing.previews import previews
from s3fn_core.progress import run
from s3fn_gui.cubes.layout_dialog import LayoutAnswer, LayoutDialog, LayoutQuestion, Previews, VariableDialog
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import MainWindow
from tests.gui.support import BANDS, LINES, SAMPLES, Hands, scene_array


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A file with two arrays that may be meant, and one that may not."""
    path = tmp_path / "several.mat"
    content = {"raw": scene_array() * 100, "calibrated": scene_array()[:20], "labels": np.eye(9)}
    savemat(path, content)
    return path


@pytest.fixture
def turned(tmp_path: Path) -> Path:
    """An array of which nothing says that it is (samples, bands, lines)."""
    path = tmp_path / "turned.npy"
    np.save(path, scene_array().transpose(1, 2, 0))
    return path


def no_previews(done: Callable[[Previews], None]) -> None:
    """Draws nothing."""


def current(hands: Hands) -> Cube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current.cube


# --- several arrays ---------------------------------------------------------------------------


def test_a_file_with_several_arrays_asks_which(hands: Hands, several: Path) -> None:
    hands.ask.chosen_variable = "calibrated"
    hands.open_file(several)
    assert hands.ask.asked[-1] == "variable"
    assert current(hands).shape == (20, SAMPLES, BANDS)
    assert current(hands).name == "several calibrated"


def test_no_answer_opens_nothing(hands: Hands, several: Path) -> None:
    hands.ask.paths["cube"] = several
    hands.trigger("file.open")
    hands.until(lambda: "variable" in hands.ask.asked)
    hands.until(lambda: not hands.window.runner.active)
    assert not hands.session.cubes.items


def test_one_array_is_opened_without_a_question(hands: Hands, tmp_path: Path) -> None:
    savemat(tmp_path / "x.mat", {"cube": scene_array(), "gt": np.ones((LINES, SAMPLES))})
    hands.open_file(tmp_path / "x.mat")
    assert "variable" not in hands.ask.asked


def test_the_choice_is_kept_by_the_project(hands: Hands, several: Path, tmp_path: Path) -> None:
    for name in ("calibrated", "raw"):
        hands.ask.chosen_variable = name
        hands.open_file(several)
    assert len(hands.session.cubes.items) == 2  # both arrays of the file are open
    class_edits.add_class(hands.session, "soil")
    hands.states.painting.begin_stroke((25, 3), erase=False)
    hands.states.painting.end_stroke()
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    for _ in range(2):  # the second time, the project knows both
        hands.session.touch()
        hands.trigger("file.save")
        hands.until(lambda: not hands.session.dirty)
    hands.session.clear()
    hands.ask.chosen_variable = None
    hands.trigger("file.open_project")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    hands.until(lambda: not hands.window.runner.active)
    assert [item.variable for item in hands.session.cubes.items] == ["calibrated", "raw"]
    assert [item.cube.lines for item in hands.session.cubes.items] == [20, LINES]
    assert hands.session.cubes.items[1].counts[1] > 0
    assert hands.session.cubes.items[0].counts[1] == 0
    assert hands.ask.asked.count("variable") == 2


def test_another_array_opens_beside_the_first(hands: Hands, several: Path) -> None:
    hands.ask.chosen_variable = "raw"
    hands.open_file(several)
    hands.ask.chosen_variable = "calibrated"
    hands.trigger("view.layout")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert current(hands).name == "several calibrated"
    assert hands.ask.layout_question is not None
    assert [v.name for v in hands.ask.layout_question.variables] == ["raw", "calibrated", "labels"]


def test_the_variable_dialog(window: MainWindow, several: Path) -> None:
    variables = variables_of(several)
    dialog = VariableDialog(window, several.name, variables)
    assert dialog.chosen() == variables[0].name
    listed = dialog.findChild(QTableWidget, "variable_list")
    assert isinstance(listed, QTableWidget)
    assert listed.rowCount() == len(variables)
    listed.selectRow(1)
    QTimer.singleShot(0, dialog.accept)
    assert dialog.ask() == variables[1].name
    QTimer.singleShot(0, dialog.reject)
    assert dialog.ask() is None


# --- arrangements -----------------------------------------------------------------------------


def test_the_order_of_the_axes_is_shown_and_changed(hands: Hands, turned: Path) -> None:
    hands.open_file(turned)
    assert hands.find("layout_change").isVisible()
    shown = hands.find("layout_question").text()  # type: ignore[attr-defined]
    assert str(current(hands).layouts[0]) in shown
    hands.ask.chosen_layout = Axes("sbl")
    hands.trigger("view.layout")
    hands.until(lambda: current(hands).layouts[0] == Axes("sbl"))
    np.testing.assert_array_equal(current(hands).read(), scene_array())
    assert len(hands.session.cubes.items) == 1


def test_the_order_is_kept_by_the_project(hands: Hands, turned: Path, tmp_path: Path) -> None:
    hands.open_file(turned)
    hands.ask.chosen_layout = Axes("sbl")
    hands.trigger("view.layout")
    hands.until(lambda: current(hands).layouts[0] == Axes("sbl"))
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: hands.session.project and not hands.session.dirty)
    hands.session.clear()
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current)
    np.testing.assert_array_equal(current(hands).read(), scene_array())


def test_rearranging_asks_before_labels_are_lost(hands: Hands, turned: Path) -> None:
    hands.open_file(turned)
    class_edits.add_class(hands.session, "soil")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    before = current(hands).layouts[0]
    hands.ask.chosen_layout, hands.ask.sure = Axes("sbl"), False
    hands.trigger("view.layout")
    hands.until(lambda: hands.ask.asked[-1:] == ["Rearranging this cube removes: labels."])
    hands.until(lambda: not hands.window.runner.active)
    assert current(hands).layouts[0] == before


def test_edited_metadata_survive_another_arrangement(hands: Hands, tmp_path: Path) -> None:
    np.save(tmp_path / "list.npy", scene_array().reshape(-1, BANDS))
    hands.open_file(tmp_path / "list.npy")
    item = hands.session.cubes.current
    assert item is not None
    waves = tuple(np.linspace(450.0, 900.0, BANDS))
    edited = Treatment(Metadata(waves, (True,) * BANDS, None, 0.5))
    hands.session.push_treatment(item, edited, "Edit metadata")
    hands.ask.chosen_layout = Layout(20, 60)
    hands.trigger("view.layout")
    hands.until(lambda: current(hands).lines == 20)
    np.testing.assert_array_equal(current(hands).wavelengths, waves)
    assert current(hands).scale == 0.5
    assert not any("removes" in question for question in hands.ask.asked)


def test_a_format_that_states_its_shape_has_no_choice(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    assert not hands.window.actions_by_id["view.layout"].isEnabled()
    assert not hands.find("layout_change").isVisible()


def test_the_dialog_for_a_list_accepts_only_what_divides(window: MainWindow) -> None:
    layouts = (Layout(10, 12), Layout(12, 10))
    cube = Cube(np.zeros((10, 12, 3), np.float32), "list", layouts=layouts)
    dialog = LayoutDialog(window, LayoutQuestion(cube, None, (), no_previews))
    assert dialog.answer() == LayoutAnswer(None, Layout(10, 12))
    dialog._lines.setValue(7)
    ok = dialog._accept
    assert not ok.isEnabled()
    dialog._lines.setValue(8)
    dialog._by_column.setChecked(True)
    assert ok.isEnabled()
    assert dialog.answer().layout == Layout(8, 15, by_column=True)
    dialog._choice.setCurrentRow(1)
    assert dialog.answer().layout == Layout(12, 10)


def test_the_dialog_for_axes_and_arrays(window: MainWindow, several: Path) -> None:
    cube = open_cube(several, variable="calibrated")
    variables = variables_of(several)
    dialog = LayoutDialog(window, LayoutQuestion(cube, "calibrated", variables, no_previews))
    choice = dialog.findChild(QListWidget, "layout_choice")
    arrays = dialog.findChild(QComboBox, "layout_array")
    assert isinstance(choice, QListWidget)
    assert isinstance(arrays, QComboBox)
    assert choice.count() == 6
    choice.setCurrentRow(2)
    assert dialog.answer() == LayoutAnswer("calibrated", cube.layouts[2])
    arrays.setCurrentIndex(arrays.findData("raw"))
    assert dialog.answer() == LayoutAnswer("raw", None)
    assert not choice.isEnabled()


def test_previews_come_while_the_dialog_is_open(hands: Hands, turned: Path) -> None:
    hands.open_file(turned)
    got: list[Previews] = []

    class Looking(type(hands.ask)):  # type: ignore[misc]
        def _layout(self, question: LayoutQuestion) -> None:
            question.draw(got.append)
            hands.until(lambda: got)

    hands.window.context.ask = Looking(hands.window)
    hands.trigger("view.layout")
    hands.until(lambda: got)
    assert set(got[0]) == set(current(hands).layouts)
    dialog = LayoutDialog(hands.window, LayoutQuestion(current(hands), None, (), lambda done: done(got[0])))
    before = dialog._choice.item(3).icon().cacheKey()
    QTimer.singleShot(0, dialog.reject)
    assert dialog.ask() is None
    assert dialog._choice.item(3).icon().cacheKey() != before
    dialog._choice.setCurrentRow(3)
    QTimer.singleShot(0, dialog.accept)
    assert dialog.ask() == LayoutAnswer(None, current(hands).layouts[3])


@pytest.mark.parametrize("kind", ["axes", "list"])
def test_a_preview_shows_what_the_arrangement_will(tmp_path: Path, kind: str) -> None:
    """Each is a band of the cube opened in that arrangement, up to the stretch."""
    array = scene_array()
    path = tmp_path / "x.npy"
    np.save(path, array.transpose(2, 0, 1) if kind == "axes" else array.reshape(-1, BANDS))
    cube = open_cube(path)
    pictures = run(previews(cube))
    assert set(pictures) == set(cube.layouts)
    for layout, picture in pictures.items():
        band = shown_band(path, layout)
        assert picture.shape == band.shape
        both = np.corrcoef(picture.ravel(), band.ravel())[0, 1]
        assert both > 0.95


def shown_band(path: Path, layout: Arrangement) -> np.ndarray:
    cube = open_cube(path, layout=layout)
    return cube.band(cube.bands // 2)
