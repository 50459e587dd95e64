"""What some labels offer to learn from, and what is wrong with them, before a training is started."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.regions import label_regions
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed, named
from s3fn_core.types import BoolArray, IdArray, ObjectMap

FEW = 10
"""Labelled pixels below which a class is said to have few."""


@dataclass(frozen=True)
class ClassLabels:
    """The labels of one class in all cubes.

    Attributes
    ----------
    class_id : int
    pixels : int
        Labelled pixels that can be learned from or asked: those on the mask, where there is one.
    regions : int
        Connected parts that they make.
    objects : int
        Objects of the masks that they lie on; 0 where no cube has a mask.
    outside : int
        Labelled pixels outside of the mask, which nothing is learned from.
    tested : int
        Of `pixels`, those that lie in the user's own test regions.
    """

    class_id: int
    pixels: int = 0
    regions: int = 0
    objects: int = 0
    outside: int = 0
    tested: int = 0


def count_labels(
    labels: Sequence[IdArray],
    objects: Sequence[ObjectMap | None],
    test: Sequence[BoolArray | None],
    classes: ClassSet,
) -> tuple[ClassLabels, ...]:
    """Count the labels of every class, in the order of the classes.

    Parameters
    ----------
    labels : sequence of array of uint8, shape (lines, samples)
        Of each cube.
    objects : sequence of array of int, shape (lines, samples), or None
        Of each cube; None where it has no mask.
    test : sequence of array of bool, shape (lines, samples), or None
        The user's own test regions of each cube.
    """
    totals = np.zeros((256, 5), np.int64)
    for ids, own, marked in zip(labels, objects, test, strict=True):
        inside = ids if own is None else np.where(own > 0, ids, 0).astype(np.uint8)
        pixels = np.bincount(inside.ravel(), minlength=256)
        totals[:, 0] += pixels
        totals[:, 1] += np.bincount(label_regions(inside)[1], minlength=256)
        totals[:, 3] += np.bincount(ids.ravel(), minlength=256) - pixels
        if own is not None:
            used = inside > 0
            pairs = np.unique(np.stack([inside[used].astype(np.int64), own[used].astype(np.int64)]), axis=1)
            totals[:, 2] += np.bincount(pairs[0], minlength=256)
        if marked is not None:
            totals[:, 4] += np.bincount(inside[marked], minlength=256)
    return tuple(ClassLabels(c.id, *(int(n) for n in totals[c.id])) for c in classes)


def concerns(
    found: Sequence[ClassLabels], classes: ClassSet, described: Collection[int] = ()
) -> tuple[str, ...]:
    """What the user should know of the labels, in sentences; the gravest comes first.

    Parameters
    ----------
    found : sequence of ClassLabels
        One for each of `classes`.
    described : collection of int
        Ids of classes whose descriptions state a spectrum, which can stand for labels.
    """
    names = {c.id: c.name for c in classes}

    def those(chosen: Sequence[ClassLabels]) -> str:
        return listed([names[one.class_id] for one in chosen])

    said = []
    bare = [one for one in found if not one.pixels]
    if silent := [one for one in bare if one.class_id not in described]:
        said.append(
            plural(
                "{names} has no labels. Paint some, state the expected reflectance in the description, or "
                "delete the class.",
                "{names} have no labels. Paint some, state the expected reflectance in the description, or "
                "delete the class.",
                len(silent),
                names=those(silent),
            )
        )
    if untrained := [one for one in found if one.pixels and one.tested == one.pixels]:
        said.append(
            tr(
                "Every label of {names} lies in a test region: nothing is left to train on.",
                names=those(untrained),
            )
        )
    if single := [one for one in found if one.regions == 1]:
        said.append(
            plural(
                "{names} is labelled in one region only. Label a second place, or the test pixels lie right "
                "next to the training pixels.",
                "{names} are labelled in one region only. Label a second place, or the test pixels lie right "
                "next to the training pixels.",
                len(single),
                names=those(single),
            )
        )
    if any(one.objects for one in found) and (alone := [one for one in found if one.objects == 1]):
        said.append(
            plural(
                "{names} is labelled on one object only, so that no whole object can be held out. Label a "
                "second one.",
                "{names} are labelled on one object only, so that no whole object can be held out. Label a "
                "second one.",
                len(alone),
                names=those(alone),
            )
        )
    if few := [one for one in found if 0 < one.pixels < FEW]:
        counts = [f"{names[one.class_id]} ({one.pixels})" for one in few]
        said.append(tr("Very few labelled pixels: {counts}.", counts=listed(counts)))
    if outside := [one for one in found if one.outside]:
        counts = [f"{names[one.class_id]} {one.outside:,}" for one in outside]
        said.append(tr("Labels outside the mask, ignored in training: {counts}.", counts=listed(counts)))
    if known := [one for one in bare if one.class_id in described]:
        said.append(
            plural(
                "{names} has no labels: known only from the expected spectrum; accuracy not measured.",
                "{names} have no labels: known only from the expected spectrum; accuracy not measured.",
                len(known),
                names=those(known),
            )
        )
    if wordless := [c.name for c in classes if not c.text.strip()]:
        said.append(tr("Without a description, known by name only: {names}.", names=named(wordless)))
    return tuple(said)
