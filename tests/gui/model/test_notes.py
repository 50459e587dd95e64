"""What the window says of a cube or of labels that do not suit a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from s3fn_core.model.learned import Learned
from s3fn_core.progress import Progress
from s3fn_gui.model.running import run
from tests.core.model.models import small, untrained
from tests.gui.support import Hands


def map_with(hands: Hands, learned: Learned) -> str:
    """Map the scene by a model that has learned something; what the window says."""
    item = hands.session.cubes.current
    assert item is not None
    model = replace(untrained(small("pixel"), item.cube), learned=learned)
    hands.session.push_classes(model.classes, "Classes")
    hands.session.set_model(model)
    hands.trigger("train.predict")
    hands.until(lambda: not hands.window.runner.active)
    return hands.message


def high(hands: Hands) -> float:
    item = hands.session.cubes.current
    assert item is not None
    return float(np.asarray(item.cube.data).max())


@pytest.mark.parametrize(("factor", "told"), [(1e-4, True), (1e30, True), (1.0, False)])
def test_a_cube_of_another_unit_is_mapped_aloud(hands: Hands, factor: float, told: bool) -> None:
    hands.open_scene()
    assert ("one unit" in map_with(hands, Learned(0.0, high(hands) * factor, 1.0))) == told


def test_a_model_of_masked_cubes_asks_for_a_mask(hands: Hands) -> None:
    hands.open_scene()
    assert "nothing of this one is masked" in map_with(hands, Learned(0.0, high(hands), 0.4))


def test_what_is_to_be_known_before_a_run_is_said_while_it_runs(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> Iterator[Progress]:
        yield Progress("prepare", 0.0, notes=("The objects are too small.",))
        while True:
            yield Progress("train", 0.1)

    state = hands.states.training
    state.begin()
    context = hands.window.context
    run(context, state, "train", "Training", work, print, doing="Training", cancelled="Cancelled.")
    hands.until(lambda: "The objects are too small." in hands.message)
    assert state.running
    hands.window.runner.cancel("train")
    hands.until(lambda: not state.running)
