"""Which labels would train and which would test, before anything is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, LabelledPixels, labelled_pixels
from s3fn_core.model.kept_texts import IS_TRAINED_ON_ALL, told
from s3fn_core.model.learning.division import divide
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import IdArray

TRAINED, TESTED, LEFT_OUT = 1, 2, 3
"""What becomes of a labelled pixel in a round; 0 is a pixel without a usable label."""


@dataclass(frozen=True, eq=False)
class SplitPreview:
    """How a training would divide its labels.

    Attributes
    ----------
    labels : LabelledPixels
        The usable ones, as they were given.
    roles : array of uint8, shape (rounds, n)
        What becomes of each of them (`TRAINED`, `TESTED`, `LEFT_OUT`) in each round that is
        measured.  Left out is what lies too near to the test, or has a class that nothing is
        learned of.  Without rounds nothing is held out.
    folds : bool
        The labels take turns as the test; else one part is held out for good.
    sentence : str
        How the held-out part is made, or why there is none.
    learned : LabelledPixels
        Those that the model that is kept learns from.
    notes : tuple of str
    """

    labels: LabelledPixels
    roles: npt.NDArray[np.uint8]
    folds: bool
    sentence: str
    learned: LabelledPixels
    notes: tuple[str, ...] = ()

    @property
    def rounds(self) -> int:
        """How many there are."""
        return len(self.roles)

    def map_of(self, number: int, cube: int) -> IdArray:
        """The roles in a round at every pixel of a cube, shape (lines, samples).

        Where labels were drawn, all labels of an object have the role of those that were.
        """
        pixels, item = self.labels.pixels, self.labels.data[cube]
        here = pixels[:, 0] == cube
        place, own = tuple(pixels[here, 1:].T), self.roles[number, here]
        roles = np.zeros(item.cube.shape[:2], np.uint8)
        if self.labels.given and item.objects is not None:
            of_object = np.zeros(int(item.objects.max(initial=0)) + 1, np.uint8)
            of_object[item.objects[place]] = own
            of_object[0] = 0
            roles = np.where(item.labels > 0, of_object[item.objects], 0).astype(np.uint8)
        roles[place] = own
        return roles

    def counts(self, number: int, classes: int) -> npt.NDArray[np.int64]:
        """Pixels of each class that are trained, tested and left out in a round, shape (classes, 3)."""
        found = np.zeros((classes, 3), np.int64)
        np.add.at(found, (self.labels.targets, self.roles[number].astype(np.int64) - 1), 1)
        return found


@checked(ModelError)
def preview_split(
    data: Sequence[LabelledCube], classes: ClassSet, config: TrainConfig
) -> Operation[SplitPreview]:
    """Divide the labels as a training with `config` would.

    Raises
    ------
    LabelError
        As the training would.
    """
    yield Progress("split", 0.0, tr("Reading the labelled pixels"))
    labels = labelled_pixels(data, classes, config)
    yield Progress("split", 0.5, tr("Dividing the labels"))
    division = divide(labels, classes, config)
    part = division.part
    parts = [(one.train, one.asked) for one in division.rounds] if part is None else [(part.train, part.test)]
    roles = np.zeros((len(parts), len(labels)), np.uint8)
    for own, (train, test) in zip(roles, parts, strict=True):
        own[:] = np.where(test, TESTED, np.where(train, TRAINED, LEFT_OUT))
    crossed = part is None and parts
    how = IS_TRAINED_ON_ALL.format(how=division.how) if crossed else division.how
    learned = division.labels.only(division.kept)
    return SplitPreview(labels, roles, part is None, told(how), learned, division.notes)
