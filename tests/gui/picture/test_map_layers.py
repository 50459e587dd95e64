"""Classes, confidence and novelty of the map above the image, never without a legend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QSlider

from s3fn_core.model.applying.inference import Prediction
from s3fn_gui.base.colour_maps import NOVELTY, table
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import LINES, SAMPLES, Hands

NOVEL = (2, 3)
HALF = LINES // 2


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def show(hands: Hands, **made: Any) -> None:
    """A map of one class, of which the upper half is like the labels."""
    ids = np.ones((LINES, SAMPLES), np.uint8)
    novelty = np.full(ids.shape, 0.5, np.float32)
    novelty[:HALF] = 1.8
    confidence = np.full(ids.shape, 0.75, np.float32)
    found = Prediction(ids, confidence, hands.session.classes, **{"novelty": novelty, **made})
    hands.session.cubes.set_prediction(current(hands).key, found)


@pytest.fixture
def mapped(hands: Hands) -> Hands:
    hands.open_scene()
    for name in ("rise", "fall"):
        class_edits.add_class(hands.session, name)
    show(hands)
    return hands


def colour(hands: Hands, line: int, sample: int) -> tuple[int, ...]:
    """What is on the screen in the middle of a pixel."""
    QApplication.processEvents()
    canvas = hands.window.cube_view.canvas
    grabbed = canvas.grab().toImage()
    at = hands.point(line, sample) * (grabbed.width() / canvas.width())
    found = grabbed.pixelColor(at)
    return found.red(), found.green(), found.blue()


def texts(hands: Hands) -> list[str]:
    legend = hands.window.cube_view.legend
    assert legend.isVisible()
    return [legend.title, *legend.lines]


def test_the_map_of_novelty_marks_what_is_unlike_the_labels(mapped: Hands) -> None:
    mapped.trigger("view.map_novelty")
    assert colour(mapped, *NOVEL) == tuple(table(NOVELTY)[1 + round(0.9 * 254)])
    assert colour(mapped, LINES - 2, 3) == tuple(table(NOVELTY)[1 + round(0.25 * 254 + 0.5)])
    share = round(100 * HALF / LINES)
    assert texts(mapped) == ["Map: novelty", "Above 1: unlike all labels", f"{share} % of the map is above 1"]


def test_the_legend_says_what_is_shown(mapped: Hands) -> None:
    assert texts(mapped) == ["Map: classes", "rise", "fall"]
    mapped.trigger("view.map_confidence")
    assert texts(mapped) == ["Map: confidence", "Probability of the class shown"]
    mapped.trigger("view.prediction")
    assert not mapped.window.cube_view.legend.isVisible()
    assert not mapped.window.cube_view.values.isVisible()
    mapped.trigger("view.map_novelty")  # what is asked for is shown
    assert texts(mapped)[0] == "Map: novelty"
    assert mapped.window.cube_view.values.isVisible()


def test_a_map_without_novelty_shows_its_classes(mapped: Hands) -> None:
    mapped.trigger("view.map_novelty")
    show(mapped, novelty=None, from_words=True)
    assert texts(mapped)[0] == "Map: classes"
    assert not mapped.window.actions_by_id["view.map_novelty"].isEnabled()
    assert mapped.window.actions_by_id["view.map_classes"].isChecked()
    show(mapped)
    assert texts(mapped)[0] == "Map: novelty"


def test_a_long_list_of_classes_ends_where_there_is_no_more_room(mapped: Hands) -> None:
    for number in range(60):
        class_edits.add_class(mapped.session, f"crop {number}")
    show(mapped)
    legend, view = mapped.window.cube_view.legend, mapped.window.cube_view
    shown = len(legend.lines) - 1
    assert legend.lines[-1] == f"and {62 - shown} more"
    assert legend.boundingRect().height() < view.box.height()


def test_the_slider_changes_the_opacity_of_what_is_shown(mapped: Hands) -> None:
    slider = mapped.find("prediction_opacity", QSlider)
    assert isinstance(slider, QSlider)
    assert slider.value() == 45
    mapped.trigger("view.map_novelty")
    assert slider.value() == 100
    slider.setValue(60)
    view = mapped.session.view
    assert (view.values.opacity, view.prediction.opacity) == (0.6, 0.45)
    mapped.trigger("view.map_classes")
    assert slider.value() == 45
