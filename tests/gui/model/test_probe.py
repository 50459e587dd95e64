"""A phrase, typed into the window, and what the scene says to it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from s3fn_core.cubes.viewing.display import Limits
from s3fn_core.progress import run
from s3fn_gui.model.probe.layer import HeatLayer
from s3fn_gui.picture.display.colour_bar import ColourBar
from tests.core.model.models import small, untrained
from tests.gui.support import Hands, scene_cube


@pytest.fixture
def trained(hands: Hands) -> Hands:
    """The scene with a model; its weights are random, which is enough to look at."""
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    model = untrained(small("pixel"), item.cube)
    hands.session.push_classes(model.classes, "Classes")
    hands.session.set_model(model)
    return hands


def type_into(hands: Hands, name: str, text: str) -> QLineEdit:
    field = hands.window.findChild(QLineEdit, name)
    assert isinstance(field, QLineEdit)
    field.setText(text)
    return field


def test_without_a_model_or_a_phrase_there_is_nothing_to_ask(hands: Hands) -> None:
    action = hands.window.actions_by_id["words.probe"]
    hands.open_scene()
    type_into(hands, "probe_phrase", "wet leaves")
    assert not action.isEnabled()
    note = hands.find("probe_note", QLabel)
    assert isinstance(note, QLabel)
    assert "Train or open a model first" in note.text()


def test_a_phrase_is_drawn_above_the_image_and_goes_with_the_model(trained: Hands) -> None:
    session = trained.session
    action = trained.window.actions_by_id["words.probe"]
    assert not action.isEnabled()
    field = type_into(trained, "probe_phrase", "wet leaves")
    assert action.isEnabled()
    field.returnPressed.emit()
    trained.until(lambda: trained.states.probe.heat)
    heat, item = trained.states.probe.heat, session.cubes.current
    assert heat is not None
    assert item is not None
    values = heat.probe.values
    assert heat.image.min() >= 1  # no background in this scene
    order = np.argsort(values, axis=None)
    assert (np.diff(heat.image.ravel()[order].astype(int)) >= 0).all()
    layer = trained.window.image.heat_layer
    assert isinstance(layer, HeatLayer)
    assert layer.isVisible()
    assert layer.array is heat.image
    assert layer.legend.isVisible()
    assert layer.legend.title == "Probe: “wet leaves”"
    assert layer.legend.ticks[0] == f"{heat.limits[0]:z.2f}"
    session.cubes.hover((3, 4))
    told = trained.find("probe_value", QLabel)
    assert isinstance(told, QLabel)
    assert f"{values[3, 4]:+.3f}" in told.text()
    session.set_model(untrained(small("pixel").with_(seed=5), item.cube))
    assert trained.states.probe.heat is None
    assert not layer.isVisible()
    assert not layer.legend.isVisible()


def test_two_phrases_are_held_against_each_other(trained: Hands) -> None:
    type_into(trained, "probe_phrase", "wet leaves")
    type_into(trained, "probe_against", "dry sand")
    trained.trigger("words.probe")
    trained.until(lambda: trained.states.probe.heat)
    heat = trained.states.probe.heat
    assert heat is not None
    assert heat.limits[0] == pytest.approx(-heat.limits[1])
    legend = trained.window.image.heat_layer.legend
    assert (legend.ticks[1], legend.lines) == ("0.00", ["“wet leaves”", "rather than “dry sand”"])
    share = np.clip(heat.probe.values / heat.limits[1], -1, 1)
    np.testing.assert_allclose(heat.image, 128 + 127 * share, atol=1)  # white is 0


def test_the_same_phrase_again_is_answered_from_what_is_kept(trained: Hands) -> None:
    from s3fn_gui.model.probe.flow import look_for

    session, item = trained.session, trained.session.cubes.current
    assert item is not None
    model = session.model
    assert model is not None
    first, kept = run(look_for(None, model, item.cube, "cpu", "wet leaves", ""))
    again, same = run(look_for(kept, model, item.cube, "cpu", "wet leaves", ""))
    assert same is kept
    np.testing.assert_array_equal(first.image, again.image)
    assert scene_cube().shape == item.cube.shape


def test_what_was_found_goes_with_the_last_cube(trained: Hands) -> None:
    type_into(trained, "probe_phrase", "wet leaves").returnPressed.emit()
    trained.until(lambda: trained.states.probe.heat)
    trained.trigger("file.close_cube")
    assert trained.session.cubes.current is None
    assert trained.states.probe.heat is None


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ((-0.0907, 0.0683), ("-0.091", "-0.011", "0.068")),
        ((-0.5, 0.5), ("-0.50", "0.00", "0.50")),
        ((120.0, 4000.0), ("120", "2060", "4000")),
        ((0.0, 4e-6), ("0", "2e-06", "4e-06")),
    ],
)
def test_the_numbers_of_a_bar_have_as_many_decimals_as_each_other(
    hands: Hands, limits: Limits, told: tuple[str, str, str]
) -> None:
    bar = hands.find("probe_colour_bar", ColourBar)
    bar.show_colours("viridis", limits, 1.0)
    assert bar.values == told


def test_the_colours_go_with_the_tab_that_explains_them(trained: Hands) -> None:
    type_into(trained, "probe_phrase", "wet leaves")
    trained.trigger("words.probe")
    layer, docks = trained.window.image.heat_layer, trained.window.docks
    trained.until(lambda: layer.isVisible())
    docks["results"].raise_()
    trained.until(lambda: not layer.isVisible())
    assert not layer.legend.isVisible()
    docks["probe"].raise_()
    trained.until(lambda: layer.isVisible() and layer.legend.isVisible())
