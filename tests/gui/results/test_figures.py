"""Figures stand only beside the map that they were measured on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QTabBar, QTableWidget

from s3fn_core.model.applying.inference import Prediction
from s3fn_gui.masks.vote_flow import vote
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.core.model.models import small, untrained
from tests.gui.support import LINES, SAMPLES, Hands, scene_cube, settle

MEASURED = {"held_out": {"oa": 1.0, "aa": 1.0, "kappa": 1.0, "count": 2}, "split": "Measured on 2 blocks."}


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    """A map by a model whose record says 100 %."""
    hands.open_scene()
    class_edits.add_class(hands.session, "rise")
    class_edits.add_class(hands.session, "fall")
    model = untrained(small("pixel"), scene_cube(), hands.session.classes)
    hands.session.set_model(replace(model, metrics=MEASURED))
    show(hands, metrics=MEASURED)
    return hands


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def show(hands: Hands, **made: Any) -> Prediction:
    """Show a map of the first class alone."""
    ids = np.ones((LINES, SAMPLES), np.uint8)
    found = Prediction(ids, np.ones(ids.shape, np.float32), hands.session.classes, **made)
    hands.session.cubes.set_prediction(current(hands).key, found)
    return found


def text(hands: Hands, name: str) -> str:
    found = hands.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_a_map_by_the_model_has_its_figures(mapped: Hands) -> None:
    assert text(mapped, "figure_oa") == "100.0 %"
    assert text(mapped, "split_sentence") == "Measured on 2 blocks."


def test_what_to_expect_of_the_whole_map_stands_beside_them(mapped: Hands) -> None:
    expected = {"low": 0.7, "high": 0.951, "places": 9, "novel_share": 0.34, "reason": ""}
    show(mapped, metrics={**MEASURED, "map_accuracy": expected})
    assert text(mapped, "split_sentence") == (
        "Measured on 2 blocks. 34 % of the scene is unlike the labels; "
        "expect 70 to 95 % of the whole map to be correct."
    )
    novelty = np.zeros((LINES, SAMPLES), np.float32)
    novelty[:, : SAMPLES // 4] = 2
    found = show(mapped, metrics={**MEASURED, "map_accuracy": expected}, novelty=novelty)
    assert found.novel_share is not None
    assert f"{100 * found.novel_share:.0f} % of the scene" in text(mapped, "split_sentence")
    show(mapped, metrics={"split": "Nothing held out.", "map_accuracy": {**expected, "reason": "none"}})
    assert text(mapped, "split_sentence") == "Nothing held out."


def test_the_ensemble_is_listed_beside_the_classes(mapped: Hands) -> None:
    tabs, listed = mapped.find("result_tabs", QTabBar), mapped.find("ensemble_table", QTableWidget)
    assert isinstance(tabs, QTabBar)
    assert isinstance(listed, QTableWidget)
    mapped.trigger("workspace.judge")
    last = tabs.count() - 1
    assert not tabs.isTabEnabled(last)
    members = [
        {"name": "network", "share": 0.5, "oa": 0.912},
        {"name": "discriminant", "share": 1.5, "oa": None},
    ]
    show(mapped, metrics={**MEASURED, "speakers": members})
    assert tabs.isTabEnabled(last)
    tabs.setCurrentIndex(last)
    assert listed.isVisibleTo(mapped.window)
    shown = [[cell_text(listed, line, place) for place in range(3)] for line in range(2)]
    assert shown == [["LDA: spectrum", "75 %", "–"], ["Network", "25 %", "91.2 %"]]
    show(mapped, from_words=True)
    assert listed.rowCount() == 0
    assert tabs.currentIndex() != last


def cell_text(table: QTableWidget, line: int, place: int) -> str:
    found = table.item(line, place)
    assert found is not None
    return found.text()


def test_a_guess_from_the_words_has_none(mapped: Hands) -> None:
    show(mapped, from_words=True)
    assert text(mapped, "figure_oa") == "–"
    assert "guess from the words alone" in text(mapped, "split_sentence")
    table = mapped.find("result_table", QTableWidget)
    assert isinstance(table, QTableWidget)
    found = table.item(0, 1)
    assert found is not None
    assert found.text() == "–"  # recall; the share of the map is known


def test_a_map_by_another_model_keeps_its_own_figures(mapped: Hands) -> None:
    model = mapped.session.model
    assert model is not None
    mapped.session.set_model(
        replace(model, metrics={"held_out": {"oa": 0.5, "count": 2}, "split": "Another."})
    )
    assert text(mapped, "figure_oa") == "100.0 %"
    assert "Another" not in text(mapped, "split_sentence")


def test_a_vote_of_the_objects_has_none(mapped: Hands) -> None:
    prediction = current(mapped).prediction
    assert prediction is not None
    voted = vote(prediction, np.ones((LINES, SAMPLES), np.int32))
    mapped.session.cubes.set_prediction(current(mapped).key, voted)
    assert text(mapped, "figure_oa") == "–"
    assert "one class per object" in text(mapped, "split_sentence")


def test_labels_painted_since_are_mentioned_until_the_next_training(mapped: Hands) -> None:
    item, model = current(mapped), mapped.session.model
    assert model is not None
    mapped.session.push_labels(item, item.labels.edit((2, 2, 4, 4), np.ones((2, 2), bool), 1), "Paint")
    mapped.until(lambda: "Labels changed since: 4 px." in text(mapped, "split_sentence"))
    assert text(mapped, "figure_oa") == "100.0 %"  # it still holds for this map and the labels it had
    mapped.session.set_model(replace(model))
    assert "changed" not in text(mapped, "split_sentence")


def test_without_a_map_the_figures_are_those_of_the_model(mapped: Hands) -> None:
    mapped.session.cubes.set_prediction(current(mapped).key, None)
    assert text(mapped, "figure_oa") == "100.0 %"


def test_the_widest_figures_are_not_cut(mapped: Hands) -> None:
    mapped.window.resize(1366, 768)
    mapped.trigger("workspace.judge")
    grid = mapped.find("figure_oa").parentWidget()
    for name, text in (
        ("figure_oa", "100.0 %"),
        ("interval_oa", "63–100 %"),
        ("interval_kappa", "0.63–1.00"),
    ):
        found = mapped.find(name, QLabel)
        assert isinstance(found, QLabel)
        found.setText(text)
    settle()
    for part in grid.findChildren(QLabel):
        assert part.width() >= part.sizeHint().width(), part.text()
