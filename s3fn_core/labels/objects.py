"""What objects mean for labels: whole ones are held out together, background is not learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from s3fn_core.labels.object_names import numbered_over_all
from s3fn_core.types import IdArray, ObjectMap

IDS = 256  # of classes; they are bytes
FEWEST = 2  # objects of every class: one to learn from, one to be asked about


def labels_on_background(labels: Sequence[IdArray], objects: Sequence[ObjectMap | None]) -> int:
    """Labelled pixels of some cubes that lie on no object, so that nothing is learned from them.

    Parameters
    ----------
    labels : sequence of array of uint8, shape (lines, samples)
        Of each cube.
    objects : sequence of array of int, shape (lines, samples), or None
        Of each cube; None where it has no mask.
    """
    return sum(
        int(np.count_nonzero(ids[numbers == 0]))
        for ids, numbers in zip(labels, objects, strict=True)
        if numbers is not None
    )


def labels_of_objects(ids: IdArray, objects: ObjectMap) -> dict[int, int]:
    """The class that most labelled pixels of each object have, by its number; none for those without.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    objects : array of int, shape (lines, samples)
        Number of the object at each pixel, 0 outside.

    Returns
    -------
    dict of int to int
        Of classes with as many pixels it is the one with the lowest id.
    """
    inside = (ids > 0) & (objects > 0)
    pairs = objects[inside].astype(np.int64) * IDS + ids[inside]
    found, counts = np.unique(pairs, return_counts=True)
    order = np.lexsort((-found, counts))  # the last one of an object leads
    return {int(pair // IDS): int(pair % IDS) for pair in found[order]}


def own_names(held: ObjectMap, own: ObjectMap, names: Mapping[int, str]) -> dict[int, str]:
    """By what the user knows objects that were numbered over all cubes: their own numbers, and names.

    Parameters
    ----------
    held, own : arrays of int, shape (lines, samples)
        Numbers over all cubes, see :func:`objects_held_together`, and those of the cube.
    names : mapping from own number to name

    Returns
    -------
    dict of int to str
        For each number of `held`, such as "3" or "18 plum A", in the order of the own numbers.
    """
    inside = (held > 0) & (own > 0)
    found: dict[int, str] = {}
    for number, over_all in np.unique(np.stack([own[inside], held[inside]]), axis=1).T.tolist():
        told = f"{number} {names.get(number, '')}".strip()
        found[over_all] = f"{found[over_all]}, {told}" if over_all in found else told
    return found


def objects_held_together(
    labels: Sequence[IdArray],
    objects: Sequence[ObjectMap | None],
    same: bool = False,
    names: Sequence[Mapping[int, str]] = (),
) -> list[ObjectMap | None]:
    """For each cube its objects, numbered over all cubes; None where it has none.

    Neighbouring pixels of a fruit are nearly copies of each other, so it belongs to the training
    or to the test as a whole.  Where a class is labelled on a single object that is not possible:
    then all are None, and the labels are divided as without objects.

    Parameters
    ----------
    labels, objects
        As for :func:`labels_on_background`.
    same : bool
        A number means the same object in all cubes, such as both sides of a fruit.
    names : sequence of mappings from number to name, optional
        Of each cube; objects of the same name are one.
    """
    maps = numbered_over_all(objects, names or [{}] * len(objects), same)
    found: set[tuple[int, int]] = set()
    for ids, numbers in zip(labels, maps, strict=True):
        if numbers is None:
            continue
        inside = (ids > 0) & (numbers > 0)
        pairs = np.unique(np.stack([ids[inside].astype(np.int64), numbers[inside]]), axis=1)
        found |= {(int(k), int(number)) for k, number in pairs.T}
    classes = [k for k, _ in found]
    labelled = {int(k) for ids in labels for k in np.unique(ids) if k}
    enough = all(classes.count(k) >= FEWEST for k in labelled)
    return maps if found and enough else [None] * len(labels)
