"""What a training learns of whole objects: experts on them, and how much they and the pixels' votes count.

It needs object maps.  An object's class is the one that most of its labelled pixels have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.experts.fitting import Recipe, held_out_logs
from s3fn_core.model.experts.whole import WHOLE
from s3fn_core.model.learning.defects import learn_defects
from s3fn_core.model.learning.division import OUTER, Division
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.fusion import HeldOut, most_likely
from s3fn_core.model.learning.labelled_objects import LabelledObjects
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.preprocess import Bands
from s3fn_core.model.votes import wilson
from s3fn_core.model.whole import WholeObjects
from s3fn_core.types import BoolArray, FloatArray

RECIPES = (
    Recipe("mean spectrum, even inside", "reflectance", WHOLE, "logistic", 0.1, evened=True, strength=30.0),
    Recipe("mean shape, even inside", "shape", WHOLE, "logistic", 0.3, evened=True, strength=10.0),
    Recipe("mean shape", "shape", WHOLE, "logistic", 0.05, strength=1.0),
    Recipe("discriminant of the mean", "reflectance", WHOLE, "discriminant", 0.05),
    Recipe("discriminant of the mean shape", "shape", WHOLE, "discriminant", 0.05),
    Recipe("spread", "spread", WHOLE, "logistic", 0.1, strength=0.01),
    Recipe("texture", "texture", WHOLE, "logistic", 0.1, strength=0.1),
)
"""Experts on objects.  "Even inside": in axes in which the pixels inside of an object differ evenly, as
the noise does for pixels."""
VOTES = 1.0
"""Share of the pixels' votes before any object is held out."""
SPREAD = 0.3
"""How far a share may be from what is expected of it (standard deviation)."""


@dataclass(frozen=True, eq=False)
class ObjectsLearned:
    """What a model knows of objects, and how many held-out ones it classified correctly (``metrics``)."""

    model: WholeObjects
    metrics: dict[str, Any] | None = None

    def notes(self, classes: ClassSet) -> tuple[str, ...]:
        """What the user should know of them."""
        if self.metrics is None:
            return ()
        notes = [
            tr(
                "{name}: small defects; held-out objects with and without them are told apart with an "
                "area under the curve of {area:.2f}.",
                name=classes[int(class_id)].name,
                area=found["auc"],
            )
            for class_id, found in self.metrics["defects"].items()
        ]
        if self.metrics["count"]:
            low, high = (100 * end for end in self.metrics["interval"])
            notes.append(
                tr(
                    "Whole objects: {right} of {count} held-out objects classified correctly (95 % interval "
                    "{low:.0f} to {high:.0f} %).",
                    right=self.metrics["right"],
                    count=self.metrics["count"],
                    low=low,
                    high=high,
                )
            )
        return tuple(notes)


NOTHING = ObjectsLearned(WholeObjects())


def learn_objects(
    task: Task, class_ids: tuple[int, ...], division: Division, held_out: HeldOut, said: FloatArray
) -> ObjectsLearned:
    """Learn experts on the objects of a training, and their shares from the held-out ones.

    Parameters
    ----------
    held_out, said
        Held-out pixels, and the log-probabilities (n, classes) that all members together gave.
    """
    bands = Bands.of(task.labels.data[0].cube) if task.initial is None else task.initial.preprocess.bands
    objects = LabelledObjects.of(task.labels, bands, len(class_ids))
    if objects is None:
        return NOTHING
    kept = objects.holding(division.kept)
    if not kept.any():
        return NOTHING
    defects, told = learn_defects(task.labels, objects, kept, class_ids, task.config.seed)
    model = WholeObjects(novelty=objects.novelty(kept), defects=defects)
    experts = objects.fit(kept, class_ids, RECIPES)
    if not experts.members:  # the objects are all of one class
        return ObjectsLearned(model, _metrics(_NOBODY, _NOBODY, class_ids, {}, told))
    asked = _Asked.of(objects, class_ids, division, objects.votes(held_out, said))
    # The model that is kept never sees what was asked in the round OUTER; its shares do not either.
    learned = asked.fold >= OUTER + (division.part is not None)
    named = asked.named(learned)
    shares = asked.shares(learned)
    by_name = dict(zip((recipe.name for recipe in RECIPES), shares[1:].tolist(), strict=True))
    model = replace(model, experts=experts.weighed(by_name), votes=float(shares[0]))
    counts = objects.holding(division.measured) & (asked.fold >= OUTER)
    shares_told = {"votes of pixels": model.votes} | by_name
    figures = _metrics(asked.targets[counts], named[counts], class_ids, shares_told, told)
    return ObjectsLearned(model, figures)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What votes and experts say of objects that they did not see.

    Attributes
    ----------
    logs : array, shape (objects, 1 + experts, classes)
        Log-probabilities; the votes come first.
    targets, fold : arrays of int, shape (objects,)
        Class, and the fold in which it was held out; less than OUTER for those that never were.
    """

    logs: FloatArray
    targets: Numbers
    fold: Numbers

    @classmethod
    def of(
        cls, objects: LabelledObjects, class_ids: tuple[int, ...], division: Division, votes: FloatArray
    ) -> _Asked:
        logs = np.zeros((len(votes), 1 + len(RECIPES), votes.shape[1]), np.float32)
        fold = np.full(len(votes), OUTER - 1)
        for one in division.rounds:
            asked = np.flatnonzero(objects.holding(one.asked))
            experts = objects.fit(objects.holding(one.train), class_ids, RECIPES)
            fold[asked], logs[asked, 0] = one.fold, votes[asked]
            logs[asked, 1:] = held_out_logs(experts, objects.seen, asked, RECIPES)
        return cls(logs, objects.seen.targets, fold)

    def shares(self, some: BoolArray) -> FloatArray:
        """Shares of votes and experts that make the classes of some objects most likely."""
        expected = np.array([VOTES, *(recipe.share for recipe in RECIPES)])
        if not some.any():
            return expected
        count, spread = np.ones(int(some.sum()), np.float32), np.full(len(expected), SPREAD)
        return most_likely(self.logs[some], self.targets[some], count, expected, spread)

    def named(self, learned: BoolArray) -> Numbers:
        """What the objects are called, each fold with shares of the others that may be learned from.

        By index of the class, -1 for those that were never held out.
        """
        named = np.full(len(self.fold), -1)
        for number in np.unique(self.fold[self.fold >= OUTER]):
            here = self.fold == number
            scores = np.einsum("m,nmk->nk", self.shares(learned & ~here), self.logs[here])
            named[here] = scores.argmax(1)
        return named


_NOBODY = np.zeros(0, np.int64)


def _metrics(
    targets: Numbers,
    named: Numbers,
    class_ids: tuple[int, ...],
    shares: dict[str, float],
    defects: dict[str, Any],
) -> dict[str, Any]:
    """Figures of held-out objects: rows of the confusion are their labels, columns what they are called."""
    count, hits = len(named), int((targets == named).sum())
    confusion = np.zeros((len(class_ids), len(class_ids)), np.int64)
    np.add.at(confusion, (targets, named), 1)
    return {
        "count": count,
        "right": hits,
        "interval": list(wilson(hits / max(1, count), count)),
        "class_ids": list(class_ids),
        "confusion": confusion.tolist(),
        "shares": {name: round(share, 4) for name, share in shares.items()},
        "defects": defects,
    }
