"""What a training learns of whole objects: experts on them, and how much they and the pixels' votes count.

It needs object maps.  An object's class is the one that most of its labelled pixels have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import find_objects

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.model.dataset import LabelledPixels
from s3fn_core.model.experts.bases import BASES, Base
from s3fn_core.model.experts.fitting import LabelledMeans, Recipe, fit_experts, held_out_logs
from s3fn_core.model.experts.linear import Experts, log_of
from s3fn_core.model.experts.scene import BaseStatistics, SceneStatistics, statistics_of
from s3fn_core.model.experts.whole import VIEWS, WHOLE, differing, views_of
from s3fn_core.model.learning.division import OUTER, Division
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.fusion import HeldOut, most_likely
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.novelty import Novelty, fit_novelty
from s3fn_core.model.preprocess import Bands, apply_bands, match_bands
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
class LabelledObjects:
    """The objects that hold labels.

    Attributes
    ----------
    seen : LabelledMeans
        Their views, and their classes.
    inside : dict from base to array, shape (objects, SAMPLED, good bands)
        How their pixels differ from their mean.
    of_pixel : array of int, shape (n,)
        Place of the object that each labelled pixel lies on; -1 for none.
    """

    seen: LabelledMeans
    inside: dict[Base, FloatArray]
    of_pixel: Numbers

    @classmethod
    def of(cls, labels: LabelledPixels, bands: Bands, classes: int) -> LabelledObjects | None:
        """The objects of some labelled pixels; None without any."""
        of_pixel = np.full(len(labels), -1, np.int64)
        views: list[dict[Base, FloatArray]] = []
        inside: list[dict[Base, FloatArray]] = []
        targets = []
        for pixels, block, mask in _objects(labels, bands):
            of_pixel[pixels] = len(views)
            views.append(views_of(block, mask))
            inside.append(differing(block, mask))
            targets.append(int(np.bincount(labels.targets[pixels]).argmax()))
        if not views:
            return None
        means = {(view, WHOLE): np.stack([one[view] for one in views]) for view in VIEWS}
        stacked = {base: np.stack([one[base] for one in inside]) for base in inside[0]}
        return cls(LabelledMeans(bands, means, np.array(targets), classes), stacked, of_pixel)

    def holding(self, pixels: BoolArray | Numbers) -> BoolArray:
        """The objects that some labelled pixels lie on, shape (objects,)."""
        held = np.zeros(len(self.seen.targets), bool)
        places = self.of_pixel[pixels]
        held[places[places >= 0]] = True
        return held

    def fit(self, chosen: BoolArray, class_ids: tuple[int, ...]) -> Experts:
        """Learn from the objects of `chosen`; nothing else is looked at."""
        scene = SceneStatistics({view: self._statistics(view, chosen) for view in VIEWS})
        return fit_experts(self.seen, scene, chosen, class_ids, RECIPES)

    def novelty(self, chosen: BoolArray) -> Novelty:
        """What the objects of `chosen` have shown."""
        scene = SceneStatistics({base: self._statistics(base, chosen) for base in BASES})
        means, targets = self.seen.means["reflectance", WHOLE][chosen], self.seen.targets[chosen]
        return fit_novelty(means, targets, np.arange(len(targets)), scene)

    def _statistics(self, view: Base, chosen: BoolArray) -> BaseStatistics:
        """Of the objects of `chosen`; their noise is what differs inside of them."""
        values = self.seen.means[view, WHOLE][chosen]
        inside = self.inside[view][chosen] if view in self.inside else values[:0]
        return statistics_of(values, inside.reshape(-1, values.shape[1]))

    def votes(self, held_out: HeldOut, log_probability: FloatArray) -> FloatArray:
        """Logarithm of the mean probability (objects, classes) over the held-out pixels of each."""
        places = self.of_pixel[held_out.places]
        lie = places >= 0
        total = np.zeros((len(self.seen.targets), log_probability.shape[1]), np.float32)
        np.add.at(total, places[lie], np.exp(log_probability[lie]))
        count = np.bincount(places[lie], minlength=len(total))
        mean: FloatArray = total / np.maximum(count, 1).astype(np.float32)[:, None]
        return log_of(mean)


def _objects(labels: LabelledPixels, bands: Bands) -> Iterator[tuple[Numbers, FloatArray, BoolArray]]:
    """Of every object that holds labels its labelled pixels, a block (good bands) and its mask."""
    for number, item in enumerate(labels.data):
        here = np.flatnonzero(labels.pixels[:, 0] == number)
        if item.objects is None or not len(here):
            continue
        on = item.objects[tuple(labels.pixels[here, 1:].T)]
        numbers = np.unique(on[on > 0])
        places = np.searchsorted(numbers, item.objects) + 1
        index = np.where(np.isin(item.objects, numbers), places, 0)
        matrix = match_bands(item.cube, bands)
        for object_number, box in zip(numbers, find_objects(index), strict=True):
            raw = np.nan_to_num(item.cube.window(*box))
            block = np.ascontiguousarray(apply_bands(raw, matrix)[..., bands.good])
            mask = (item.objects[box] == object_number) & valid_pixels(block)
            if mask.any():
                yield here[on == object_number], block, mask


@dataclass(frozen=True, eq=False)
class ObjectsLearned:
    """What a model knows of objects, and how many held-out ones it named rightly (``metrics``)."""

    model: WholeObjects
    metrics: dict[str, Any] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        if self.metrics is None or not self.metrics["count"]:
            return ()
        low, high = (100 * end for end in self.metrics["interval"])
        return (
            f"Whole objects: {self.metrics['right']} of {self.metrics['count']} held-out objects named "
            f"rightly (95 % interval {low:.0f} to {high:.0f} %).",
        )


NOTHING = ObjectsLearned(WholeObjects())


def learn_objects(
    task: Task, class_ids: tuple[int, ...], division: Division, held_out: HeldOut, said: FloatArray
) -> ObjectsLearned:
    """Learn experts on the objects of a training, and their shares from the held-out ones.

    Parameters
    ----------
    held_out, said
        Held-out pixels, and the log-probabilities (n, classes) that all speakers together gave.
    """
    bands = Bands.of(task.labels.data[0].cube) if task.initial is None else task.initial.preprocess.bands
    objects = LabelledObjects.of(task.labels, bands, len(class_ids))
    if objects is None:
        return NOTHING
    kept = objects.holding(division.kept)
    experts = objects.fit(kept, class_ids)
    if not experts.members:  # the objects are all of one class
        return ObjectsLearned(WholeObjects(novelty=objects.novelty(kept)) if kept.any() else WholeObjects())
    asked = _Asked.of(objects, class_ids, division, objects.votes(held_out, said))
    # The model that is kept never sees what was asked in the round OUTER; its shares do not either.
    learned = asked.fold >= OUTER + (division.part is not None)
    right = asked.right(learned)
    shares = asked.shares(learned)
    by_name = dict(zip((recipe.name for recipe in RECIPES), shares[1:].tolist(), strict=True))
    model = WholeObjects(experts.weighed(by_name), float(shares[0]), objects.novelty(kept))
    counts = objects.holding(division.measured) & (asked.fold >= OUTER)
    return ObjectsLearned(model, _metrics(right[counts], {"votes of pixels": model.votes} | by_name))


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
            experts = objects.fit(objects.holding(one.train), class_ids)
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

    def right(self, learned: BoolArray) -> BoolArray:
        """The objects named rightly, each fold with shares of the others that may be learned from."""
        right = np.zeros(len(self.fold), bool)
        for number in np.unique(self.fold[self.fold >= OUTER]):
            here = self.fold == number
            scores = np.einsum("m,nmk->nk", self.shares(learned & ~here), self.logs[here])
            right[here] = scores.argmax(1) == self.targets[here]
        return right


def _metrics(right: BoolArray, shares: dict[str, float]) -> dict[str, Any]:
    count, hits = len(right), int(right.sum())
    return {
        "count": count,
        "right": hits,
        "interval": list(wilson(hits / max(1, count), count)),
        "shares": {name: round(share, 4) for name, share in shares.items()},
    }
