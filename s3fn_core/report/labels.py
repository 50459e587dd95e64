"""Whether the labels of a report are those that its model learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learned import Learned, LearnedCube
from s3fn_core.model.learning.split_preview import SplitPreview, preview_split
from s3fn_core.progress import Operation


def divided(
    data: Sequence[LabelledCube], classes: ClassSet, config: TrainConfig
) -> Operation[SplitPreview | None]:
    """How the training divided the labels; None where it cannot have learned from these."""
    try:
        return (yield from preview_split(data, classes, config))
    except LabelError:
        return None


def are_learned(learned: Learned | None, preview: SplitPreview | None, cubes: int) -> tuple[list[bool], int]:
    """For each cube of `preview`, whether its labels are those that a model has `learned` from.

    So are labels that the training only tested by.  Second is how many cubes of the training are missing.
    """
    if learned is None or preview is None:
        return [False] * cubes, 0
    again = Learned.of(preview.learned).cubes
    numbers = np.unique(preview.learned.pixels[:, 0]).tolist()
    known = {_mark(one) for one in learned.cubes}
    found = {number: _mark(one) in known for number, one in zip(numbers, again, strict=True)}
    missing = len(known - {_mark(one) for one in again})
    return [found.get(number, True) for number in range(cubes)], missing


def _mark(one: LearnedCube) -> tuple[object, ...]:
    """What it is known by, whatever it is called."""
    return tuple(one.shape), one.digest, one.places
