"""The objects that hold labels: what they look like as a whole, and which pixels lie on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import find_objects

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.model.dataset import LabelledPixels
from s3fn_core.model.experts.bases import BASES, Base
from s3fn_core.model.experts.fitting import LabelledMeans, Recipe, fit_experts
from s3fn_core.model.experts.linear import Experts, log_of
from s3fn_core.model.experts.scene import BaseStatistics, SceneStatistics, statistics_of
from s3fn_core.model.experts.whole import VIEWS, WHOLE, differing, views_of
from s3fn_core.model.learning.fusion import HeldOut
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.novelty import Novelty, fit_novelty
from s3fn_core.model.preprocess import Bands, apply_bands, match_bands
from s3fn_core.types import BoolArray, FloatArray


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
        for pixels, _, block, mask in objects_of(labels, bands):
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

    def fit(self, chosen: BoolArray, class_ids: tuple[int, ...], recipes: Sequence[Recipe]) -> Experts:
        """Learn from the objects of `chosen`; nothing else is looked at."""
        scene = SceneStatistics({view: self._statistics(view, chosen) for view in VIEWS})
        return fit_experts(self.seen, scene, chosen, class_ids, recipes)

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


def objects_of(
    labels: LabelledPixels, bands: Bands
) -> Iterator[tuple[Numbers, Numbers, FloatArray, BoolArray]]:
    """Of every object that holds labels its labelled pixels, corner, block (good bands) and mask."""
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
            release(item.cube.data)
            block = np.ascontiguousarray(apply_bands(raw, matrix)[..., bands.good])
            mask = (item.objects[box] == object_number) & valid_pixels(block)
            if mask.any():
                yield here[on == object_number], np.array([side.start for side in box]), block, mask
