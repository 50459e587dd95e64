"""Which labelled pixels are tested together, and which may be trained on at the same time.

Neighbouring pixels are nearly copies of each other and patches overlap, so what is dealt into
folds is not pixels but units of them: whole objects, whole cubes, or square blocks of the scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter

from s3fn_core.model import kept_texts
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, LabelledPixels, Pixels
from s3fn_core.quoting import named
from s3fn_core.results.intervals import BLOCK_SIDE
from s3fn_core.types import BoolArray, ObjectMap

Numbers = npt.NDArray[np.int64]
ObjectMaps = Sequence[ObjectMap | None]
"""The object map of each cube."""
BLOCK_SIDES = (128, 96, 64, 48, 32, 24, 16, 12, 8, 5, 3)
"""Block sizes in pixels that a split may use, tried from the largest."""
MIN_USABLE_FOLDS = 2
"""Every class must be testable in that many folds, trained on the others."""


@dataclass(frozen=True, eq=False)
class Split:
    """Folds of the labelled pixels, and a sentence that says how they were made.

    Attributes
    ----------
    folds : array of int, shape (n,)
        Fold of each pixel.  Empty when the labels cannot be split (`reason` says why).
    reason : str
    units : array of int, shape (n,)
        The object, cube or block that each pixel was dealt with.
    patch : int
        Side of a patch; no training patch reaches a test pixel.
    objects : object map of each cube
        Where given, no training patch reaches any pixel of an object that is tested.
    random : bool
        Single pixels were dealt, and none of this holds.
    unit : str
        What `units` are, in the plural.
    """

    folds: Numbers
    reason: str
    units: Numbers
    patch: int = 1
    objects: ObjectMaps = ()
    random: bool = False
    unit: str = "blocks"

    def __bool__(self) -> bool:
        return self.folds.size > 0

    def training(self, pixels: Pixels, test: BoolArray) -> BoolArray:
        """The pixels to train on while those of `test` are held out."""
        return ~test if self.random else margin_mask(pixels, test, self.patch, self.objects)

    def rounds(self, labels: LabelledPixels) -> tuple[Round, ...]:
        """What is learned from and what is asked while each fold is held out.

        A class that is then not learned is not asked; a fold with none left to ask has no round.
        """
        rounds = []
        for fold in np.unique(self.folds):
            test = self.folds == fold
            train = self.training(labels.pixels, test)
            asked = test & np.isin(labels.targets, np.unique(labels.targets[train]))
            if asked.any():
                rounds.append(Round(int(fold), train, asked))
        return tuple(rounds)


@dataclass(frozen=True, eq=False)
class Round:
    """Fold number, and masks of the pixels to train on and to ask, shape (n,)."""

    fold: int
    train: BoolArray
    asked: BoolArray


def _no_split(reason: str) -> Split:
    none = np.zeros(0, np.int64)
    return Split(none, kept_texts.NO_PART.format(reason=reason), none)


NO_SPLIT = _no_split(kept_texts.ONE_PLACE)
NO_OBJECTS = _no_split(kept_texts.ONE_OBJECT)
UNMEASURED = replace(NO_OBJECTS, reason=kept_texts.NOT_MEASURED.format(reason=kept_texts.NO_LABEL))
NO_PIXELS = _no_split(kept_texts.ONE_PIXEL)


def naming(split: Split, labels: LabelledPixels, names: Sequence[str], config: TrainConfig) -> Split:
    """`split`, which says which classes are in the way where it holds nothing out."""
    if split is not NO_SPLIT:
        return split
    number = object_of(labels.pixels, object_maps(labels.data))
    side = min(side for side in BLOCK_SIDES if side > config.patch // 2)
    unit = units_of(labels.pixels, number, side)
    dealt = _deal(unit, labels.targets, config.split.folds, np.random.default_rng(config.seed))
    finest = Split(dealt, "", unit, config.patch, object_maps(labels.data))
    usable = _usable(finest, labels.pixels, labels.targets)
    lone = [names[k] for k in np.unique(labels.targets) if usable[k] < MIN_USABLE_FOLDS]
    if not lone:
        return split
    if len(lone) == 1:
        return _no_split(kept_texts.ONE_PLACE_NAMED.format(name=lone[0]))
    return _no_split(kept_texts.ONE_PLACE_EACH.format(names=named(lone)))


def deal(labels: LabelledPixels, config: TrainConfig) -> Split:
    """Folds as `config` wants them: whole objects where the cubes have some."""
    folds, seed = config.split.folds, config.seed
    if folds < MIN_USABLE_FOLDS:
        return UNMEASURED
    if config.split.method == "random":
        return random_folds(labels.pixels, labels.targets, folds, seed)
    maps = object_maps(labels.data)
    return split_folds(labels.pixels, labels.targets, config.patch, folds, seed, maps)


def split_folds(
    pixels: Pixels, classes: Numbers, patch: int, folds: int, seed: int, objects: ObjectMaps = ()
) -> Split:
    """Deal the labelled pixels into `folds` so that neighbours stay together.

    Whole objects are dealt where `objects` names them.  Other pixels go by whole cubes where that
    leaves every class something to test and to train on behind the margin; else by square blocks,
    the largest of which there are two or more to a fold.
    """
    number = object_of(pixels, objects)
    fallback: Split | None = None
    for side in (0, *(side for side in BLOCK_SIDES if side > patch // 2)):
        unit = units_of(pixels, number, side)
        dealt = _deal(unit, classes, folds, np.random.default_rng(seed))
        reason = kept_texts.FOLDS.format(
            folds=len(np.unique(dealt)), units=_unit_names(number, side), margin=patch // 2
        )
        split = Split(dealt, reason, unit, patch, objects, unit=unit_name(number, side))
        usable = _usable_folds(split, pixels, classes) >= MIN_USABLE_FOLDS
        if usable and (side == 0 or unit.max() + 1 >= 2 * folds):
            return split
        if number.all():  # the side of the blocks would change nothing
            return split if usable else NO_OBJECTS
        fallback = fallback or (split if usable else None)
    return fallback or NO_SPLIT


def random_folds(pixels: Pixels, classes: Numbers, folds: int, seed: int) -> Split:
    """Deal single pixels, whatever lies beside them.

    It is what much of the literature does, and it flatters: nearly every test pixel has a
    neighbour in the training set, and lies in its patch.
    """
    rng = np.random.default_rng(seed)
    dealt = np.empty(len(pixels), np.int64)
    for k in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == k))
        dealt[members] = (rng.integers(folds) + np.arange(len(members))) % folds
    # Single pixels would be the wrong units of a confidence interval, neighbours being alike.
    units = units_of(pixels, np.zeros_like(classes), BLOCK_SIDE)
    split = Split(dealt, kept_texts.RANDOM_FOLDS.format(folds=folds), units, random=True)
    return split if _usable_folds(split, pixels, classes) >= MIN_USABLE_FOLDS else NO_PIXELS


def object_maps(data: Sequence[LabelledCube]) -> ObjectMaps:
    """The object map of each cube; nothing where no cube has one."""
    maps = [item.objects for item in data]
    return () if all(objects is None for objects in maps) else maps


def object_of(pixels: Pixels, objects: ObjectMaps) -> Numbers:
    """Number of the object that each pixel lies on, 0 = none."""
    number = np.zeros(len(pixels), np.int64)
    for cube, of_cube in enumerate(objects):
        here = pixels[:, 0] == cube
        if of_cube is not None:
            number[here] = of_cube[tuple(pixels[here, 1:].T)]
    return number


def units_of(pixels: Pixels, number: Numbers, side: int) -> Numbers:
    """Number the objects, and where there is none the blocks (or, with side 0, the cubes)."""
    key = np.column_stack([pixels, np.zeros(len(pixels), np.int64)])
    key[:, 1:3] = key[:, 1:3] // side if side else 0
    on_object = number > 0
    key[on_object] = 0
    key[on_object, 3] = number[on_object]
    units = np.unique(key, axis=0, return_inverse=True)[1]
    return np.asarray(units.reshape(-1), np.int64)


def _unit_names(number: Numbers, side: int) -> str:
    rest = kept_texts.BLOCKS.format(size=f"{side} × {side}") if side else kept_texts.WHOLE_CUBES
    if not number.any():
        return rest
    return kept_texts.WHOLE_OBJECTS if number.all() else kept_texts.OBJECTS_OR.format(rest=rest)


def unit_name(number: Numbers, side: int) -> str:
    """What :func:`units_of` numbers, in the plural."""
    rest = "blocks" if side else "cubes"
    if not number.any():
        return rest
    return "objects" if number.all() else f"objects and {rest}"


def _usable_folds(split: Split, pixels: Pixels, classes: Numbers) -> int:
    """In how many folds the class that has it worst can be tested and trained."""
    return int(_usable(split, pixels, classes)[np.unique(classes)].min())


def _usable(split: Split, pixels: Pixels, classes: Numbers) -> Numbers:
    """In how many folds each class can be tested and trained."""
    usable = np.zeros(int(classes.max()) + 1, np.int64)
    for fold in np.unique(split.folds):
        test = split.folds == fold
        train = split.training(pixels, test)
        usable[np.intersect1d(classes[test], classes[train])] += 1
    return usable


def _deal(unit: Numbers, classes: Numbers, folds: int, rng: np.random.Generator) -> Numbers:
    """Give each unit to the fold that lacks its rarest class most."""
    classes = np.unique(classes, return_inverse=True)[1]  # some may have no label at all
    units, count = int(unit.max()) + 1, int(classes.max()) + 1
    content = np.zeros((units, count))
    np.add.at(content, (unit, classes), 1)
    share = content / content.sum(0)
    load = np.zeros((folds, count))
    fold_of = np.zeros(units, np.int64)
    order = rng.permutation(units)
    for u in order[np.argsort(-share[order].max(1), kind="stable")]:
        rarest = int(share[u].argmax())
        fold_of[u] = min(range(folds), key=lambda f: (load[f, rarest], load[f].sum()))
        load[fold_of[u]] += share[u]
    return fold_of[unit]


def margin_mask(pixels: Pixels, test: BoolArray, patch: int, objects: ObjectMaps = ()) -> BoolArray:
    """Training pixels: those not in `test` whose patch holds no test pixel.

    Where `objects` are named, it also holds no pixel of an object that `test` lies on, labelled or
    not: objects in a tray may lie closer together than half a patch.
    """
    reach = patch // 2
    train = ~test
    tested = np.unique(object_of(pixels[test], objects))
    for number in np.unique(pixels[:, 0]):
        here = pixels[:, 0] == number
        place = pixels[here, 1:]
        top, left = np.maximum(place.min(0) - reach, 0)
        bottom, right = place.max(0) + reach + 1
        area = np.zeros((bottom - top, right - left), np.uint8)
        area[tuple((pixels[here & test, 1:] - (top, left)).T)] = 1
        of_cube = objects[number] if objects else None
        if of_cube is not None:
            crop = of_cube[top:bottom, left:right]
            area[: crop.shape[0], : crop.shape[1]] |= np.isin(crop, tested[tested > 0])
        near = maximum_filter(area, 2 * reach + 1, mode="constant")
        line, sample = (place - (top, left)).T
        train[here] &= near[line, sample] == 0
    return train


def thin_out(classes: Numbers, per_class: int, rng: np.random.Generator) -> Numbers:
    """Indices of at most `per_class` pixels of each class, drawn at random, in order."""
    chosen = []
    for k in np.unique(classes):
        members = np.flatnonzero(classes == k)
        if len(members) > per_class:
            members = rng.choice(members, per_class, replace=False)
        chosen.append(members)
    return np.sort(np.concatenate(chosen))
