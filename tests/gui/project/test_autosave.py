"""Autosaves, locks, and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from s3fn_core.errors import ProjectError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import Project, lock
from s3fn_core.project.lock import Owner
from s3fn_gui.app import begin
from s3fn_gui.base.settings import recovery_folder
from s3fn_gui.session import class_edits
from tests.gui.support import Hands, write_scene

ELSEWHERE = replace(Owner.here(), host="another-machine", user="somebody")


@pytest.fixture
def saved(hands: Hands, scene_file: Path, tmp_path: Path) -> Path:
    """A project with one class and no labels, open."""
    hands.open_file(scene_file)
    class_edits.add_class(hands.session, "soil")
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths["project target"] = folder
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    return folder


def paint(hands: Hands) -> None:
    hands.states.painting.begin_stroke((5, 5), erase=False)
    hands.states.painting.end_stroke()


def wait_for_autosave(hands: Hands) -> None:
    hands.window.flows.autosave.tick()
    hands.until(lambda: hands.window.runner.get("autosave") is None)


def reopen(hands: Hands, folder: Path) -> None:
    hands.ask.paths["project"] = folder
    hands.trigger("file.open_project")
    hands.until(lambda: hands.window.runner.get("project") is None)


def test_an_autosave_lies_beside_the_save(hands: Hands, saved: Path) -> None:
    wait_for_autosave(hands)
    assert not Project.load(saved).has_autosave  # nothing has changed
    paint(hands)
    wait_for_autosave(hands)
    project = Project.load(saved)
    assert project.has_autosave
    assert not project.labels["cube-1"].any()
    assert Project.load(saved, autosaved=True).labels["cube-1"].any()
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert not Project.load(saved).has_autosave
    assert Project.load(saved).labels["cube-1"].any()


def test_a_training_is_preceded_by_an_autosave(hands: Hands, saved: Path) -> None:
    paint(hands)

    def training() -> Operation[None]:
        yield Progress("train", 0.0)

    hands.window.runner.start("train", "Training", training, lambda _: None)
    hands.until(lambda: Project.load(saved).has_autosave)


def test_closing_without_saving_gives_the_autosave_up(hands: Hands, saved: Path) -> None:
    paint(hands)
    wait_for_autosave(hands)
    hands.ask.save_changes = "discard"
    hands.window.close()
    assert not Project.load(saved).has_autosave
    assert not (saved / lock.FILE).exists()


@pytest.mark.parametrize(("answer", "labels", "dirty"), [("restore", True, True), ("discard", False, False)])
def test_an_autosave_is_offered_when_the_project_opens(
    hands: Hands, saved: Path, answer: str, labels: bool, dirty: bool
) -> None:
    paint(hands)
    wait_for_autosave(hands)
    hands.session.clear()  # as if the program had been killed
    hands.ask.restoring = answer
    reopen(hands, saved)
    hands.until(lambda: hands.session.folder == saved)
    item = hands.session.cubes.current
    assert item is not None
    assert bool(item.labels.ids.any()) == labels
    assert hands.session.dirty == dirty
    assert Project.load(saved).has_autosave == labels
    assert any("never saved" in asked for asked in hands.ask.asked)


def test_thinking_better_of_it_leaves_the_autosave(hands: Hands, saved: Path) -> None:
    paint(hands)
    wait_for_autosave(hands)
    hands.session.clear()
    hands.ask.restoring = "later"
    reopen(hands, saved)
    assert hands.session.folder is None
    assert Project.load(saved).has_autosave


def test_a_second_window_opens_read_only(hands: Hands, saved: Path, tmp_path: Path) -> None:
    hands.session.clear()
    (saved / lock.FILE).write_text(json.dumps(asdict(ELSEWHERE)))
    reopen(hands, saved)
    hands.until(lambda: hands.session.folder == saved)
    assert "somebody on another-machine" in hands.message
    assert "read-only" in hands.window.windowTitle()
    paint(hands)
    wait_for_autosave(hands)
    assert not Project.load(saved).has_autosave
    assert list(recovery_folder().iterdir())  # the work is safe elsewhere
    hands.ask.paths["project target"] = tmp_path / "mine.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert hands.session.folder == tmp_path / "mine.s3fnproj"
    assert not hands.session.read_only
    assert not list(recovery_folder().iterdir())
    assert not Project.load(saved).labels["cube-1"].any()


def test_a_project_that_is_open_elsewhere_is_not_saved_over(hands: Hands, saved: Path) -> None:
    paint(hands)
    (saved / lock.FILE).write_text(json.dumps(asdict(ELSEWHERE)))
    hands.window.flows.autosave.lock = None
    hands.trigger("file.save")
    hands.until(lambda: "open elsewhere" in hands.message)
    assert hands.session.dirty


CRASH = """
import os, signal, sys
from pathlib import Path
from s3fn_gui.shell.window import make_window
from s3fn_gui.session import class_edits
from PySide6.QtWidgets import QApplication
window = make_window()
window.show()
session = window.session
window.flows.opening.open_cube(Path(sys.argv[1]))
def until(done):
    while not done():
        QApplication.processEvents()
until(lambda: session.cubes.items)
class_edits.add_class(session, "soil")
window.states.painting.begin_stroke((5, 5), erase=False)
window.states.painting.end_stroke()
window.flows.autosave.tick()
until(lambda: window.runner.get("autosave") is None)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def crash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scene and with the user's data after a crash."""
    folder = tmp_path_factory.mktemp("crash")
    own = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}
    scene = write_scene(folder)
    subprocess.run([sys.executable, "-c", CRASH, str(scene)], check=False, env=os.environ | own)
    return folder


@pytest.fixture
def left(crash: Path, scene_file: Path, tmp_path: Path) -> Path:
    """What the crash left, in this user's folder; the same scene lies where it did."""
    shutil.copytree(crash / "data", tmp_path / "data", dirs_exist_ok=True)
    (found,) = recovery_folder().iterdir()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("answer", ["restore", "discard", "later"])
def test_the_next_start_offers_what_a_crash_left(hands: Hands, left: Path, answer: str) -> None:
    hands.ask.restoring = answer
    hands.window.flows.autosave.offer(hands.window.flows.project.restored)
    hands.until(lambda: hands.ask.asked)
    assert "1 class and 21 labelled pixels" in hands.ask.asked[0]
    if answer == "restore":
        hands.until(lambda: hands.session.cubes.current)
        item = hands.session.cubes.current
        assert item is not None
        assert item.labels.ids.any()
        assert hands.session.dirty
        assert hands.session.folder is None
    else:
        assert left.exists() == (answer == "later")
        assert not (left / lock.FILE).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_crash_left_is_offered_beside_a_file(hands: Hands, scene_file: Path, left: Path) -> None:
    data = scene_file.with_suffix(".img")
    data.write_bytes(data.read_bytes()[:-1000])
    begin(hands.window, [scene_file])
    hands.until(lambda: "21 labelled pixels" in hands.message)
    assert hands.message.startswith("S3FN ended without saving")  # what the button is about is not cut
    assert "shorter than the header promises" in hands.message  # what was said of the file stays
    assert not hands.ask.asked
    assert hands.session.cubes.current is not None
    assert not (left / lock.FILE).exists()
    class_edits.add_class(hands.session, "ice")
    paint(hands)
    wait_for_autosave(hands)
    (own,) = set(recovery_folder().iterdir()) - {left}
    hands.find("message_action", QPushButton).click()
    hands.until(lambda: hands.session.classes.names == ("soil",))
    assert [asked.split(".")[0] for asked in hands.ask.asked] == ["unsaved", "S3FN ended without saving"]
    assert hands.session.dirty
    assert left.exists()
    assert not own.exists()
    hands.trigger("file.recover")
    hands.until(lambda: "No unsaved work" in hands.message)


@pytest.fixture
def two_moved(hands: Hands, tmp_path: Path) -> Path:
    """A project of two cubes with labels, whose files lie elsewhere now; the new folder."""
    for name in ("one", "two"):
        place = tmp_path / "before"
        place.mkdir(exist_ok=True)
        hands.open_file(write_scene(place, name))
        if not len(hands.session.classes):
            class_edits.add_class(hands.session, "soil")
        paint(hands)
    hands.ask.paths["project target"] = tmp_path / "work.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    hands.session.clear()
    (tmp_path / "before").rename(tmp_path / "after")
    reopen(hands, tmp_path / "work.s3fnproj")
    hands.until(lambda: "missing" in hands.message)
    return tmp_path / "after"


def test_cubes_that_moved_are_found_together(hands: Hands, two_moved: Path) -> None:
    assert not hands.session.cubes.items
    hands.ask.paths["missing cube"] = two_moved / "one.hdr"
    hands.find("message_action", QPushButton).click()
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert all(item.labels.ids.any() for item in hands.session.cubes.items)
    assert hands.session.dirty
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert not Project.load(two_moved.parent / "work.s3fnproj").missing


def test_a_moved_cube_opened_by_hand_is_known_by_its_content(hands: Hands, two_moved: Path) -> None:
    hands.open_file(two_moved / "one.hdr")
    assert hands.count(1)
    assert hands.message == "Found: one."
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    project = Project.load(two_moved.parent / "work.s3fnproj")
    assert [entry.name for entry in project.cubes] == ["one", "two"]
    assert [entry.name for entry in project.missing] == ["two"]


def test_a_cube_that_is_back_in_its_place_has_its_labels(
    hands: Hands, two_moved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = two_moved.rename(two_moved.parent / "before")
    with (back / "one.img").open("r+b") as file:
        file.write(b"\1\2\3\4")  # not quite what it was
    monkeypatch.chdir(back)
    hands.open_file(Path("one.hdr"))
    assert hands.count(1)
    assert "has changed since it was saved" in hands.message


def test_another_content_that_is_open_is_left_as_it_is(hands: Hands, two_moved: Path) -> None:
    with (two_moved / "one.img").open("r+b") as file:
        file.write(b"\1\2\3\4")
    hands.open_file(two_moved / "one.hdr")
    mine = hands.session.cubes.current
    assert mine is not None
    assert not hands.count(1)
    hands.ask.paths["missing cube"] = two_moved / "one.hdr"
    hands.trigger("file.find_missing")
    hands.until(lambda: "one is open already" in hands.message)
    assert len(hands.session.cubes.items) == 2  # the other was beside it
    assert mine in hands.session.cubes.items
    hands.session.cubes.remove(mine.key)
    hands.trigger("file.find_missing")
    hands.until(lambda: hands.message.startswith("Found: one"))
    assert hands.count(1)


def test_work_done_while_a_project_opens_is_asked_about(hands: Hands, saved: Path) -> None:
    paint(hands)
    hands.ask.paths["project"] = saved
    hands.ask.save_changes = "discard"
    hands.trigger("file.open_project")
    hands.states.painting.begin_stroke((20, 20), erase=False)  # before it is there
    hands.ask.save_changes = "cancel"
    hands.until(lambda: hands.window.runner.get("project") is None)
    assert hands.ask.asked.count("unsaved") == 2
    assert hands.count(1) == 42
    assert hands.window.flows.autosave.lock is not None
    assert hands.window.flows.autosave.lock.is_mine
    hands.ask.save_changes = "discard"
    hands.trigger("file.open_project")
    hands.session.undo_stack.undo()
    hands.ask.save_changes = "save"
    hands.until(lambda: hands.ask.asked.count("unsaved") == 4)
    hands.until(lambda: not hands.session.undo_stack.count())  # saved, and opened again
    assert hands.count(1) == 21
    assert not hands.session.dirty


def test_labels_of_missing_cubes_go_with_their_class_and_come_back(hands: Hands, two_moved: Path) -> None:
    hands.session.select_class(1)
    hands.trigger("label.delete_class")
    assert hands.ask.asked[-1].endswith(
        "Its 42 labelled pixels are also deleted. 42 labelled pixels are in missing cubes."
    )
    assert class_edits.add_class(hands.session, "metal") == 1
    hands.session.undo_stack.undo()
    hands.session.undo_stack.undo()
    assert class_edits.add_class(hands.session, "metal") == 2
    hands.session.undo_stack.undo()
    hands.session.undo_stack.redo()
    class_edits.merge_classes(hands.session, 2, [1])
    hands.ask.paths["missing cube"] = two_moved / "one.hdr"
    hands.trigger("file.find_missing")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert hands.session.classes.names == ("metal",)
    assert (hands.count(1), hands.count(2)) == (0, 21)
    hands.session.undo_stack.undo()  # one of the two is open now, and so is the other
    assert [(int(i.counts[1]), int(i.counts[2])) for i in hands.session.cubes.items] == [(21, 0)] * 2


def test_labels_of_a_missing_cube_change_while_the_project_is_saved(hands: Hands, two_moved: Path) -> None:
    class_edits.add_class(hands.session, "metal")
    hands.trigger("file.save")
    class_edits.merge_classes(hands.session, 2, [1])
    hands.until(lambda: hands.message.startswith("Project saved"))
    assert hands.session.dirty
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    labels = Project.load(two_moved.parent / "work.s3fnproj").labels
    assert [sorted(set(ids.flat)) for ids in labels.values()] == [[0, 2], [0, 2]]


def test_labels_without_a_class_get_one(hands: Hands, two_moved: Path) -> None:
    project = Project.load(two_moved.parent / "work.s3fnproj")
    project.classes = ClassSet()
    project.save()
    two_moved.rename(two_moved.parent / "before")
    reopen(hands, project.folder)
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert hands.session.classes.names == ("class 1",)
    assert "Added class 1: one has labels without a class." in hands.message
    assert not hands.session.dirty


def test_found_labels_without_a_class_get_one(hands: Hands, two_moved: Path) -> None:
    hands.session.set_classes(ClassSet())
    hands.ask.paths["missing cube"] = two_moved / "one.hdr"
    hands.trigger("file.find_missing")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    assert hands.session.classes.names == ("class 1",)
    assert "Added class 1" in hands.message


def test_another_file_is_asked_about(hands: Hands, two_moved: Path) -> None:
    other = write_scene(two_moved.parent, "one")
    with other.with_suffix(".img").open("r+b") as file:
        file.write(b"\1\2\3\4")
    hands.ask.paths["missing cube"] = other
    hands.ask.sure = False
    hands.trigger("file.find_missing")
    hands.until(lambda: any("differs" in asked for asked in hands.ask.asked))
    assert not hands.session.cubes.items
    hands.ask.sure = True
    hands.trigger("file.find_missing")
    hands.until(lambda: len(hands.session.cubes.items) == 1)


def test_restoring_keeps_what_cannot_be_opened_now(hands: Hands, two_moved: Path, tmp_path: Path) -> None:
    hands.ask.paths["missing cube"] = two_moved / "one.hdr"
    hands.trigger("file.find_missing")
    hands.until(lambda: len(hands.session.cubes.items) == 2)
    hands.window.flows.autosave.hold(None)
    wait_for_autosave(hands)
    (left,) = recovery_folder().iterdir()
    hands.window.flows.autosave._rescue = None  # as if the program had been killed
    (left / lock.FILE).unlink()
    hands.session.clear()
    (two_moved / "two.hdr").rename(two_moved / "away.hdr")
    hands.window.flows.autosave.offer(hands.window.flows.project.restored)
    hands.until(lambda: "missing" in hands.message)
    assert len(hands.session.cubes.items) == 1
    assert hands.session.folder is None
    paint(hands)
    wait_for_autosave(hands)
    assert len(Project.load(left, autosaved=True).labels) == 2
    hands.ask.paths["project target"] = tmp_path / "rescued.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert len(Project.load(tmp_path / "rescued.s3fnproj").labels) == 2


def test_a_label_map_that_could_not_be_read_outlives_a_save(hands: Hands, saved: Path) -> None:
    paint(hands)
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    (file,) = saved.glob("labels/*.tif")
    whole = file.read_bytes()
    file.write_bytes(b"damaged")
    reopen(hands, saved)
    hands.until(lambda: "could not be loaded" in hands.message)
    class_edits.rename_class(hands.session, 1, "earth")
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    file.write_bytes(whole)
    assert Project.load(saved).labels["cube-1"].any()


def test_what_changes_during_a_save_is_not_saved(hands: Hands, saved: Path) -> None:
    paint(hands)
    hands.trigger("file.save")
    hands.session.undo_stack.undo()
    hands.states.painting.begin_stroke((20, 20), erase=False)
    hands.states.painting.end_stroke()
    hands.until(lambda: hands.window.runner.get("project") is None)
    assert hands.session.dirty


def test_a_lock_that_was_taken_over_is_respected(hands: Hands, saved: Path) -> None:
    (saved / lock.FILE).write_text(json.dumps(asdict(ELSEWHERE)))  # while this computer slept
    paint(hands)
    hands.trigger("file.save")
    hands.until(lambda: "open elsewhere" in hands.message)
    wait_for_autosave(hands)
    assert not Project.load(saved).has_autosave
    assert list(recovery_folder().iterdir())


def test_a_first_save_that_fails_leaves_its_name_free(
    hands: Hands, scene_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.open_file(scene_file)
    class_edits.add_class(hands.session, "soil")
    hands.ask.paths["project target"] = tmp_path / "work.s3fnproj"
    monkeypatch.setattr(Project, "save", refuse)
    hands.trigger("file.save")
    hands.until(lambda: "no room" in hands.message)
    assert not (tmp_path / "work.s3fnproj").exists()
    monkeypatch.undo()
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)


def refuse(_: Project) -> None:
    raise ProjectError("There is no room.")
