"""What finds regions and outliers in a worker."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.regions import label_regions, list_regions, whole_regions
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results import outliers as core
from s3fn_core.types import BoolArray, IdArray
from s3fn_gui.labels.regions.state import LabelledOutliers, RegionMap

MOST_LISTED = 3000


def find_regions(ids: IdArray, test: BoolArray | None) -> Operation[RegionMap]:
    """The regions of a label map, and which of them are for the test."""
    text = tr("Finding the regions")
    yield Progress("regions", 0.0, text)
    numbers, classes = label_regions(ids)
    yield Progress("regions", 0.5, text)
    whole = None if test is None else whole_regions(numbers, test)
    rows = list_regions(numbers, classes)
    listed = rows
    if len(rows) > MOST_LISTED:
        listed = tuple(sorted(rows, key=lambda row: -row.pixels)[:MOST_LISTED])
    tested = () if whole is None else np.unique(numbers[whole]).tolist()
    return RegionMap(numbers, rows, listed, whole, frozenset(tested))


def find_outliers(cube: Cube, ids: IdArray) -> Operation[LabelledOutliers]:
    """Outliers among the labels, with the class that each was labelled as."""
    found = yield from core.find_outliers(cube, ids)
    return LabelledOutliers(found.lines, found.samples, ids[found.lines, found.samples])
