"""What a scene consists of: cubes with the pixels that may be trained on, and those of the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import BoolArray, IdArray


@dataclass(frozen=True)
class Part:
    """A cube with the ids that training pixels may be drawn from, and those of the test."""

    cube: Cube
    train: IdArray
    test: IdArray


Scene = Callable[[int], tuple[list[Part], ClassSet]]
"""From the number of a draw to the parts of a scene and its classes."""


def only(ids: IdArray, where: BoolArray) -> IdArray:
    """The ids where they count, else 0."""
    return np.where(where, ids, 0).astype(np.uint8)
