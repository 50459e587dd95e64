"""What the tests of the library share: it is opened once, and asked through the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import run
from s3fn_core.words.library.matching import Library, open_library
from s3fn_gui.words.library.flow import KIND
from tests.gui.support import Hands

SOIL, TREE, WATER = 1, 2, 3


@pytest.fixture(scope="module")
def library() -> Library:
    """The encoder that it needs is loaded once."""
    return run(open_library())


def scene(hands: Hands, library: Library, *names: str) -> None:
    """A cube without labels, classes without a word, and the library opened before."""
    hands.open_scene()
    classes = ClassSet()
    for name in names or ("soil", "tree", "water"):
        classes = classes.added(name)
    hands.session.push_classes(classes, "Add classes")
    hands.session.select_class(SOIL)
    hands.states.library.library = library


def settle(hands: Hands) -> None:
    """Wait until what was asked is answered."""
    flow, state = hands.window.flows.library, hands.states.library
    hands.until(lambda: not flow._rest.isActive() and hands.window.runner.get(KIND) is None)
    assert state.wanted is None or state.note or state.answer is not None


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text() if not found.isHidden() else ""


def button(hands: Hands, name: str) -> QPushButton:
    found = hands.find(name, QPushButton)
    assert isinstance(found, QPushButton)
    return found
