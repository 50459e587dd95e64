"""The facts of the labelled classes in the window, and descriptions made from them."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTableWidget

from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.words.claims import expected_line
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.base.widgets import ROW_HEIGHT
from s3fn_gui.session.messages import Report
from s3fn_gui.words.description_edits import describe_class
from tests.core.model.models import small, untrained
from tests.gui.support import LINES, SAMPLES, Hands, put_labels, scene_cube, settle

RISING, FALLING, EMPTY = 1, 2, 3


def labelled(hands: Hands) -> None:
    """The scene with some labels of two of three classes; the first is selected."""
    session = hands.session
    hands.open_scene()
    session.push_classes(ClassSet().added("rising").added("falling").added("empty"), "Add three classes")
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    ids[5:10, 3:9], ids[5:10, 30:33] = RISING, FALLING
    assert session.cubes.current is not None
    put_labels(session, session.cubes.current, ids)
    session.select_class(RISING)


def look(hands: Hands) -> list[tuple[str, ...]]:
    """The table once it is of the labels as they are."""
    hands.window.docks["facts"].raise_()
    hands.until(lambda: hands.states.facts.fresh)
    table = hands.find("facts_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    return [
        tuple(table.item(line, side).text() for side in range(3))
        for line in range(table.rowCount())
        if not table.isHidden()
    ]


def note(hands: Hands) -> str:
    found = hands.find("facts_note", QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_the_table_follows_class_and_labels(hands: Hands) -> None:
    labelled(hands)
    rising = look(hands)
    assert note(hands) == "rising: 30 labelled pixels"
    assert ("Darker than falling", "450–655 nm", "") in rising
    shares = [share for _, _, value in rising for share in re.findall(r"(\S+) %(?! per)", value)]
    assert shares
    assert all(re.fullmatch(r"\d+\.\d", share) for share in shares), "as many digits in each"
    hands.session.select_class(FALLING)
    assert ("Brighter than rising", "450–655 nm", "") in look(hands)
    hands.session.select_class(EMPTY)
    assert not look(hands)
    assert note(hands) == "Label some pixels of empty to see its measured facts"
    hands.session.select_class(RISING)
    hands.trigger("label.brush")
    hands.stroke((20, 3), (20, 8))
    assert not hands.states.facts.fresh
    look(hands)
    assert note(hands) != "rising: 30 labelled pixels"
    hands.trigger("label.clear")
    assert not look(hands)


def test_all_columns_are_in_sight_in_a_small_window(hands: Hands) -> None:
    labelled(hands)
    hands.trigger("workspace.describe")
    hands.window.resize(960, 540)
    look(hands)
    settle()
    table = hands.find("facts_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    assert table.horizontalScrollBar().maximum() == 0
    assert min(map(table.columnWidth, range(3))) > 80
    assert table.rowHeight(0) == ROW_HEIGHT < max(map(table.rowHeight, range(table.rowCount())))


def test_nothing_is_measured_while_nobody_looks(hands: Hands) -> None:
    labelled(hands)
    hands.window.docks["training"].raise_()
    hands.until(lambda: not hands.window.flows.facts._is_open)
    hands.states.facts.outdate(drop=True)
    hands.trigger("label.clear")
    hands.trigger("edit.undo")
    assert hands.window.runner.get("facts") is None
    assert hands.states.facts.found is None
    assert not hands.window.actions_by_id["facts.copy"].isEnabled()


def test_a_class_is_described_from_its_pixels_as_one_step(hands: Hands) -> None:
    labelled(hands)
    session = hands.session
    describe_class(session, RISING, "What I wrote.")
    hands.trigger("words.measure")
    hands.until(lambda: session.classes[RISING].descriptions[0].source == "measured")
    (description,) = session.classes[RISING].descriptions
    assert description.model == "measured on 30 pixels of scene"
    assert "Rising is brighter than falling from" in description.text
    assert expected_line([(450, 0.1)])[:20] in description.text
    assert not session.classes[FALLING].descriptions
    assert hands.message == "rising is described from the labelled pixels of scene."
    hands.trigger("edit.undo")
    assert session.classes[RISING].text == "What I wrote."


def test_all_classes_are_described_but_locked_texts_stay(hands: Hands) -> None:
    labelled(hands)
    session = hands.session
    mine = replace(Description.now("Never touch this."), locked=True)
    session.push_classes(session.classes.changed(FALLING, descriptions=(mine,)), "Lock")
    before = session.undo_stack.count()
    hands.trigger("words.measure_all")
    hands.until(lambda: session.classes[RISING].descriptions)
    assert session.undo_stack.count() == before + 1
    assert session.classes[FALLING].descriptions == (mine,)
    assert not session.classes[EMPTY].descriptions
    session.select_class(FALLING)
    hands.trigger("words.measure")
    assert "locked" in hands.message
    session.select_class(EMPTY)
    hands.trigger("words.measure")
    assert hands.message.startswith("Label some pixels of empty first")


def test_facts_are_copied_and_saved(hands: Hands, tmp_path: Path) -> None:
    labelled(hands)
    rows = look(hands)
    hands.trigger("facts.copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [tuple(line.split("\t")) for line in lines[1:]] == rows
    hands.ask.paths["facts target"] = tmp_path / "facts.csv"
    hands.trigger("facts.save")
    hands.until(lambda: (tmp_path / "facts.csv").exists())
    with (tmp_path / "facts.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))
    assert written[0] == ["Class", "Pixels", "Fact", "Where", "Value"]
    assert written[1 : len(rows) + 1] == [["rising", "30", *row] for row in rows]
    assert written[-1][0] == "falling"
    hands.ask.paths["facts target"] = tmp_path / "missing" / "facts.csv"
    hands.trigger("facts.save")
    hands.until(lambda: "cannot be written" in hands.message)


def test_hand_written_paragraphs_are_asked_about_before_they_are_replaced(hands: Hands) -> None:
    """Also of all classes at once, and by a language model; nothing else is asked."""
    labelled(hands)
    session = hands.session
    hands.window.settings.llm = LLMSettings()  # there is one to ask
    describe_class(session, RISING, "What I wrote.")
    describe_class(session, EMPTY, "Of a class without labels, which stays.")
    hands.ask.sure = False
    for command in ("words.measure", "words.measure_all", "words.generate"):
        session.select_class(RISING)
        hands.trigger(command)
        assert hands.ask.asked[-1].startswith("Replace the hand-written description of rising?")
        assert not hands.window.runner.active
    hands.trigger("words.generate_all")
    assert "of rising and empty?" in hands.ask.asked[-1]
    assert session.classes[RISING].text == "What I wrote."
    hands.ask.sure = True
    hands.trigger("words.measure_all")
    hands.until(lambda: session.classes[RISING].descriptions[0].source == "measured")
    assert session.classes[EMPTY].text.startswith("Of a class without labels")
    asked = len(hands.ask.asked)
    hands.trigger("words.measure_all")  # what was measured may be measured again
    hands.until(lambda: not hands.window.runner.active)
    assert len(hands.ask.asked) == asked


def test_words_that_a_model_did_not_learn_are_a_warning(hands: Hands) -> None:
    labelled(hands)
    session = hands.session
    session.set_model(untrained(small("pixel"), scene_cube(), session.classes))
    describe_class(session, RISING, "What I wrote.")
    reports: list[Report] = []
    session.reported.connect(reports.append)
    hands.trigger("words.measure_all")
    hands.until(lambda: session.classes[RISING].descriptions[0].source == "measured")
    assert "The trained map follows the new words" in hands.ask.asked[-1]
    hands.until(lambda: any("described from the labelled pixels" in r.text for r in reports))
    (told,) = [r for r in reports if "described from the labelled pixels" in r.text]
    assert told.level == "warning"
    assert "train again" in told.text
