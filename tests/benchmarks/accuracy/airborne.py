"""Indian Pines and MUUFL Gulfport: airborne scenes with published labels (see DATASETS).

Labels drawn at random from Indian Pines lie in the fields that are tested, which flatters every
method that looks at neighbours.  With `other fields` a class is learned from one of its fields and
tested on the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.io import loadmat
from scipy.ndimage import binary_dilation, label

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.resources import resource
from s3fn_core.types import BoolArray, IdArray
from tests.benchmarks.accuracy.parts import Part, Scene, only

MARGIN = 3
"""Pixels on both sides of a border between training and test."""
SMALLEST_FIELD = 30
"""Pixels of a field that a class may be learned from."""
CROPS = (
    "Alfalfa",
    "Corn, no till",
    "Corn, minimum till",
    "Corn",
    "Grass, pasture",
    "Grass and trees",
    "Grass, mown pasture",
    "Hay, windrowed",
    "Oats",
    "Soybean, no till",
    "Soybean, minimum till",
    "Soybean, clean",
    "Wheat",
    "Woods",
    "Buildings, grass, trees, drives",
    "Stone and steel towers",
)
GULFPORT = {
    "light pavement": "pavement",
    "grass": "low vegetation",
    "tree": "tree",
    "dark roof or asphalt": "roof",
    "bare soil or sand": "soil",
}
"""The classes of MUUFL, and whose land cover description each of them gets."""


def indian_pines(folder: Path, other_fields: bool) -> Scene:
    """All labelled pixels that are not drawn are the test, or the fields that are not."""
    cube = open_cube(folder / "indian_pines" / "indian_pines.hdr")
    truth = loadmat(folder / "label_maps" / "Indian_pines_gt.mat")["indian_pines_gt"].astype(np.uint8)
    classes = named(CROPS)

    def scene(seed: int) -> tuple[list[Part], ClassSet]:
        train = _fields(truth, np.random.default_rng(seed)) if other_fields else truth > 0
        test = _far_from(train, truth) if other_fields else truth
        return [Part(cube, only(truth, train), test)], classes

    return scene


def muufl(folder: Path) -> Scene:
    """The left half for training, the right half for the test."""
    data = np.load(folder / "muufl" / "muufl_gulfport_90x90.npy")
    cube = Cube(data, "muufl", wavelengths=np.linspace(413.0, 1012.0, data.shape[2]))
    truth = np.load(folder / "muufl" / "labels.npy")
    column, middle = np.arange(cube.samples), cube.samples // 2
    left, right = column < middle - MARGIN, column >= middle + MARGIN
    part = Part(cube, only(truth, left), only(truth, right))
    classes = described()
    return lambda _: ([part], classes)


def named(names: tuple[str, ...]) -> ClassSet:
    """Classes numbered in this order, without descriptions."""
    classes = ClassSet()
    for name in names:
        classes = classes.added(name)
    return classes


def described() -> ClassSet:
    """The classes of MUUFL with the land cover descriptions that fit them."""
    known = {c.name: c for c in read_classes(resource("classes", "land_cover.json"))}
    classes = named(tuple(GULFPORT))
    for number, of in enumerate(GULFPORT.values(), 1):
        classes = classes.changed(number, descriptions=known[of].descriptions)
    return classes


def _fields(truth: IdArray, rng: np.random.Generator) -> BoolArray:
    """One field of every class, drawn at random; half of it where the class has no other."""
    train = np.zeros(truth.shape, bool)
    for k in np.unique(truth[truth > 0]):
        fields, count = label(truth == k, np.ones((3, 3)))
        sizes = np.bincount(fields.ravel(), minlength=count + 1)[1:]
        usable = np.flatnonzero(sizes >= SMALLEST_FIELD) + 1
        if count > 1 and len(usable):
            train |= fields == rng.choice(usable)
        else:
            train |= _half(truth == k, rng)
    return train


def _half(field: BoolArray, rng: np.random.Generator) -> BoolArray:
    """One side of a field, divided across its longer extent through its median."""
    places = np.argwhere(field)
    axis = int(np.ptp(places, axis=0).argmax())
    along = np.indices(field.shape)[axis]
    cut = np.median(places[:, axis])
    return field & (along < cut if rng.random() < 0.5 else along > cut)


def _far_from(train: BoolArray, truth: IdArray) -> IdArray:
    """The labels that are neither trained on nor within the margin of a training pixel of their class."""
    test = only(truth, ~train)
    around = np.ones((2 * MARGIN + 1, 2 * MARGIN + 1))
    for k in np.unique(truth[truth > 0]):
        near = binary_dilation(train & (truth == k), around)
        left = only(test, ~(near & (test == k)))
        test = left if (left == k).any() else test  # a field too small for a margin keeps its rest
    return test
