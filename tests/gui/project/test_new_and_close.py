"""New project, Close project, and what is asked before work is given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3fn_core.cubes.formats import write_envi
from s3fn_gui.project.unsaved_work_dialog import UnsavedDialog
from s3fn_gui.project.which_project_dialog import Which
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import MainWindow
from tests.gui.support import WAVELENGTHS, Hands, scene_array, write_scene


@pytest.fixture
def work(hands: Hands, scene_file: Path) -> Hands:
    hands.open_file(scene_file)
    class_edits.add_class(hands.session, "leaf")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    return hands


def save(hands: Hands, folder: Path) -> None:
    hands.ask.paths["project target"] = folder
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)


@pytest.mark.parametrize("command", ["file.new_project", "file.close_project"])
def test_the_window_is_empty_afterwards_and_the_project_free(
    work: Hands, command: str, tmp_path: Path
) -> None:
    folder = tmp_path / "one.s3fnproj"
    save(work, folder)
    work.trigger(command)
    assert "unsaved" not in work.ask.asked
    assert not work.session.cubes.items
    assert not len(work.session.classes)
    assert work.session.project is None
    assert work.window.flows.autosave.lock is None
    assert not work.window.actions_by_id["file.close_project"].isEnabled()
    work.ask.paths["project"] = folder
    work.trigger("file.open_project")
    work.until(lambda: work.session.cubes.items)
    assert work.session.read_only == ""


def test_unsaved_work_is_named_and_kept_unless_given_up(work: Hands, tmp_path: Path) -> None:
    pixels = work.count(1)
    work.ask.save_changes = "cancel"
    work.trigger("file.new_project")
    assert work.ask.unsaved == (f"Labels: {pixels} px in scene", "Classes added: leaf", "Cubes opened: scene")
    assert work.session.cubes.items
    save(work, tmp_path / "one.s3fnproj")
    work.session.undo()
    work.trigger("file.close_project")
    assert work.ask.unsaved == (f"Labels: {pixels} px in scene",)
    work.ask.save_changes = "save"
    work.trigger("file.close_project")
    work.until(lambda: not work.session.cubes.items)


def test_a_training_is_not_lost_without_a_question(work: Hands) -> None:
    class_edits.add_class(work.session, "soil")
    for line in (20, 26):
        work.states.painting.begin_stroke((line, 30), erase=False)
        work.states.painting.end_stroke()
    work.trigger("train.start")
    work.ask.sure = False
    work.trigger("file.close_project")
    assert any("still running" in question for question in work.ask.asked)
    assert work.session.cubes.items
    work.ask.sure = True
    work.trigger("file.close_project")
    assert not work.session.cubes.items
    work.until(lambda: not work.states.training.running)


def test_the_dialog_lists_changes_and_says_how_many_more(window: MainWindow) -> None:
    dialog = UnsavedDialog(window, [f"Labels: {n} px" for n in range(14)])
    told = dialog.informativeText()
    assert "• Labels: 3 px" in told
    assert told.endswith("• and 4 more")


def other_camera(folder: Path) -> Path:
    return write_envi(scene_array()[..., :7], folder / "other.hdr", WAVELENGTHS[:7])


@pytest.mark.parametrize("answer", ["this", "new", "cancel"])
def test_a_cube_of_another_camera_is_asked_about(work: Hands, tmp_path: Path, answer: Which) -> None:
    save(work, tmp_path / "one.s3fnproj")
    work.ask.which_project = answer
    other = other_camera(tmp_path)
    work.ask.paths["cube"] = other
    work.trigger("file.open")
    work.until(lambda: any("other" in question for question in work.ask.asked))
    assert "It has 7 bands from 450 to" in work.ask.asked[-1]
    names = {"this": ["scene", "other"], "new": ["other"], "cancel": ["scene"]}[answer]
    work.until(lambda: [item.cube.name for item in work.session.cubes.items] == names)
    assert (work.session.project is None) == (answer == "new")
    assert len(work.session.classes) == (0 if answer == "new" else 1)


def test_nothing_is_asked_about_a_cube_where_it_is_not_in_doubt(
    work: Hands, tmp_path: Path, scene_file: Path
) -> None:
    work.open_file(write_scene(tmp_path, "same camera"))
    assert len(work.session.cubes.items) == 2
    work.ask.save_changes = "discard"
    work.trigger("file.close_project")
    work.open_file(scene_file)
    work.open_file(other_camera(tmp_path))  # nothing was done yet
    assert [q for q in work.ask.asked if "project" in q] == []
