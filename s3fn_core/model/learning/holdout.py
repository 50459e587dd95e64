"""A part of the labels that the model which is kept never sees: a fold, or the user's regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, Pixels
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.splits import (
    NO_SPLIT,
    Numbers,
    Split,
    deal,
    margin_mask,
    object_maps,
    object_of,
    unit_name,
    units_of,
)
from s3fn_core.results.intervals import BLOCK_SIDE
from s3fn_core.types import BoolArray


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Plan:
    """How the labels of a training are divided.

    Attributes
    ----------
    split : Split
        Folds for cross-validation; empty where they cannot be made or are not asked for.
    part : Part or None
        Held out from the model that is kept.
    units : array of int, shape (n,)
        Block, object or cube of each pixel, for confidence intervals.
    unit : str
        Which of these they are, in the plural.
    sentence : str
        How the held-out part was made.
    notes : tuple of str
        What the user should know about it.
    """

    split: Split
    part: Part | None
    units: Numbers
    unit: str
    sentence: str
    notes: tuple[str, ...] = ()


def make_plan(
    data: Sequence[LabelledCube], pixels: Pixels, targets: Numbers, classes: ClassSet, config: TrainConfig
) -> Plan:
    """Divide the labels as the user's maps and `config` say.

    Raises
    ------
    LabelError
        Maps that contradict each other, the labels or the way of splitting.
    """
    regions = any(item.test is not None for item in data)
    maps = object_maps(data)
    if config.split.method == "random" and (regions or maps):
        raise LabelError(
            "A random split deals single pixels, so it can keep neither objects nor test regions "
            'together; leave the maps out, or split by "blocks".'
        )
    if maps and not object_of(pixels, maps).any():
        raise LabelError(
            "None of the labelled pixels lies on an object of the object maps; label pixels of "
            "objects, or give the maps in the order of the cubes."
        )
    if regions:
        return _by_regions(data, pixels, targets, classes, config.patch)
    split = deal(data, pixels, targets, config)
    notes = (FLATTERY,) if split.random else ()
    if config.split.refit:
        sentence = (
            f"cross-validation over {split.reason}; the model that is kept was then trained on all labels"
        )
        return Plan(split, None, split.units, split.unit, sentence if split else split.reason, notes)
    part = _one_fold(data, pixels, targets, len(classes), split)
    if part is None:
        reason = (NO_SPLIT if split else split).reason
        return Plan(NO_SPLIT, None, NO_SPLIT.units, NO_SPLIT.unit, reason, notes)
    sentence = f"one of {split.reason}, held out from the model that is kept"
    return Plan(NO_SPLIT, part, split.units, split.unit, sentence, notes)


FLATTERY = (
    "The held-out pixels were drawn at random, which flatters: neighbouring pixels are nearly "
    "copies of each other, and patches of training and test overlap. Expect less elsewhere."
)


def _one_fold(
    data: Sequence[LabelledCube], pixels: Pixels, targets: Numbers, classes: int, split: Split
) -> Part | None:
    """The fold that tests most classes and leaves something of every class to train on."""
    best, most = None, 0
    for fold in np.unique(split.folds):
        test = split.folds == fold
        train = split.training(pixels, test)
        tested = len(np.unique(targets[test]))
        if len(np.unique(targets[train])) == classes and tested > most:
            best, most = Part(test, train, ()), tested
    return best and replace(best, hidden=_hidden(data, pixels, best.test, split))


def _hidden(
    data: Sequence[LabelledCube], pixels: Pixels, test: BoolArray, split: Split
) -> tuple[BoolArray, ...]:
    """The test pixels and the objects they lie on; nothing where training patches hold them."""
    tested = np.unique(object_of(pixels[test], split.objects))
    hidden = []
    for number, item in enumerate(data):
        area = np.zeros(item.cube.shape[:2], bool)
        if not split.random:
            area[tuple(pixels[test & (pixels[:, 0] == number), 1:].T)] = True
            if item.objects is not None:
                area |= np.isin(item.objects, tested[tested > 0])
        hidden.append(area)
    return tuple(hidden)


def _by_regions(
    data: Sequence[LabelledCube], pixels: Pixels, targets: Numbers, classes: ClassSet, patch: int
) -> Plan:
    """Test what lies in the user's regions, train on the rest behind the margin.

    No training patch reaches into a region.  An object that a region touches belongs to it as a
    whole.
    """
    areas = _regions(data)
    test = np.zeros(len(pixels), bool)
    for number, (item, area) in enumerate(zip(data, areas, strict=True)):
        here = pixels[:, 0] == number
        test[here] = area[tuple(pixels[here, 1:].T)]
        if item.test is not None and item.test.any() and not test[here].any():
            raise LabelError(
                f"The test regions of {item.cube.name} hold no labelled pixel, so nothing can be "
                "measured there; label pixels inside, or leave the cube without regions."
            )
    train = margin_mask(pixels, test, patch, [area.astype(np.uint8) for area in areas])
    untrained = [c.name for k, c in enumerate(classes) if not (targets[train] == k).any()]
    if untrained:
        raise LabelError(
            f"Nothing is left to train on: {', '.join(untrained)}. Every label lies in a test "
            f"region or within {patch // 2} pixels of one; label pixels farther away, or make the "
            "regions smaller."
        )
    untested = [c.name for k, c in enumerate(classes) if not (targets[test] == k).any()]
    note = f"No label in the test regions, so not measured: {', '.join(untested)}."
    maps = object_maps(data)
    touched = " and the objects they touch" if maps else ""
    sentence = (
        f"{test.sum()} labelled pixels in the given test regions{touched}, held out from the model "
        f"that is kept; margin {patch // 2} pixels"
    )
    on_object = object_of(pixels, maps)
    units, unit = units_of(pixels, on_object, BLOCK_SIDE), unit_name(on_object[test], BLOCK_SIDE)
    part, notes = Part(test, train, areas), (note,) if untested else ()
    return Plan(NO_SPLIT, part, units, unit, sentence, notes)


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


def apart(task: Task, part: Part) -> tuple[Task, Task]:
    """What is learned from, without the hidden pixels; and what is then asked."""
    without = [
        item.without(hidden) if hidden.any() else item
        for item, hidden in zip(task.data, part.hidden, strict=True)
    ]
    return _restricted(task, without, part.train), _restricted(task, task.data, part.test)


def _restricted(task: Task, data: Sequence[LabelledCube], some: BoolArray) -> Task:
    """The task with the pixels of `some` only, and only the cubes that they lie in."""
    pixels = task.pixels[some]
    cubes, number = np.unique(pixels[:, 0], return_inverse=True)
    pixels[:, 0] = number
    return replace(task, data=[data[cube] for cube in cubes], pixels=pixels, targets=task.targets[some])


def joined(first: Task, second: Task) -> Task:
    """The pixels of two tasks, those of `first` first, each with cubes of its own."""
    moved = second.pixels + np.array([len(first.data), 0, 0])
    return replace(
        first,
        data=[*first.data, *second.data],
        pixels=np.concatenate([first.pixels, moved]),
        targets=np.concatenate([first.targets, second.targets]),
    )


def unmeasured(task: Task, plan: Plan) -> tuple[Task, Plan]:
    """Learn from the same labels as `plan` would, and hold nothing out."""
    seen = task if plan.part is None else apart(task, plan.part)[0]
    sentence = (
        "not measured: only the projection was trained anew, on a network that may have seen all "
        "of the labels; train as a whole to measure it"
    )
    return seen, Plan(NO_SPLIT, None, NO_SPLIT.units, NO_SPLIT.unit, sentence)
