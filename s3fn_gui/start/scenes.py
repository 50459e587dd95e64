"""The simulated scenes that can be tried, and what to try on each."""

from __future__ import annotations

from typing import NamedTuple

from s3fn_core.languages import tr


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
        tr("Fruit on a tray"),
        tr("Paint a few pixels of unripe, ripe and overripe fruit, then train a model and look at its map."),
        tr("Paint some of each: a deep dip at 675 nm is unripe, a faint one perfect, none overripe."),
        "label",
        "label.brush",
    ),
    Scene(
        "blueberries",
        tr("Blueberries"),
        tr("Let the mask find every berry, label a few as good or defective, and sort the others."),
        tr("Apply the mask: every berry becomes an object. The dull, brownish ones are defective."),
        "objects",
        "mask.apply",
    ),
    Scene(
        "wood",
        tr("Heartwood and sapwood"),
        tr("Switch on the live map and paint a stroke on two kinds of board: the map follows the brush."),
        tr("Switch on the live map, then paint a stroke of each class: sapwood looks bluer here."),
        "label",
        "model.live",
    ),
)
BY_NAME = {scene.name: scene for scene in SCENES}
