"""A first map comes before the accuracy, and goes when the training is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from s3fn_core.model.kept_texts import NOT_YET
from s3fn_gui.session import class_edits
from tests.gui.support import SAMPLES, Hands


@pytest.fixture
def labelled(hands: Hands) -> Hands:
    """Two classes, each labelled in places far enough apart to be held out."""
    hands.open_scene()
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    for name, column in (("rise", 2), ("fall", SAMPLES // 2 + 2)):
        new = class_edits.add_class(session, name)
        for line in range(1, 27, 8):
            box = (line, column, line + 3, column + 3)
            session.push_labels(item, item.labels.edit(box, np.ones((3, 3), bool), new), "Paint")
    session.set_train_settings(replace(session.train_settings, preset="pixel", epochs=5, device="cpu"))
    return hands


def shown(hands: Hands) -> list[Mapping[str, Any]]:
    """What is known of each map that is shown from now on."""
    found: list[Mapping[str, Any]] = []

    def note() -> None:
        item = hands.session.cubes.current
        if item is not None and item.prediction is not None:
            found.append(item.prediction.metrics)

    hands.session.cubes.prediction_changed.connect(note)
    return found


def test_the_first_map_has_no_accuracy_yet(labelled: Hands) -> None:
    maps = shown(labelled)
    labelled.trigger("train.start")
    labelled.until(lambda: labelled.session.model is not None and not labelled.states.training.running)
    assert [m["split"] == NOT_YET for m in maps] == [True, False]
    assert [m["held_out"] is None for m in maps] == [True, False]


def test_a_training_that_is_given_up_takes_its_first_map_with_it(labelled: Hands) -> None:
    maps = shown(labelled)
    labelled.trigger("train.start")
    labelled.until(lambda: maps)
    labelled.window.flows.train.stop()
    labelled.until(lambda: not labelled.states.training.running)
    item = labelled.session.cubes.current
    assert item is not None
    assert item.prediction is None
    assert labelled.session.model is None
    assert "cancelled" in labelled.message
