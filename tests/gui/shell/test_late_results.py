"""What was begun for one project, class or text, and ends after that is gone."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import IdArray
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.model.training import flow as training
from s3fn_gui.session import class_edits
from s3fn_gui.words.description_edits import describe_class, put_description
from s3fn_gui.words.facts import flow as facts
from s3fn_gui.words.similarity import flow as similarity
from tests.gui.support import LINES, SAMPLES, Hands, put_labels
from tests.llm_server import LLMServer

WORDS_OF, COMPARE = facts.measured_descriptions, similarity.compare


@pytest.fixture
def saved(hands: Hands, scene_file: Path, tmp_path: Path) -> Path:
    """A project with two described classes, of which one has labels."""
    session = hands.session
    hands.open_file(scene_file)
    session.push_classes(ClassSet().added("soil").added("water"), "Classes")
    describe_class(session, 1, "mine")
    describe_class(session, 2, "also mine")
    assert session.cubes.current is not None
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    ids[2:6, 2:6] = 1
    put_labels(session, session.cubes.current, ids)
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths["project target"] = hands.ask.paths["project"] = folder
    hands.trigger("file.save")
    hands.until(lambda: not session.dirty)
    return folder


def reopen(hands: Hands) -> None:
    """The same project, as another one with classes of the same names would be."""
    hands.trigger("file.open_project")
    hands.until(lambda: hands.window.runner.get("project") is None)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LLMServer]:
    monkeypatch.setattr("keyring.get_password", lambda service, user: None)
    with LLMServer() as running:
        yield running


def test_a_language_model_does_not_write_into_the_next_project(
    hands: Hands, saved: Path, server: LLMServer
) -> None:
    session = hands.session
    hands.window.settings.llm = LLMSettings(server.base_url, "test-model", at_once=1)
    hands.states.generation.changed.emit()  # as the dialog does
    server.mode = "slow"
    hands.trigger("words.generate_all")
    hands.until(lambda: hands.states.generation.classes[1].text)
    reopen(hands)
    assert not hands.states.generation.running
    hands.until(lambda: hands.window.runner.get("words") is None)
    assert [c.text for c in session.classes] == ["mine", "also mine"]
    assert hands.states.generation.note == ""
    assert len(server.requests) == 1, "nobody is asked about the other class"


class Held:
    """A job that reads the labels, and ends when it may."""

    def __init__(self) -> None:
        self.begun = self.may_end = False

    def __call__(self, cube: Cube, ids: IdArray, classes: ClassSet) -> Operation[dict[int, Description]]:
        self.begun = True
        while not self.may_end:
            yield Progress("facts", 0.0)
            time.sleep(0.01)
        return (yield from WORDS_OF(cube, ids, classes))


@pytest.fixture
def measuring(hands: Hands, saved: Path, monkeypatch: pytest.MonkeyPatch) -> Held:
    """The first class is being described from its pixels."""
    held = Held()
    monkeypatch.setattr(facts, "measured_descriptions", held)
    hands.session.select_class(1)
    hands.trigger("words.measure")
    hands.until(lambda: held.begun)
    return held


def let_end(hands: Hands, held: Held) -> None:
    held.may_end = True
    hands.until(lambda: hands.window.runner.get(facts.DESCRIBING) is None)


def test_a_measurement_does_not_describe_the_classes_of_the_next_project(
    hands: Hands, measuring: Held
) -> None:
    reopen(hands)
    let_end(hands, measuring)
    assert hands.session.classes[1].text == "mine"
    assert "closed in the meantime" in hands.message


def test_a_measurement_is_not_about_a_class_that_took_the_id_of_another(
    hands: Hands, measuring: Held
) -> None:
    hands.session.push_classes(ClassSet().added("glass"), "Other classes")
    let_end(hands, measuring)
    assert [(c.id, c.name, c.text) for c in hands.session.classes] == [(1, "glass", "")]


def test_a_training_does_not_give_the_next_project_its_model(
    hands: Hands, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on: list[bool] = []

    def endless(*things: object) -> Operation[None]:
        while True:
            yield Progress("train", 0.5)
            going_on.append(True)
            time.sleep(0.01)

    monkeypatch.setattr(training, "train_and_map", endless)
    session = hands.session
    assert session.cubes.current is not None
    ids = session.cubes.current.labels.ids.copy()
    ids[20:25, 20:25] = 2
    put_labels(session, session.cubes.current, ids)
    hands.trigger("train.start")
    hands.until(lambda: going_on)
    reopen(hands)
    assert not hands.states.training.running
    hands.until(lambda: hands.window.runner.get("train") is None)
    assert "cancelled" not in hands.message


def test_texts_compared_by_another_encoder_are_compared_anew(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, asked = [], []

    def waiting(classes: ClassSet, fusion: object) -> Operation[object]:
        asked.append(fusion)
        while not goes_on:
            yield Progress("words", 0.0)
            time.sleep(0.01)
        return (yield from COMPARE(classes, fusion))

    monkeypatch.setattr(similarity, "compare", waiting)
    session, flow = hands.session, hands.window.flows.similarity
    session.push_classes(ClassSet().added("soil").added("water"), "Classes")
    flow.set_open(True)
    hands.until(lambda: asked)
    flow.set_open(False)
    session.set_train_settings(replace(session.train_settings, pooling="cls"))
    goes_on.append(True)
    hands.until(lambda: hands.window.runner.get("similarity") is None, 60_000)
    assert not hands.states.similarity.fresh


def test_dialogs_that_only_tell_are_gone_once_they_are_closed(hands: Hands) -> None:
    class_edits.add_class(hands.session, "soil")
    for text in ("one", "two", "three"):
        put_description(hands.session, 1, (Description(text),), "Describe")
    for _ in range(3):
        hands.trigger("words.history")
        dialog = hands.window.findChild(QDialog, "versions")
        assert isinstance(dialog, QDialog)
        dialog.reject()
        hands.until(lambda: hands.window.findChild(QDialog, "versions") is None)


def test_a_text_about_a_class_that_was_renamed_is_not_said_to_be_there(
    hands: Hands, saved: Path, server: LLMServer
) -> None:
    session = hands.session
    hands.window.settings.llm = LLMSettings(server.base_url, "test-model")
    hands.states.generation.changed.emit()  # as the dialog does
    server.mode = "slow"
    session.select_class(1)
    hands.trigger("words.generate")
    hands.until(lambda: hands.states.generation.classes[1].text)
    class_edits.rename_class(session, 1, "glass")
    hands.until(lambda: not hands.states.generation.running)
    assert session.classes[1].text == "mine"
    assert "The text about soil was dropped" in hands.message


def test_what_was_read_for_the_claims_goes_with_the_cube(hands: Hands) -> None:
    session = hands.session
    hands.open_scene()
    class_edits.add_class(session, "soil")
    describe_class(session, 1, "Reflectance rises from 450 to 900 nm.")
    hands.until(lambda: hands.states.check.checked)
    assert session.cubes.current is not None
    cube = weakref.ref(session.cubes.current.cube)
    hands.trigger("file.close_cube")

    def is_gone() -> bool:
        gc.collect()  # jobs are cycles
        return cube() is None

    hands.until(is_gone, 10)
