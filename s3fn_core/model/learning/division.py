"""How the labels of a training are divided: what is learned from, what is asked, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model import kept_texts
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, LabelledPixels
from s3fn_core.model.learning.splits import (
    NO_SPLIT,
    Numbers,
    Round,
    Split,
    deal,
    margin_mask,
    naming,
    object_maps,
    object_of,
    unit_name,
    units_of,
)
from s3fn_core.results.answers import AskedCube, HeldOutAnswers
from s3fn_core.results.intervals import BLOCK_SIDE
from s3fn_core.types import BoolArray, FloatArray

OUTER = -1
"""Fold of what is held out from the model that is kept."""


@dataclass(frozen=True, eq=False)
class Part:
    """What is held out from the model that is kept.

    Attributes
    ----------
    test, train : arrays of bool, shape (n,)
        Of the labelled pixels.  Those of neither lie in the margin between them.
    hidden : array of bool, shape (lines, samples), for each cube
        Pixels that are taken out of the scene before anything is learned.  The patches do not
        reach them in any case; but the brightness of a scene is judged by its unlabelled pixels.
    """

    test: BoolArray
    train: BoolArray
    hidden: tuple[BoolArray, ...]


@dataclass(frozen=True, eq=False)
class Division:
    """What each model of a training learns from, and what it is then asked.

    Attributes
    ----------
    labels : LabelledPixels
        All that is learned from or asked; masks and numbers below are of these pixels.  With a
        `part`, first those to learn from, in cubes without the hidden pixels, then the others.
    kept : array of bool, shape (n,)
        What the model that is kept learns from.
    rounds : tuple of Round
        The round of fold `OUTER` asks the model that is kept, each other one a model of its own.
    units : array of int, shape (n,)
        Block, object or cube of each pixel, for confidence intervals.
    unit : str
        Which of these they are, in the plural.
    how : str
        How the held-out part was made, or why there is none.
    notes : tuple of str
        What the user should know about it.
    part : Part or None
        Held out from the model that is kept, as masks of the labels that were given.
    """

    labels: LabelledPixels
    kept: BoolArray
    rounds: tuple[Round, ...]
    units: Numbers
    unit: str
    how: str
    notes: tuple[str, ...] = ()
    part: Part | None = None

    @property
    def folds(self) -> tuple[Round, ...]:
        """The rounds that need a model of their own."""
        return tuple(one for one in self.rounds if one.fold != OUTER)

    @property
    def measured(self) -> BoolArray:
        """The pixels whose answers count; others are asked to balance words and network only."""
        asked = [one.asked for one in self.rounds if self.part is None or one.fold == OUTER]
        return np.logical_or.reduce(asked) if asked else np.zeros(len(self.labels), bool)

    @property
    def sentence(self) -> str:
        """How the held-out part was made, and what the model that is kept has seen."""
        crossed = self.part is None and self.rounds
        return kept_texts.WAS_TRAINED_ON_ALL.format(how=self.how) if crossed else self.how

    def answers(
        self, places: Numbers, log_probability: FloatArray, class_ids: tuple[int, ...]
    ) -> HeldOutAnswers:
        """The record of somebody's log-probabilities (m, classes) for the pixels `places` (m,)."""
        labels = self.labels
        numbers, number = np.unique(labels.pixels[places, 0], return_inverse=True)
        cubes = tuple(AskedCube(labels.data[n].cube.name, labels.data[n].cube.shape[:2]) for n in numbers)
        where = np.column_stack([number, labels.pixels[places, 1:]])
        truth = np.array(class_ids, np.uint8)[labels.targets[places]]
        units, fold = self.units[places], self._fold[places]
        return HeldOutAnswers.of(cubes, where, truth, log_probability, units, self.unit, class_ids, fold)

    @property
    def _fold(self) -> Numbers:
        """Fold of the round that measures each pixel, shape (n,)."""
        fold = np.full(len(self.labels), OUTER)
        for one in self.rounds:
            if self.part is None:
                fold[one.asked] = one.fold
        return fold

    def unmeasured(self) -> Division:
        """Learn from the same labels and hold nothing out."""
        return _whole(
            self.labels.only(self.kept),
            NO_SPLIT,
            kept_texts.NOT_MEASURED.format(reason=kept_texts.ONLY_PROJECTION),
        )


def divide(labels: LabelledPixels, classes: ClassSet, config: TrainConfig) -> Division:
    """Divide the labels as the user's maps and `config` say.

    Raises
    ------
    LabelError
        Maps that contradict each other, the labels or the way of splitting.
    """
    regions = any(item.test is not None for item in labels.data)
    maps = object_maps(labels.data)
    if config.split.method == "random" and (regions or maps):
        raise LabelError(
            "A random split deals single pixels, so it can keep neither objects nor test regions "
            'together; leave the maps out, or split by "blocks".'
        )
    if maps and not object_of(labels.pixels, maps).any():
        raise LabelError(
            "None of the labelled pixels lies on an object of the object maps; label pixels of "
            "objects, or give the maps in the order of the cubes."
        )
    if regions:
        return _by_regions(labels, classes, config)
    split = naming(deal(labels, config), labels, classes.names, config)
    notes = (FLATTERY,) if split.random else ()
    if config.split.refit:
        how = kept_texts.CROSSED.format(folds=split.reason) if split else split.reason
        return _whole(labels, split, how, notes)
    part = _one_fold(labels, split)
    if part is None:
        return _whole(labels, NO_SPLIT, (NO_SPLIT if split else split).reason, notes)
    how = kept_texts.ONE_FOLD.format(folds=split.reason)
    return _apart(labels, part, config, split.units, split.unit, how, notes)


FLATTERY = tr(
    "The held-out pixels were drawn at random, which makes the accuracy too optimistic: "
    "neighbouring pixels are nearly identical, and patches of training and test overlap. "
    "Expect lower accuracy elsewhere."
)


def _whole(labels: LabelledPixels, split: Split, how: str, notes: tuple[str, ...] = ()) -> Division:
    """The model that is kept learns from everything; the folds of `split` tell how good it is."""
    every = np.ones(len(labels), bool)
    return Division(labels, every, split.rounds(labels), split.units, split.unit, how, notes)


def _apart(
    labels: LabelledPixels,
    part: Part,
    config: TrainConfig,
    units: Numbers,
    unit: str,
    how: str,
    notes: tuple[str, ...],
) -> Division:
    """The model that is kept never sees `part`; folds of the others balance words and network."""
    blanked = [
        item.without(hidden) if hidden.any() else item
        for item, hidden in zip(labels.data, part.hidden, strict=True)
    ]
    seen, asked = replace(labels, data=blanked).only(part.train), labels.only(part.test)
    balanced = config.split.refit and config.fusion.temperature
    inner = deal(seen, config).rounds(seen) if balanced else ()
    more = (0, len(asked))  # none of them is in a fold of the others
    folds = [Round(one.fold, np.pad(one.train, more), np.pad(one.asked, more)) for one in inner]
    kept = np.arange(len(seen) + len(asked)) < len(seen)
    rounds = (*folds, Round(OUTER, kept, ~kept))
    units = np.concatenate([units[part.train], units[part.test]])
    return Division(seen.followed_by(asked), kept, rounds, units, unit, how, notes, part)


def _one_fold(labels: LabelledPixels, split: Split) -> Part | None:
    """The fold that tests most classes and leaves something of every class to train on."""
    best, most, classes = None, 0, len(np.unique(labels.targets))
    for fold in np.unique(split.folds):
        test = split.folds == fold
        train = split.training(labels.pixels, test)
        tested = len(np.unique(labels.targets[test]))
        if len(np.unique(labels.targets[train])) == classes and tested > most:
            best, most = Part(test, train, ()), tested
    return best and replace(best, hidden=_hidden(labels, best.test, split))


def _hidden(labels: LabelledPixels, test: BoolArray, split: Split) -> tuple[BoolArray, ...]:
    """The test pixels and the objects they lie on; nothing where training patches hold them."""
    tested = np.unique(object_of(labels.pixels[test], split.objects))
    hidden = []
    for number, item in enumerate(labels.data):
        area = np.zeros(item.cube.shape[:2], bool)
        if not split.random:
            area[tuple(labels.pixels[test & (labels.pixels[:, 0] == number), 1:].T)] = True
            if item.objects is not None:
                area |= np.isin(item.objects, tested[tested > 0])
        hidden.append(area)
    return tuple(hidden)


def _by_regions(labels: LabelledPixels, classes: ClassSet, config: TrainConfig) -> Division:
    """Test what lies in the user's regions, train on the rest behind the margin.

    No training patch reaches into a region.  An object that a region touches belongs to it as a
    whole.
    """
    data, pixels, targets, patch = labels.data, labels.pixels, labels.targets, config.patch
    areas = _regions(data)
    test = np.zeros(len(pixels), bool)
    for number, (item, area) in enumerate(zip(data, areas, strict=True)):
        here = pixels[:, 0] == number
        test[here] = area[tuple(pixels[here, 1:].T)]
        if item.test is not None and item.test.any() and not test[here].any():
            raise LabelError(
                "The test regions of {name} hold no labelled pixel, so nothing can be measured there; "
                "label pixels inside, or leave the cube without regions.",
                name=item.cube.name,
            )
    train = margin_mask(pixels, test, patch, [area.astype(np.uint8) for area in areas])
    labelled = [(k, c.name) for k, c in enumerate(classes) if (targets == k).any()]
    untrained = [name for k, name in labelled if not (targets[train] == k).any()]
    if untrained:
        raise LabelError(
            "Nothing is left to train on: {names}. Every label lies in a test region or within {margin} "
            "pixels of one; label pixels farther away, or make the regions smaller.",
            names=", ".join(untrained),
            margin=patch // 2,
        )
    untested = [name for k, name in labelled if not (targets[test] == k).any()]
    note = tr("No label in the test regions, so not measured: {names}.", names=", ".join(untested))
    maps = object_maps(data)
    template = kept_texts.REGIONS_AND_OBJECTS if maps else kept_texts.REGIONS
    how = template.format(count=test.sum(), margin=patch // 2)
    on_object = object_of(pixels, maps)
    units, unit = units_of(pixels, on_object, BLOCK_SIDE), unit_name(on_object[test], BLOCK_SIDE)
    part, notes = Part(test, train, areas), (note,) if untested else ()
    return _apart(labels, part, config, units, unit, how, notes)


def _regions(data: Sequence[LabelledCube]) -> tuple[BoolArray, ...]:
    """The test regions of each cube, with the whole of every object that any of them touches."""
    areas = [np.zeros(item.cube.shape[:2], bool) if item.test is None else item.test != 0 for item in data]
    if not any(area.any() for area in areas):
        raise LabelError(
            "The maps of test regions mark no pixel; mark regions by any number but 0, or leave the maps out."
        )
    touched = np.unique(
        [
            number
            for item, area in zip(data, areas, strict=True)
            if item.objects is not None
            for number in np.unique(item.objects[area])
            if number
        ]
    )
    return tuple(
        area if item.objects is None else area | np.isin(item.objects, touched)
        for item, area in zip(data, areas, strict=True)
    )
