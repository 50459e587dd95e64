"""Scenes with a training and a test area that are apart, and draws of labelled pixels."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.simulate import simulate
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.labels.exchange import read_labels
from s3fn_core.resources import resource
from s3fn_core.types import FloatArray, IdArray
from tests import samson
from tests.benchmarks.accuracy.airborne import indian_pines, muufl
from tests.benchmarks.accuracy.parts import Part, Scene, only

STRIP, MARGIN = 12, 3


@dataclass(frozen=True)
class Draw:
    """One draw: label maps with n pixels per class, and what is asked."""

    parts: list[Part]
    labels: list[IdArray]
    classes: ClassSet
    per_class: int
    seed: int

    def spectra(self, maps: list[IdArray]) -> tuple[FloatArray, IdArray]:
        """Spectra (n, good bands) and ids (n,) of the pixels that `maps` label."""
        good = self.parts[0].cube.good_bands
        x = [p.cube.read()[m > 0][:, good] for p, m in zip(self.parts, maps, strict=True)]
        return np.nan_to_num(np.concatenate(x)), np.concatenate([m[m > 0] for m in maps])

    @property
    def truth(self) -> IdArray:
        """Ids (n,) of all test pixels, part by part and line by line."""
        return np.concatenate([p.test[p.test > 0] for p in self.parts])


CHOSEN_ON = ("fruit", "samson", "enmap-random", "indian-random")
"""Scenes that the constants of our methods were chosen on."""
REPORTED = ("wood", "blueberries", "enmap-official", "indian-fields", "muufl")
"""Scenes that nothing was chosen on."""
NAMES = (*CHOSEN_ON, *REPORTED)
MORE = ("samson-mixed",)
"""Scenes that are measured only when asked for: Samson with its mixed pixels, too."""


def open_scene(name: str, folder: Path) -> Scene:
    """The scene called `name`, of :data:`NAMES` or :data:`MORE`; measured ones lie in `folder`."""
    if name.startswith("samson"):
        return samson_strips(folder, mixed=name == "samson-mixed")
    if name.startswith("enmap"):
        return enmap(folder, official=name == "enmap-official")
    if name.startswith("indian"):
        return indian_pines(folder, other_fields=name == "indian-fields")
    if name == "muufl":
        return muufl(folder)
    return simulated(name)


def draw(scene: Scene, per_class: int, seed: int) -> Draw:
    """Draw `per_class` training pixels of every class at random (all where there are fewer)."""
    parts, classes = scene(seed)
    rng = np.random.default_rng(seed)
    labels = [np.zeros_like(p.train) for p in parts]
    for k in classes.ids:
        places = [(i, *at) for i, p in enumerate(parts) for at in np.argwhere(p.train == k)]
        for at in rng.permutation(len(places))[:per_class]:
            number, line, sample = places[at]
            labels[number][line, sample] = k
    # Where both may lie in the same places, the test is what was not drawn.
    parts = [replace(p, test=only(p.test, drawn == 0)) for p, drawn in zip(parts, labels, strict=True)]
    return Draw(parts, labels, classes, per_class, seed)


def land_cover(*names: str) -> ClassSet:
    """The land cover descriptions of the repository, renumbered in the order of `names`."""
    known = {c.name: c for c in read_classes(resource("classes", "land_cover.json"))}
    chosen = ClassSet()
    for number, name in enumerate(names, 1):
        chosen = chosen.added(name).changed(number, descriptions=known[name].descriptions)
    return chosen


def samson_strips(folder: Path, mixed: bool) -> Scene:
    """Strips of lines, every second one for training, a margin on both sides left out.

    A pixel belongs to its largest abundance where that exceeds 0.7, as usual.  That leaves the
    easy ones: a support vector machine on unit-norm spectra makes no error there.  With `mixed`
    every pixel belongs to some class.
    """
    cube = open_cube(folder / "samson" / "Samson.mat")
    cube = cube.with_(wavelengths=np.linspace(401.0, 889.0, cube.bands))  # as published
    truth = samson.ground_truth(folder)
    if mixed:
        stored = loadmat(folder / "samson" / "Samson.mat", variable_names=["S_GT"])
        truth = (stored["S_GT"].argmax(2) + 1).astype(np.uint8)
    line = np.arange(cube.lines)
    inside = (line % STRIP >= MARGIN) & (line % STRIP < STRIP - MARGIN)
    train = inside & (line // STRIP % 2 == 0)
    test = inside & (line // STRIP % 2 == 1)
    part = Part(cube, only(truth, train[:, None]), only(truth, test[:, None]))
    return lambda _: ([part], land_cover("soil", "tree", "water"))


def enmap(folder: Path, official: bool) -> Scene:
    """Whole tiles: the official split, or every second tile in random order."""
    root = folder / "enmap_potsdam"
    tiles = []
    for split in ("train", "validation", "test"):
        with (root / f"{split}_files.csv").open() as file:
            for row in csv.DictReader(file):
                cube = open_cube(root / row["image"])
                ids = read_labels(root / row["mask"])
                ids = only(ids, valid_pixels(cube.read()[..., cube.good_bands]))
                tiles.append((cube, ids, split == "test"))
    names = ("roof", "pavement", "low vegetation", "tree", "soil", "water")

    def scene(seed: int) -> tuple[list[Part], ClassSet]:
        order = np.random.default_rng(seed).permutation(len(tiles))
        half = set(order[: len(tiles) // 2])
        parts = []
        for number, (cube, ids, is_test) in enumerate(tiles):
            asked = is_test if official else number in half
            empty = np.zeros_like(ids)
            parts.append(Part(cube, empty if asked else ids, ids if asked else empty))
        return parts, land_cover(*names)

    return scene


def simulated(name: str) -> Scene:
    """Half of the objects for training, the other half for the test."""

    def scene(seed: int) -> tuple[list[Part], ClassSet]:
        made = simulate(name, seed=seed)
        rng = np.random.default_rng(seed)
        train = np.zeros(int(made.objects.max()) + 1, bool)
        for k in made.classes.ids:
            members = rng.permutation(np.unique(made.objects[made.truth == k]))
            train[members[: len(members) // 2]] = True
        here = train[made.objects]
        part = Part(made.cube, only(made.truth, here), only(made.truth, ~here))
        return [part], made.classes

    return scene
