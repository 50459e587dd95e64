"""The simulated scenes that can be tried, and what to try on each."""

from __future__ import annotations

from typing import NamedTuple


class Scene(NamedTuple):
    """A scene of :mod:`s3fn_core.cubes.simulate`; `workspace` and `command` are where one begins."""

    name: str
    title: str
    hint: str
    workspace: str
    command: str


SCENES = (
    Scene(
        "fruit",
        "Fruit on a tray",
        "Paint a few pixels of unripe, ripe and overripe fruit, then train a model and look at its map.",
        "label",
        "label.brush",
    ),
    Scene(
        "blueberries",
        "Blueberries",
        "Let the mask find every berry, label a few as good or defective, and sort the others.",
        "objects",
        "mask.apply",
    ),
    Scene(
        "wood",
        "Heartwood and sapwood",
        "Make a map from the two descriptions alone, without one label; then reword them.",
        "describe",
        "words.map",
    ),
)
BY_NAME = {scene.name: scene for scene in SCENES}
