"""What masks mean for labels: whole objects are held out together, background is not learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from s3fn_core.labels.regions import label_regions, whole_regions
from s3fn_core.types import BoolArray, ObjectMap
from s3fn_gui.session.cube import OpenCube

FEWEST = 2  # objects of every class: one to learn from, one to be asked about


def labels_on_background(items: Sequence[OpenCube]) -> int:
    """Labelled pixels outside of the masks, from which nothing can be learned."""
    return sum(
        int(np.count_nonzero(item.labels.ids[item.treatment.mask.objects == 0]))
        for item in items
        if item.treatment.mask is not None
    )


def objects_held_together(items: Sequence[OpenCube]) -> list[ObjectMap | None]:
    """For each cube its objects, numbered over all cubes; None where it has no mask.

    Neighbouring pixels of a fruit are nearly copies of each other, so it belongs to the training
    or to the test as a whole.  Where a class is labelled on a single object that is not possible:
    then all are None, and the labels are divided as without masks.
    """
    maps: list[ObjectMap | None] = []
    found: set[tuple[int, int]] = set()
    first = 0
    for item in items:
        mask, ids = item.treatment.mask, item.labels.ids
        if mask is None:
            maps.append(None)
            continue
        numbers = np.where(mask.objects > 0, mask.objects + first, 0).astype(np.int64)
        first += int(mask.objects.max(initial=0))
        maps.append(numbers)
        inside = (ids > 0) & (numbers > 0)
        pairs = np.unique(np.stack([ids[inside].astype(np.int64), numbers[inside]]), axis=1)
        found |= {(int(k), int(number)) for k, number in pairs.T}
    classes = [k for k, _ in found]
    labelled = {int(k) for item in items for k in np.flatnonzero(item.counts[1:]) + 1}
    enough = all(classes.count(k) >= FEWEST for k in labelled)
    return maps if found and enough else [None] * len(items)


def pixels_for_testing(item: OpenCube) -> BoolArray | None:
    """Labelled pixels that are measured and never learned from: whole regions; None without any."""
    if item.test is None:
        return None
    test = whole_regions(label_regions(item.labels.ids)[0], item.test)
    return test if test.any() else None
