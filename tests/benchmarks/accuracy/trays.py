"""Trays of simulated objects, and draws of labelled ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from s3fn_core.cubes.simulate import SimulatedScene, simulate
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import FloatArray, IdArray

TRAYS = {"fruit": 3, "blueberries": 1, "wood": 3, "wood grain": 3}
"""Scenes, and how many trays of each make about thirty objects a class or more."""
NAMES = tuple(TRAYS)
PATCH = {"fruit": 16, "blueberries": 14, "wood": 16, "wood grain": 16}
"""Patches that fit on the objects, which are 13 to 29 pixels wide; 14 is the least the paper's
network allows."""


@dataclass(frozen=True)
class ObjectDraw:
    """Trays whose objects are numbered through; some objects' classes are known.

    Attributes
    ----------
    trays : list of SimulatedScene
    numbers : array of int, shape (objects,)
        Numbers of all objects, tray by tray.
    ids : array of uint8, shape (objects,)
        Their true classes.
    known : array of bool, shape (objects,)
        The labelled ones.  The others are the test.
    """

    scene: str
    trays: list[SimulatedScene]
    numbers: np.ndarray
    ids: IdArray
    known: np.ndarray
    seed: int

    @property
    def classes(self) -> ClassSet:
        return self.trays[0].classes

    @property
    def truth(self) -> IdArray:
        """Ids of the test objects."""
        return self.ids[~self.known]

    def means(self) -> FloatArray:
        """Mean spectrum of every object, shape (objects, bands)."""
        rows = []
        for tray in self.trays:
            spectra = tray.cube.read()
            rows += [spectra[tray.objects == i].mean(0) for i in _numbers(tray)]
        return np.stack(rows)


def draw(scene: str, per_class: int, seed: int) -> ObjectDraw:
    """Trays of a scene with `per_class` labelled objects of each class, drawn at random."""
    trays: list[SimulatedScene] = []
    for number in range(TRAYS[scene]):
        tray_seed = 100 * seed + number
        made = simulate(scene.partition(" ")[0], seed=tray_seed)
        made = _by_grain(made, tray_seed) if scene == "wood grain" else made
        first = max((int(t.objects.max()) for t in trays), default=0)
        objects = np.where(made.objects > 0, made.objects + first, 0).astype(np.int32)
        trays.append(replace(made, objects=objects))
    numbers = np.concatenate([_numbers(t) for t in trays])
    ids = np.array([t.truth[t.objects == i][0] for t in trays for i in _numbers(t)])
    known = np.zeros(len(ids), bool)
    rng = np.random.default_rng(seed)
    for k in np.unique(ids):
        known[rng.permutation(np.flatnonzero(ids == k))[:per_class]] = True
    return ObjectDraw(scene, trays, numbers, ids, known, seed)


def _by_grain(made: SimulatedScene, seed: int) -> SimulatedScene:
    """The same boards as two classes that only their texture tells apart.

    The pixels of every second board are dealt anew within it: its spectra and their mean stay
    exactly the same, its annual rings are gone.
    """
    rng = np.random.default_rng(seed)
    values, truth = made.cube.read(), np.zeros_like(made.truth)
    for place, number in enumerate(rng.permutation(_numbers(made))):
        here = made.objects == number
        truth[here] = 1 + place % 2
        if place % 2:
            values[here] = rng.permutation(values[here])
    classes = ClassSet().added("grained").added("scrambled")
    cube = made.cube.with_(data=values, name="simulated wood grain")
    return SimulatedScene(cube, truth, made.objects, classes)


def _numbers(tray: SimulatedScene) -> np.ndarray:
    found = np.unique(tray.objects)
    return found[found > 0]
