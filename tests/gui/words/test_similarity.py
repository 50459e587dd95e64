"""How alike the descriptions are, as the panel tells it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QTableWidget

from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from tests.gui.support import Hands

TREE = "The crowns of trees: green leaves, chlorophyll, a steep red edge near 720 nm."
SOIL = "Dry bare soil, sand and clay, whose reflectance rises steadily with the wavelength."


def described(*texts: str) -> ClassSet:
    names = ("tree", "soil", "twin")
    return ClassSet(
        tuple(
            LabelClass(i + 1, names[i], "#4477aa", tuple(map(Description, text.split("\n\n"))))
            for i, text in enumerate(texts)
        )
    )


def look(hands: Hands) -> None:
    hands.window.docks["similarity"].raise_()
    state = hands.states.similarity
    hands.until(lambda: state.fresh and (state.found is not None or bool(state.note)), 60_000)


def note(hands: Hands) -> str:
    label = hands.window.findChild(QLabel, "similarity_note")
    assert isinstance(label, QLabel)
    return label.text()


def test_one_class_cannot_be_compared(hands: Hands) -> None:
    look(hands)
    assert "at least two classes" in note(hands)


def test_texts_that_say_the_same_are_named_and_clicking_selects(hands: Hands) -> None:
    hands.session.push_classes(described(TREE, SOIL, SOIL), "Describe")
    look(hands)
    assert '"soil" and "twin" say nearly the same' in note(hands)
    cells = hands.window.findChild(QTableWidget, "similarity_cells")
    assert isinstance(cells, QTableWidget)
    assert [cells.item(line, 0).text() for line in range(3)] == ["tree", "soil", "twin"]
    cells.itemClicked.emit(cells.item(1, 2))
    assert hands.session.class_id == 2


def test_a_paragraph_about_another_class_is_found_and_goes_when_mended(hands: Hands) -> None:
    hands.session.push_classes(described(TREE, f"{SOIL}\n\n{TREE}"), "Describe")
    look(hands)
    assert 'Paragraph 2 of "soil" is more like "tree"' in note(hands)
    hands.session.push_classes(described(TREE, SOIL), "Describe")
    assert not hands.states.similarity.fresh
    look(hands)
    assert note(hands) == "The descriptions are well separated."


def test_an_encoder_that_is_not_there_is_told_in_the_panel(hands: Hands) -> None:
    from dataclasses import replace

    session = hands.session
    session.push_classes(described(TREE, SOIL), "Describe")
    session.set_train_settings(replace(session.train_settings, encoder="/no/such/folder"))
    look(hands)
    assert "/no/such/folder" in note(hands)


def test_a_preset_of_another_version_is_told_in_the_panel(hands: Hands) -> None:
    from dataclasses import replace

    session = hands.session
    session.push_classes(described(TREE, SOIL), "Describe")
    session.set_train_settings(replace(session.train_settings, preset="newer"))
    look(hands)
    assert 'no preset "newer"' in note(hands)


def test_numbers_are_whole_however_many_classes(hands: Hands) -> None:
    """One digit less where the columns are narrow; the tip has three."""
    names = "abcdefghijklmnop"
    classes = ClassSet(tuple(LabelClass(i + 1, name, "#4477aa") for i, name in enumerate(names)))
    hands.session.push_classes(classes, "Add")
    hands.trigger("workspace.judge")
    look(hands)
    cells = hands.window.findChild(QTableWidget, "similarity_cells")
    assert isinstance(cells, QTableWidget)
    QApplication.processEvents()
    assert cells.horizontalScrollBar().maximum() == 0
    first = cells.item(0, 2)
    assert first is not None
    assert len(first.text().lstrip("-")) == 3
    shown = {cells.item(line, place).text() for line in range(16) for place in range(1, 17)}
    assert "-0.0" not in shown
    assert cells.fontMetrics().horizontalAdvance("-0.5") + 6 <= cells.columnWidth(2)
