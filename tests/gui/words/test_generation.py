"""Descriptions that arrive piece by piece."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from s3fn_gui.session import class_edits
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import describe_class
from tests.gui.support import Hands, states_of


def test_the_states_of_many_classes(session: Session) -> None:
    generation = states_of(session).generation
    told: list[int] = []
    pieces: list[tuple[int, str]] = []
    generation.changed.connect(lambda: told.append(1))
    generation.arrived.connect(lambda class_id, piece: pieces.append((class_id, piece)))
    generation.begin(1, 2)
    generation.add(2, "wet ")
    generation.add(2, "soil")
    generation.add(7, "nobody asked")
    assert pieces == [(2, "wet "), (2, "soil")]
    assert len(told) == 2, "pieces themselves change no state"
    states = [(w.state, w.text) for w in generation.classes.values()]
    assert states == [("waiting", ""), ("writing", "wet soil")]
    generation.tell(2, "It is busy")
    assert generation.of(2) is not None
    assert generation.classes[2].note == "It is busy"
    generation.finish(2)
    generation.finish(1, "No answer")
    generation.add(2, "too late")
    assert generation.running
    assert generation.of(1) is None
    assert [w.state for w in generation.classes.values()] == ["failed", "done"]
    generation.end("Over.")
    assert not generation.running


@pytest.mark.parametrize("shown", [1, 2])
def test_text_arrives_at_its_own_class(hands: Hands, shown: int) -> None:
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "mine")
    class_edits.add_class(hands.session, "water")
    hands.states.generation.begin(1, 2)
    hands.session.select_class(shown)
    hands.states.generation.add(1, "brown")
    hands.states.generation.add(2, "dark ")
    hands.states.generation.add(2, "blue")
    field = hands.find("description_editor", QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == {1: "brown", 2: "dark blue"}[shown]
    assert field.isReadOnly()
    hands.session.select_class(3 - shown)
    assert field.toPlainText() == {2: "brown", 1: "dark blue"}[shown]
    hands.states.generation.end()
    hands.session.select_class(1)
    assert field.toPlainText() == "mine"


def test_the_text_stays_until_another_arrives(hands: Hands) -> None:
    """While a question is open, say, of what may be sent."""
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "mine")
    hands.states.generation.begin(1)
    field = hands.find("description_editor", QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == "mine"
    assert field.isReadOnly()
    hands.states.generation.add(1, "brown")
    assert field.toPlainText() == "brown"
