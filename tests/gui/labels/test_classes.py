"""Classes: looked at, locked, ordered, merged, split, counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel

from s3fn_core.progress import run
from s3fn_gui.cubes.jobs import open_file, prepare
from s3fn_gui.labels.classes.table import ClassTable
from s3fn_gui.project import jobs as project_jobs
from s3fn_gui.session import class_edits
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import describe_class, put_description
from tests.gui.support import Hands, put_labels, scene_cube, states_of


def labelled(session: Session) -> None:
    """A scene with soil (1) on its left and water (2) on its right."""
    session.cubes.add(prepare(scene_cube()))
    item = session.cubes.current
    assert item is not None
    ids = np.zeros(item.labels.shape, np.uint8)
    ids[2:6, 2:8] = 1
    ids[20:24, 2:8] = 1
    ids[2:6, 30:36] = 2
    class_edits.add_class(session, "soil")
    class_edits.add_class(session, "water")
    put_labels(session, item, ids, "test")


def test_a_locked_class_keeps_its_pixels(session: Session) -> None:
    labelled(session)
    item = session.cubes.current
    assert item is not None
    session.class_looks.set_locked(1, True)
    session.select_class(2)
    states_of(session).painting.begin_stroke((3, 3), erase=False)
    states_of(session).painting.extend_stroke((3, 20))
    states_of(session).painting.end_stroke()
    assert item.counts[1] == 48
    assert item.counts[2] > 24
    states_of(session).painting.begin_stroke((3, 3), erase=True)
    states_of(session).painting.end_stroke()
    assert item.counts[1] == 48
    session.class_looks.set_locked(1, False)
    states_of(session).painting.begin_stroke((3, 3), erase=True)
    states_of(session).painting.end_stroke()
    assert item.counts[1] < 48


def test_a_hidden_class_is_not_drawn(hands: Hands) -> None:
    assert not hands.find("no_classes").isHidden()
    labelled(hands.session)
    assert hands.find("no_classes").isHidden()
    hands.session.class_looks.set_hidden(1, True)
    assert [c.id for c in hands.session.class_looks.shown(hands.session.classes)] == [2]
    table = hands.window.cube_view.labels._table
    assert table[1] == 0
    assert table[2] != 0


def test_an_id_that_is_used_again_is_neither_hidden_nor_locked(session: Session) -> None:
    labelled(session)
    session.class_looks.set_hidden(2, True)
    session.class_looks.set_locked(2, True)
    class_edits.delete_class(session, 2)
    class_edits.add_class(session, "ice")
    assert session.class_id == 2
    assert not session.class_looks.hidden
    assert not session.locked


def test_looks_come_back_with_the_project(session: Session, scene_file: Path) -> None:
    session.cubes.add(run(open_file(scene_file)))
    class_edits.add_class(session, "soil")
    session.class_looks.set_hidden(1, True)
    session.class_looks.set_locked(1, True)
    folder = scene_file.parent / "work.s3fnproj"
    saved = run(project_jobs.save(project_jobs.Snapshot.of(session), folder, None))
    saved.lock.release()
    session.class_looks.restore({"hidden": "no list"})
    assert not session.locked
    project_jobs.show(run(project_jobs.load(folder)), session)
    assert session.class_looks.to_json() == {"hidden": [1], "locked": [1]}


def test_merging_is_one_step_that_keeps_old_descriptions(session: Session) -> None:
    labelled(session)
    item = session.cubes.current
    assert item is not None
    other = prepare(scene_cube().with_(name="other"))
    other.set_labels(item.labels.copy())
    session.cubes.add(other)
    describe_class(session, 1, "Brown.")
    describe_class(session, 2, "Blue.")
    step = session.undo_stack.index()
    class_edits.merge_classes(session, 1, [2])
    assert session.undo_stack.index() == step + 1
    assert session.undo_stack.undoText() == "Merge water into soil"
    assert session.classes.names == ("soil",)
    assert session.classes[1].text == "Brown."
    assert [[d.text for d in v] for v in session.history[1]] == [["Blue."]]
    for merged in (item, other):
        assert merged.counts[1] == 72
        assert merged.counts[2] == 0
    session.undo_stack.undo()
    assert session.classes.names == ("soil", "water")
    assert session.classes[2].text == "Blue."
    assert not session.history.get(1)
    assert (item.counts[1], other.counts[2]) == (48, 24)
    session.undo_stack.redo()
    assert other.counts[1] == 72


def test_a_merged_class_without_words_takes_over_those_there_are(session: Session) -> None:
    labelled(session)
    describe_class(session, 2, "Blue.")
    class_edits.merge_classes(session, 1, [2])
    assert session.classes[1].text == "Blue."
    assert not session.history.get(1)


def test_a_deleted_class_leaves_no_words_to_the_next_of_its_id(session: Session) -> None:
    labelled(session)
    describe_class(session, 2, "Blue.")
    put_description(session, 2, (), "Empty")
    assert session.history[2]
    class_edits.delete_class(session, 2)
    class_edits.add_class(session, "ice")
    assert not session.history.get(2)
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.history[2]


def test_a_part_of_a_class_becomes_one_of_its_own(session: Session) -> None:
    labelled(session)
    item = session.cubes.current
    assert item is not None
    describe_class(session, 1, "Brown.")
    mask = np.ones((4, 6), bool)
    new = class_edits.split_class(session, item, (20, 2, 24, 8), mask, 1)
    assert session.classes.names == ("soil", "soil 2", "water")
    assert session.class_id == new
    assert session.classes[new].text == "Brown."
    assert (item.counts[1], item.counts[new]) == (24, 24)
    session.undo_stack.undo()
    assert session.classes.names == ("soil", "water")
    assert item.counts[1] == 48


def test_classes_change_places(hands: Hands) -> None:
    labelled(hands.session)
    class_edits.add_class(hands.session, "ice")
    hands.trigger("label.class_up")
    hands.trigger("label.class_up")
    assert hands.session.classes.names == ("ice", "soil", "water")
    assert not hands.window.actions_by_id["label.class_up"].isEnabled()
    hands.trigger("edit.undo")
    assert hands.session.classes.names == ("soil", "water", "ice")
    table = hands.window.panels.classes.table
    table.row_dropped.emit(2, 0)
    assert hands.session.classes.names == ("ice", "soil", "water")
    assert hands.session.class_id == 3


def test_a_dropped_row_goes_where_the_mark_was(hands: Hands) -> None:
    labelled(hands.session)
    class_edits.add_class(hands.session, "ice")
    table = hands.window.panels.classes.table
    assert isinstance(table, ClassTable)
    told: list[tuple[int, int]] = []
    table.row_dropped.connect(lambda *places: told.append(places))
    top = table.rowViewportPosition(0)
    table.drop(2, QPoint(5, top + 2))
    table.drop(0, QPoint(5, top + 3))  # where it was
    table.drop(0, QPoint(5, table.viewport().height() + 500))
    assert told == [(2, 0), (0, 2)]
    assert hands.session.classes.names == ("soil", "water", "ice")


def test_selected_classes_are_merged_after_a_question(hands: Hands) -> None:
    labelled(hands.session)
    table = hands.window.panels.classes.table
    assert not hands.window.actions_by_id["label.merge"].isEnabled()
    table.selectRow(1)
    assert hands.session.class_id == 2
    table.selectAll()
    assert hands.session.class_id == 2  # the one selected first stays
    assert hands.session.class_looks.chosen == (1, 2)
    hands.ask.sure = False
    hands.trigger("label.merge")
    assert "Merge soil into water? 48 labelled pixels" in hands.ask.asked[-1]
    assert len(hands.session.classes) == 2
    hands.ask.sure = True
    hands.trigger("label.merge")
    assert hands.session.classes.names == ("water",)
    assert hands.count(2) == 72
    assert not hands.window.actions_by_id["label.merge"].isEnabled()


def test_the_list_counts_and_sorts(hands: Hands) -> None:
    labelled(hands.session)
    class_edits.add_class(hands.session, "air")
    table = hands.window.panels.classes.table

    def names() -> list[str]:
        return [table.item(line, 1).text() for line in range(table.rowCount())]

    assert [table.item(line, 3).text() for line in range(3)] == ["66.7", "33.3", "0.0"]
    assert "The open cube: 48 pixels, 66.7 %" in table.item(0, 2).toolTip()
    header = table.horizontalHeader()
    header.sectionClicked.emit(1)
    assert names() == ["air", "soil", "water"]
    assert hands.session.classes.names == ("soil", "water", "air")
    table.selectRow(0)
    assert hands.session.class_id == 3
    table.item(0, 1).setText("zinc")
    assert names() == ["soil", "water", "zinc"]
    header.sectionClicked.emit(1)
    header.sectionClicked.emit(2)
    assert names() == ["soil", "water", "zinc"]
    hands.session.select_class(2)
    assert table.selectedIndexes()[0].row() == 1


def test_eye_and_lock_are_clicked(hands: Hands) -> None:
    labelled(hands.session)
    table = hands.window.panels.classes.table
    table.cellClicked.emit(1, 4)
    table.cellClicked.emit(0, 5)
    assert hands.session.class_looks.hidden == {2}
    assert hands.session.locked == {1}
    hands.session.select_class(1)
    assert hands.window.actions_by_id["label.lock"].isChecked()
    hands.trigger("label.lock")
    assert not hands.session.locked
    hands.trigger("label.show_all")
    assert not hands.session.class_looks.hidden


def split_soil(hands: Hands) -> None:
    """Soil (1) is labelled on the left; what is painted now is split off it."""
    labelled(hands.session)
    hands.session.select_class(1)
    hands.trigger("label.split_drawn")


def test_drawn_pixels_of_a_class_are_split_off(hands: Hands) -> None:
    split_soil(hands)
    describe_class(hands.session, 1, "Brown.")
    session, step = hands.session, hands.session.undo_stack.index()
    assert session.view.tool == "brush"
    assert "Splitting soil" in hands.find("status_hint", QLabel).text()
    session.view.set_brush(size=3, protect=True)
    hands.stroke((3, 4), (3, 33))  # over soil, nothing, and water
    assert session.classes.names == ("soil", "soil 2", "water")
    assert session.class_id == 3
    assert session.classes[3].text == "Brown."
    assert (hands.count(1), hands.count(2), hands.count(3)) == (33, 24, 15)
    assert session.undo_stack.index() == step + 1
    assert session.undo_stack.undoText() == "Split soil 2 off soil (15 px)"
    hands.stroke((21, 4), (21, 4))  # more of the same part
    assert hands.count(3) == 24
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.classes.names == ("soil", "water")
    assert hands.count(1) == 48
    hands.stroke((3, 3), (3, 3))
    assert session.classes.names == ("soil", "soil 2", "water")


def test_shapes_split_too_and_another_class_ends_it(hands: Hands) -> None:
    split_soil(hands)
    hands.trigger("label.rectangle")
    hands.stroke((2, 20), (5, 33))
    assert "not the one being split" in hands.message
    assert len(hands.session.classes) == 2
    hands.stroke((0, 0), (3, 33))
    assert (hands.count(1), hands.count(2), hands.count(3)) == (36, 24, 12)
    action = hands.window.actions_by_id["label.split_drawn"]
    assert action.isChecked()
    hands.session.select_class(2)
    assert not action.isChecked()
    hands.stroke((0, 0), (0, 0))
    assert hands.count(2) == 25


def test_a_split_stroke_that_is_taken_back_leaves_nothing(hands: Hands) -> None:
    split_soil(hands)
    hands.press(3, 4)
    hands.move(4, 4)
    hands.session.work.abort()
    assert hands.count(1) == 48
    assert len(hands.session.classes) == 2
    hands.press(3, 4)
    class_edits.add_class(hands.session, "ice")  # its id is the one that the part would have had
    hands.release(3, 4)
    assert (hands.count(1), hands.count(3)) == (48, 0)


def test_a_locked_class_is_not_split(hands: Hands) -> None:
    labelled(hands.session)
    hands.session.select_class(1)
    hands.session.class_looks.set_locked(1, True)
    hands.trigger("label.split_drawn")
    assert "soil is locked" in hands.message
    assert not hands.window.actions_by_id["label.split_drawn"].isChecked()


def test_names_have_the_room_of_a_narrow_table(hands: Hands) -> None:
    """As in the workspace Train; what its switches do is in its menu."""
    hands.trigger("workspace.train")
    class_edits.add_class(hands.session, "Grass-pasture-mowed")
    table = hands.window.panels.classes.table
    table.resize(226, 300)
    QApplication.processEvents()
    name = table.item(0, 1)
    assert name is not None
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance(name.text()) + 6
    menu = [action.text() for action in table.actions()]
    assert {"Hide class", "Lock class"} <= set(menu)
    table.resize(420, 300)
    assert not any(table.isColumnHidden(place) for place in range(table.columnCount()))


def test_a_new_class_is_named_at_once_though_its_panel_was_closed(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("workspace.look")
    assert not hands.window.docks["classes"].isVisible()
    hands.trigger("label.add_class")
    table = hands.find("class_table", ClassTable)
    assert isinstance(table, ClassTable)
    hands.until(lambda: table.state() == QAbstractItemView.State.EditingState)
