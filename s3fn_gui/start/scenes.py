"""The simulated scenes that can be tried, and what to try on each."""

from __future__ import annotations

from typing import NamedTuple


class Scene(NamedTuple):
    """A scene of :mod:`s3fn_core.cubes.simulate`.

    `hint` says what to try; `first`, `workspace` and `command` how to begin.
    """

    name: str
    title: str
    hint: str
    first: str
    workspace: str
    command: str


SCENES = (
    Scene(
        "fruit",
        "Fruit on a tray",
        "Paint a few pixels of unripe, ripe and overripe fruit, then train a model and look at its map.",
        "Paint some pixels of each class, then press Train.",
        "label",
        "label.brush",
    ),
    Scene(
        "blueberries",
        "Blueberries",
        "Let the mask find every berry, label a few as good or defective, and sort the others.",
        "Apply the mask: every berry becomes an object.",
        "objects",
        "mask.apply",
    ),
    Scene(
        "wood",
        "Heartwood and sapwood",
        "Switch on the live map and paint a stroke on two kinds of board: the map follows the brush.",
        "Switch on the live map, then paint a stroke of each class.",
        "label",
        "model.live",
    ),
)
BY_NAME = {scene.name: scene for scene in SCENES}
