"""What a training sees of labelled cubes: which objects it holds together, and which regions it tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s3fn_core.labels.objects import objects_held_together
from s3fn_core.labels.regions import marked_regions
from s3fn_core.model.config import SplitChoice
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.types import BoolArray, ObjectMap


def gathered(
    items: Sequence[LabelledCube], split: SplitChoice = "auto", same_objects: bool = False
) -> list[LabelledCube]:
    """Cubes as they were labelled, as a training sees them.

    Parameters
    ----------
    items : sequence of LabelledCube
        With the objects of their masks and the names of these, and whatever marks their test regions.
    split : SplitChoice
        What is held out together.
    same_objects : bool
        A number means the same object in all cubes; a name always does.
    """
    objects: list[ObjectMap | None] = [None] * len(items)
    test: list[BoolArray | None] = [None] * len(items)
    if split in ("auto", "regions", "objects"):
        labels = [item.labels for item in items]
        own, names = [item.objects for item in items], [item.names for item in items]
        objects = objects_held_together(labels, own, same_objects, names)
    if split in ("auto", "regions"):
        test = [marked_regions(item.labels, item.test) for item in items]
    return [
        replace(item, objects=numbers, names={}, test=marked)
        for item, numbers, marked in zip(items, objects, test, strict=True)
    ]
