"""Ids of classes never change their meaning: not by files, nor by cubes that are away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from s3fn_core.labels.classes import ClassSet, Description, LabelClass, write_classes
from s3fn_core.model.checkpoint import save_model
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import describe_class
from tests.core.model.models import small, untrained
from tests.gui.support import Hands, scene_cube, states_of

SAND = ClassSet((LabelClass(1, "sand", "#111111"), LabelClass(2, "Soil", "#222222")))


@pytest.fixture
def item(session: Session) -> OpenCube:
    """A cube with a pixel of soil (1); there is water (2) without any."""
    session.cubes.add(prepare(scene_cube()))
    found = session.cubes.current
    assert found is not None
    class_edits.add_class(session, "soil")
    class_edits.add_class(session, "water")
    describe_class(session, 1, "Brown.")
    describe_class(session, 2, "Blue.")
    session.select_class(1)
    states_of(session).painting.begin_stroke((3, 3), erase=False)
    states_of(session).painting.end_stroke()
    return found


def test_classes_of_a_file_take_no_id_from_labels(session: Session, item: OpenCube) -> None:
    before, step = session.classes, session.undo_stack.index()
    assert class_edits.import_classes(session, SAND, "sand.json") == {1: 2, 2: 1}
    assert [(c.id, c.name) for c in session.classes] == [(2, "sand"), (1, "Soil")]
    assert session.classes[1].text == "Brown."
    assert session.classes[2].text == ""  # water had no labels, and went
    assert session.undo_stack.index() == step + 1
    session.undo_stack.undo()
    assert session.classes == before


def test_words_that_a_file_replaces_are_kept(session: Session, item: OpenCube) -> None:
    class_edits.import_classes(session, SAND.changed(2, descriptions=(Description("Dark."),)), "x")
    assert session.classes[1].text == "Dark."
    assert [[d.text for d in version] for version in session.history[1]] == [["Brown."]]
    assert 2 not in session.history
    session.undo_stack.undo()
    assert not session.history


def test_a_locked_class_is_not_replaced(session: Session, item: OpenCube) -> None:
    session.class_looks.set_locked(2, True)
    class_edits.import_classes(session, SAND, "sand.json")
    assert [(c.id, c.name) for c in session.classes] == [(3, "sand"), (1, "Soil"), (2, "water")]


def test_other_ids_are_told(hands: Hands, tmp_path: Path) -> None:
    class_edits.add_class(hands.session, "soil")
    hands.open_scene()
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    write_classes(SAND, tmp_path / "classes.json")
    hands.ask.paths["classes"] = tmp_path / "classes.json"
    hands.trigger("file.import_classes")
    assert "sand 2 (there 1) and Soil 1 (there 2)" in hands.message
    hands.trigger("file.import_classes")
    assert hands.session.undo_stack.undoText() == "Load classes from classes.json"


def test_a_model_speaks_of_the_classes_of_the_window(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    for name in ("rock", "ice"):
        class_edits.add_class(hands.session, name)
    model = untrained(small("pixel"), scene_cube())
    path = tmp_path / "model.s3fn"
    save_model(model, path)
    names = model.classes.names
    hands.ask.paths["model"] = path
    hands.trigger("model.open")
    hands.until(lambda: hands.session.model is not None)
    found = hands.session.model
    assert found is not None
    assert found.classes.names == names
    assert not {1, 2} & set(found.classes.ids)
    for c in found.classes:
        assert replace(hands.session.classes[c.id], color=c.color) == c
    assert hands.session.classes.names[-2:] == ("rock", "ice")


def test_an_id_that_the_model_knows_is_not_used_again(session: Session, item: OpenCube) -> None:
    model = untrained(small("pixel"), scene_cube())
    session.set_model(model)
    known = set(model.classes.ids)
    class_edits.delete_class(session, 2)
    assert 2 in known
    assert class_edits.add_class(session, "ice") not in known


def test_locked_classes_are_neither_deleted_nor_merged(hands: Hands) -> None:
    hands.open_scene()
    for name in ("soil", "water"):
        class_edits.add_class(hands.session, name)
    hands.session.class_looks.set_locked(2, True)
    hands.trigger("label.delete_class")
    assert hands.message == "water is locked; unlock it to delete it."
    hands.session.select_class(1)
    hands.session.class_looks.choose((1, 2))
    hands.trigger("label.merge")
    assert hands.message == "water is locked; unlock it to merge it."
    assert hands.session.classes.names == ("soil", "water")
    assert not hands.ask.asked
    hands.session.class_looks.set_locked(2, False)
    hands.session.class_looks.choose((1, 2))
    hands.trigger("label.merge")
    assert hands.session.classes.names == ("soil",)
