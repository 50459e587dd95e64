"""The experts of a training: what they learn from each fold, and what they say of the others."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from s3fn_core.model.experts.fitting import (
    RECIPES,
    LabelledMeans,
    fit_experts,
    held_out_logs,
    labelled_means,
    scene_statistics,
)
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.experts.scene import SceneStatistics
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.splits import Numbers, object_maps, object_of, thin_out, units_of
from s3fn_core.model.novelty import Novelty, fit_novelty
from s3fn_core.model.preprocess import Bands
from s3fn_core.types import BoolArray, FloatArray

TOGETHER = 16
"""Side in pixels of the blocks in which labelled pixels are taken for near copies of each other."""


@dataclass(frozen=True, eq=False)
class Panel:
    """What experts can be learned from; of none where `seen` is None.

    Attributes
    ----------
    task : Task
    class_ids : tuple of int
    seen : LabelledMeans or None
        Of all labelled pixels of the task, those to be held out included.
    scene : SceneStatistics or None
        Of the cubes that are trained on; None where a fold may use its own labelled pixels only.
    fitted : dict
        Experts that were learned before, by the mask of what they learned from.
    """

    task: Task
    class_ids: tuple[int, ...]
    seen: LabelledMeans | None
    scene: SceneStatistics | None
    fitted: dict[bytes, Experts] = field(default_factory=dict)

    @classmethod
    def of(cls, task: Task, class_ids: tuple[int, ...], kept: BoolArray) -> Panel:
        """The panel of a task whose model learns from the pixels of `kept` (n,)."""
        config = task.config.experts
        if not config.enabled:
            return cls(task, class_ids, None, None)
        bands = Bands.of(task.labels.data[0].cube) if task.initial is None else task.initial.preprocess.bands
        seen = labelled_means(task.labels, bands, len(class_ids))
        scene = None
        if config.unlabelled:
            scene = scene_statistics(task.labels.only(kept), bands, True, task.statistics)
        return cls(task, class_ids, seen, scene)

    @property
    def names(self) -> tuple[str, ...]:
        """Of those that may speak, in the order of :meth:`answers`."""
        return () if self.seen is None else tuple(recipe.name for recipe in RECIPES)

    @property
    def shares(self) -> tuple[float, ...]:
        """Weight of each before any label is held out."""
        return () if self.seen is None else tuple(recipe.share for recipe in RECIPES)

    def fit(self, train: BoolArray) -> Experts:
        """Learn from the pixels of `train`, as many of each class as the network does."""
        key = train.tobytes()
        if key not in self.fitted:
            self.fitted[key] = self._learned(train)
        return self.fitted[key]

    def _learned(self, train: BoolArray) -> Experts:
        if self.seen is None:
            return Experts()
        config, chosen = self.task.config, np.flatnonzero(train)
        rng = np.random.default_rng(config.seed)
        chosen = chosen[thin_out(self.seen.targets[chosen], config.per_class, rng)]
        mask = np.zeros(len(train), bool)
        mask[chosen] = True
        scene = self.scene or scene_statistics(self.task.labels.only(mask), self.seen.bands, False)
        return fit_experts(self.seen, scene, mask, self.class_ids)

    def novelty(self, train: BoolArray) -> Novelty | None:
        """What the pixels of `train` (n,) have shown; None where there are no experts."""
        if self.seen is None:
            return None
        labels = self.task.labels.only(train)
        scene = self.scene or scene_statistics(labels, self.seen.bands, False)
        on_object = object_of(labels.pixels, object_maps(labels.data))
        units = units_of(labels.pixels, on_object, TOGETHER)
        return fit_novelty(self.seen.means["reflectance", 1][train], labels.targets, units, scene)

    def answers(self, train: BoolArray, asked: Numbers) -> FloatArray:
        """Log-probabilities (m, experts, classes) of the pixels `asked` by experts of `train`."""
        if self.seen is None:
            return np.zeros((len(asked), 0, len(self.class_ids)), np.float32)
        return held_out_logs(self.fit(train), self.seen, asked)
