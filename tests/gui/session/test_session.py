"""The session: strokes, classes, undo, what counts as unsaved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.config import TrainSettings
from s3fn_core.project import Project
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session import undo as kept_edits
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.session import Session
from s3fn_gui.session.undo import Step
from s3fn_gui.words.description_edits import describe_class, put_description
from tests.gui.support import put_labels, scene_cube, states_of


@pytest.fixture
def item(session: Session) -> OpenCube:
    """The scene, open, with two classes."""
    opened = prepare(scene_cube())
    session.cubes.add(opened)
    class_edits.add_class(session, "rising")
    class_edits.add_class(session, "falling")
    return opened


def paint(session: Session, *positions: tuple[int, int], erase: bool = False) -> None:
    states_of(session).painting.begin_stroke(positions[0], erase)
    for position in positions[1:]:
        states_of(session).painting.extend_stroke(position)
    states_of(session).painting.end_stroke()


def test_a_stroke_is_one_undo(session: Session, item: OpenCube) -> None:
    session.select_class(1)
    before = session.undo_stack.count()
    paint(session, (5, 5), (5, 10), (10, 10))
    assert session.undo_stack.count() == before + 1
    painted = item.labels.ids.copy()
    assert item.counts[1] == np.count_nonzero(painted == 1) > 20
    assert session.undo_stack.undoText() == f"Paint rising ({item.counts[1]} px)"
    session.undo_stack.undo()
    assert not item.labels.ids.any()
    assert item.counts[1] == 0
    session.undo_stack.redo()
    np.testing.assert_array_equal(item.labels.ids, painted)


def test_an_aborted_stroke_leaves_no_trace(session: Session, item: OpenCube) -> None:
    paint(session, (5, 5))
    before, steps = item.labels.ids.copy(), session.undo_stack.count()
    states_of(session).painting.begin_stroke((5, 6), erase=True)
    states_of(session).painting.extend_stroke((5, 12))
    states_of(session).painting.abort_stroke()
    np.testing.assert_array_equal(item.labels.ids, before)
    assert session.undo_stack.count() == steps


def test_a_step_taken_during_a_stroke_comes_after_it(session: Session, item: OpenCube) -> None:
    paint(session, (5, 5), (5, 9))
    before = item.labels.ids.copy()
    states_of(session).painting.begin_stroke((5, 6), erase=True)
    class_edits.delete_class(session, 2)
    states_of(session).painting.extend_stroke((20, 20))  # nothing is being painted any more
    states_of(session).painting.end_stroke()
    assert not (item.labels.ids == 2).any()
    for _ in range(2):
        while session.undo_stack.undoText().startswith(("Erase", "Delete")):
            session.undo_stack.undo()
        np.testing.assert_array_equal(item.labels.ids, before)
        assert item.counts[2] == np.count_nonzero(before == 2)
        while session.undo_stack.canRedo():
            session.undo_stack.redo()
        assert not item.labels.ids.any()


def test_steps_that_are_no_longer_at_hand_are_unpacked(
    session: Session, item: OpenCube, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("AT_HAND", "AT_HAND_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(kept_edits, limit, 0)
            paint(session, (5, 5), (9, 9))
            painted = item.labels.ids.copy()
            session.undo_stack.undo()
            assert not item.labels.ids.any()
            session.undo_stack.redo()
            np.testing.assert_array_equal(item.labels.ids, painted)
            session.undo_stack.undo()


def test_undoing_takes_a_running_stroke_back(session: Session, item: OpenCube) -> None:
    paint(session, (5, 5), (5, 9))
    states_of(session).painting.begin_stroke((5, 6), erase=True)
    session.undo_stack.undo()
    states_of(session).painting.end_stroke()
    assert not item.labels.ids.any()
    assert not item.counts[1:].any()
    session.undo_stack.redo()
    assert item.labels.ids[5, 6] == 2


def test_only_the_touched_rectangle_is_told(session: Session, item: OpenCube, qtbot: QtBot) -> None:
    session.view.set_brush(size=1)
    with qtbot.waitSignal(session.labels_changed) as told:
        states_of(session).painting.begin_stroke((7, 9), erase=False)
    top, left, bottom, right = told.args[0]
    assert (bottom - top) * (right - left) <= 9
    assert item.labels.ids[7, 9] == 2


def test_protected_labels_are_not_painted_over(session: Session, item: OpenCube) -> None:
    session.view.set_brush(size=1, protect=True)
    session.select_class(1)
    paint(session, (3, 3))
    session.select_class(2)
    paint(session, (3, 2), (3, 4))
    assert item.labels.ids[3, 2:5].tolist() == [2, 1, 2]
    paint(session, (3, 3), erase=True)
    assert item.labels.ids[3, 3] == 0


def test_painting_without_a_class_says_what_to_do(session: Session) -> None:
    session.cubes.add(prepare(scene_cube()))
    told: list[str] = []
    session.reported.connect(lambda report: told.append(report.text))
    states_of(session).painting.begin_stroke((1, 1), erase=False)
    assert not session.work.is_painting
    assert "Add a class" in told[0]


def test_class_edits_can_be_undone(session: Session, item: OpenCube) -> None:
    class_edits.rename_class(session, 1, "rise")
    class_edits.recolour_class(session, 1, "#112233")
    assert (session.classes[1].name, session.classes[1].color) == ("rise", "#112233")
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.classes[1].name == "rising"
    with pytest.raises(LabelError):
        class_edits.rename_class(session, 1, "falling")
    assert session.classes.names == ("rising", "falling")


def test_deleting_a_class_takes_its_labels_and_gives_them_back(session: Session, item: OpenCube) -> None:
    session.select_class(1)
    paint(session, (5, 5))
    painted = int(item.counts[1])
    class_edits.delete_class(session, 1)
    assert session.classes.names == ("falling",)
    assert not item.labels.ids.any()
    assert session.undo_stack.undoText() == "Delete class rising"
    session.undo_stack.undo()
    assert item.counts[1] == painted
    assert session.classes.names == ("rising", "falling")


def test_merging_classes_looks_ids_up_in_a_table(
    session: Session, item: OpenCube, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = np.random.default_rng(0).integers(0, 4, item.labels.shape).astype(np.uint8)
    put_labels(session, item, ids, "test")
    counts = item.counts.copy()
    monkeypatch.setattr(np, "isin", None)  # sorts: felt where a map is large
    class_edits.merge_classes(session, 1, [2, 3])
    assert item.counts[:4].tolist() == [counts[0], counts[1:4].sum(), 0, 0]


def test_a_snapshot_is_not_counted_anew(item: OpenCube) -> None:
    item.apply(item.labels.edit((0, 0, 2, 3), np.ones((2, 3), bool), 1))
    item.counts[9] = 5  # which no count would find
    taken = snapshot(item)
    item.apply(item.labels.edit((0, 0, 2, 3), np.ones((2, 3), bool), 0))
    assert (taken.counts[1], taken.counts[9]) == (6, 5)
    assert taken.labels.count(1) == 6


def test_imported_ids_without_a_class_get_one(session: Session, item: OpenCube) -> None:
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[0, :3] = (1, 2, 7)
    put_labels(session, item, ids, "map.png")
    assert session.classes.ids == (1, 2, 7)
    assert session.undo_stack.undoText() == "Import labels from map.png"
    session.undo_stack.undo()
    assert session.classes.ids == (1, 2)
    assert not item.labels.ids.any()


def test_a_wrong_label_map_is_refused(session: Session, item: OpenCube) -> None:
    with pytest.raises(LabelError, match=r"4 x 4.*30 x 40"):
        put_labels(session, item, np.ones((4, 4), np.uint8), "small.npy")
    assert session.undo_stack.undoText() == "Add class falling"


def test_typing_a_description_is_one_undo(session: Session, item: OpenCube) -> None:
    steps = session.undo_stack.count()
    for text in ("d", "da", "dark"):
        describe_class(session, 1, text)
    assert session.undo_stack.count() == steps + 1
    assert session.undo_stack.undoText() == "Describe rising"
    describe_class(session, 2, "bright")
    session.undo_stack.undo()
    assert session.classes[1].text == "dark"
    session.undo_stack.undo()
    assert session.classes[1].text == ""


def test_an_earlier_description_stays_in_the_history(session: Session, item: OpenCube) -> None:
    describe_class(session, 1, "mine")
    put_description(session, 1, (Description("theirs", "llm"),), "Generate")
    assert [v[0].text for v in session.history[1]] == ["mine"]


def test_swapping_goes_back_to_the_class_before(session: Session, item: OpenCube) -> None:
    session.select_class(1)
    session.select_class(2)
    session.swap_class()
    assert session.class_id == 1
    session.swap_class()
    assert session.class_id == 2


def test_dirty_means_something_would_be_lost(session: Session, item: OpenCube) -> None:
    assert session.dirty, "classes were added"
    session.saved(None)
    assert not session.dirty
    paint(session, (5, 5))
    assert session.dirty
    session.undo_stack.undo()
    assert not session.dirty
    paint(session, (5, 5))
    other = prepare(scene_cube().with_(name="other"))
    session.cubes.add(other)
    session.cubes.remove(other.key)
    assert session.dirty, "the labels of the first cube are still to be saved"
    session.clear()
    assert (session.cubes.items, session.classes, session.dirty) == ([], ClassSet(), False)


def test_looking_at_a_file_leaves_nothing_to_save(session: Session) -> None:
    session.cubes.add(prepare(scene_cube()))
    assert not session.dirty


def test_what_a_project_keeps_is_to_be_saved(session: Session, item: OpenCube, tmp_path: Path) -> None:
    session.set_train_settings(TrainSettings(epochs=7))
    session.spectra.pin((1, 2))
    session.saved(Project(tmp_path / "work.s3fnproj"))
    for change in (
        lambda: session.set_train_settings(TrainSettings(epochs=8)),
        lambda: session.spectra.pin((3, 4)),
        session.spectra.clear,
    ):
        assert not session.dirty
        session.spectra.highlight(1)  # a way of looking
        session.spectra.highlight(None)
        assert not session.dirty
        change()
        assert session.dirty
        session.saved(session.project)


def test_pins_are_toggled_and_stay_inside(session: Session, item: OpenCube) -> None:
    for position in ((1, 2), (3, 4), (1, 2), (99, 0), (-1, 0)):
        session.spectra.pin(position)
    assert item.pins == ((3, 4),)
    session.spectra.clear_pins()
    assert item.pins == ()


def test_closing_a_cube_shows_the_next(session: Session, item: OpenCube) -> None:
    other = prepare(scene_cube().with_(name="other"))
    session.cubes.add(other)
    session.cubes.remove(other.key)
    assert session.cubes.current is item
    session.cubes.remove(item.key)
    assert session.cubes.current is None


def test_a_thousand_steps_can_be_undone(session: Session, item: OpenCube) -> None:
    session.undo_stack.clear()
    session.view.set_brush(size=1)
    for number in range(1000):
        paint(session, (number % 30, number // 30), erase=False)
    steps = [session.undo_stack.command(i) for i in range(session.undo_stack.count())]
    commands = [step for step in steps if isinstance(step, Step) and step.edit]
    assert len(commands) == 1000
    assert sum(command.edit.nbytes for command in commands) < 100_000
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert not item.labels.ids.any()


def test_what_is_typed_about_a_class_leaves_the_list_of_them_as_it_is(session: Session) -> None:
    """Tables and plots of many classes would be made anew at every key."""
    told: list[int] = []
    session.class_list_changed.connect(lambda: told.append(len(session.classes)))
    class_edits.add_class(session, "soil")
    class_edits.add_class(session, "water")
    describe_class(session, 1, "Wet")
    describe_class(session, 1, "Wet.")
    assert told == [1, 2]
    class_edits.rename_class(session, 1, "mud")
    class_edits.recolour_class(session, 1, "#123456")
    class_edits.move_class(session, 1, 1)
    assert len(told) == 5
    session.undo_stack.undo()
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert len(told) == 8
    session.undo_stack.undo()
    assert len(told) == 8, "only the text"
    class_edits.delete_class(session, 2)
    assert told[-1] == 1


def test_a_class_takes_the_colour_of_its_material_when_it_is_first_named(session: Session) -> None:
    for number in range(3):
        class_edits.add_class(session)
        class_edits.rename_class(session, number + 1, ("soil", "water", "river")[number])
    colours = [c.color for c in session.classes]
    assert colours[:2] == ["#804c40", "#4477aa"]
    assert colours[2] not in colours[:2]
    class_edits.rename_class(session, 1, "tree")
    assert session.classes[1].color == "#804c40"  # by now one knows the class by it
