"""What a model answered about each labelled pixel that it did not see: where its figures come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import FloatArray, IdArray

if TYPE_CHECKING:  # importing it would import scikit-learn
    from s3fn_core.results.metrics import Accuracy

Numbers = npt.NDArray[np.int32]
MAX_BYTES = 8 * 2**20
"""Of a record, which a model's file holds: larger ones go without the classes that were not
chosen, and where that is not enough no record is kept."""

ARRAYS: Mapping[str, type[np.generic]] = {
    "cube": np.int32,
    "pixels": np.int32,
    "truth": np.uint8,
    "predicted": np.uint8,
    "confidence": np.float32,
    "units": np.int32,
    "probability": np.float16,
    "fold": np.int32,
}


@dataclass(frozen=True)
class AskedCube:
    """A cube in which pixels were asked: its name then, and its shape (lines, samples)."""

    name: str
    shape: tuple[int, int]


@checked(LabelError)
@dataclass(frozen=True, eq=False)
class HeldOutAnswers:
    """The answers of a training's held-out rounds, by cube, line and sample.

    Attributes
    ----------
    cubes : tuple of AskedCube
    cube : array of int32, shape (n,)
        Which of `cubes` each pixel lies in.
    pixels : array of int32, shape (n, 2)
        (line, sample).
    truth, predicted : arrays of uint8, shape (n,)
        Class ids: of the label, and of the answer.
    confidence : array of float32, shape (n,)
        Probability of the answer, 0..1.
    units : array of int32, shape (n,)
        What was held out together: number of the block, object or cube, for confidence intervals.
    unit : str
        Which of these they are, in the plural.
    class_ids : tuple of int
        All classes of the model, in its order.
    probability : array of float16, shape (n, classes), or None
        Of every class in the order of `class_ids`; None where that would be too much to keep.
    fold : array of int32, shape (n,), or None
        Number of the fold that each pixel was held out with, -1 where from the model that is kept;
        None where an earlier version wrote the record.
    """

    cubes: tuple[AskedCube, ...]
    cube: Numbers
    pixels: Numbers
    truth: IdArray
    predicted: IdArray
    confidence: FloatArray
    units: Numbers
    unit: str
    class_ids: tuple[int, ...]
    probability: npt.NDArray[np.float16] | None = None
    fold: Numbers | None = None

    def __post_init__(self) -> None:
        count, depth = len(self.truth), len(self.class_ids)
        given: list[npt.NDArray[Any]] = [self.cube, self.predicted, self.confidence, self.units]
        given += [] if self.fold is None else [self.fold]
        shapes = all(one.shape == (count,) for one in given) and self.pixels.shape == (count, 2)
        if not shapes or not (self.probability is None or self.probability.shape == (count, depth)):
            raise LabelError("Held-out answers hold one place, label and answer for each pixel.")
        ids = {*np.unique(self.truth).tolist(), *np.unique(self.predicted).tolist()}
        if ids - set(self.class_ids):
            raise LabelError(
                "Held-out answers name class {number}, which is missing.",
                number=min(ids - set(self.class_ids)),
            )
        if not set(np.unique(self.cube).tolist()) <= set(range(len(self.cubes))):
            raise LabelError("Held-out answers lie in a cube that is not listed.")
        shape = np.array([one.shape for one in self.cubes]).reshape(-1, 2)[self.cube]
        if np.any((self.pixels < 0) | (self.pixels >= shape)):
            raise LabelError("Held-out answers lie outside their cube.")

    @classmethod
    def of(
        cls,
        cubes: tuple[AskedCube, ...],
        places: npt.NDArray[np.integer[Any]],
        truth: IdArray,
        log_probability: FloatArray,
        units: npt.NDArray[np.integer[Any]],
        unit: str,
        class_ids: tuple[int, ...],
        fold: npt.NDArray[np.integer[Any]] | None = None,
    ) -> Self:
        """What somebody answers with these log-probabilities (n, classes).

        Parameters
        ----------
        places : array of int, shape (n, 3)
            (number of the cube, line, sample) of each pixel.
        """
        order = np.lexsort(places.T[::-1])
        ordered, scores = np.asarray(places[order], np.int32), log_probability[order]
        probability = np.exp(scores)
        return cls(
            cubes,
            ordered[:, 0],
            ordered[:, 1:],
            truth[order],
            np.array(class_ids, np.uint8)[scores.argmax(1)],
            probability.max(1),
            units[order].astype(np.int32),
            unit,
            class_ids,
            probability.astype(np.float16),
            None if fold is None else fold[order].astype(np.int32),
        )

    @classmethod
    def from_parts(cls, record: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """What :meth:`to_parts` gave."""
        cubes = tuple(
            AskedCube(str(c["name"]), (int(c["lines"]), int(c["samples"]))) for c in record["cubes"]
        )
        given = {
            name: arrays[name].astype(kind, copy=False) for name, kind in ARRAYS.items() if name in arrays
        }
        return cls(cubes, unit=str(record["unit"]), class_ids=tuple(map(int, record["class_ids"])), **given)

    def to_parts(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
        """A record for JSON, and the arrays by name."""
        cubes = [{"name": c.name, "lines": c.shape[0], "samples": c.shape[1]} for c in self.cubes]
        arrays = {name: getattr(self, name) for name in ARRAYS if getattr(self, name) is not None}
        return {"cubes": cubes, "unit": self.unit, "class_ids": list(self.class_ids)}, arrays

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def size(self) -> int:
        """Bytes that a file needs for it."""
        return sum(array.nbytes for array in self.to_parts()[1].values())

    @property
    def kept(self) -> Self | None:
        """What of it is small enough to be kept with a model."""
        if self.size <= MAX_BYTES:
            return self
        short = replace(self, probability=None)
        return short if short.size <= MAX_BYTES else None

    def accuracy(self, classes: ClassSet) -> Accuracy:
        """The figures of these answers; `classes` are those of `class_ids`."""
        from s3fn_core.results.metrics import accuracy  # loads scikit-learn

        return accuracy(self.truth, self.predicted, classes, self.confidence, self.units, self.unit)

    def by_fold(self, classes: ClassSet) -> tuple[Accuracy, ...]:
        """The figures of each fold by itself, in order; of none where the folds are not known."""
        from s3fn_core.results.metrics import accuracy  # loads scikit-learn

        if self.fold is None:
            return ()
        return tuple(
            accuracy(self.truth[here], self.predicted[here], classes, self.confidence[here])
            for here in (self.fold == number for number in np.unique(self.fold))
        )

    def number_of(self, name: str, shape: tuple[int, int]) -> int | None:
        """Which of `cubes` a cube is; None where it is none, or where several are called so."""
        found = [number for number, one in enumerate(self.cubes) if one == AskedCube(name, shape)]
        return found[0] if len(found) == 1 else None

    def where(
        self, cube: int | None = None, truth: int | None = None, predicted: int | None = None
    ) -> npt.NDArray[np.intp]:
        """Rows of the answers in a cube (its number), labelled `truth` and answered `predicted` (class ids).

        What is None may be anything.
        """
        chosen = np.ones(len(self), bool)
        for values, wanted in ((self.cube, cube), (self.truth, truth), (self.predicted, predicted)):
            if wanted is not None:
                chosen &= values == wanted
        return np.flatnonzero(chosen)

    def renumbered(self, ids: Mapping[int, int]) -> Self:
        """The same answers, where the classes have other ids: `ids` maps the old to the new ones."""
        new = np.arange(256, dtype=np.uint8)
        for old, now in ids.items():
            new[old] = now
        truth, predicted = new[self.truth], new[self.predicted]
        class_ids = tuple(int(new[i]) for i in self.class_ids)
        return replace(self, truth=truth, predicted=predicted, class_ids=class_ids)
