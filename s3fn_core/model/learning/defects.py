"""Small defects on objects: spots, bruises, rot of a few pixels.

A class is a defect where pixels of it are labelled on objects most of whose labels are of another
class.  What is learned is how pixels differ from the object they lie on
(:func:`~s3fn_core.model.experts.whole.contrasts`), and how high the log-odds of enough pixels are on
objects that hold the defect, against labelled objects that do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve

from s3fn_core.model.dataset import LabelledPixels
from s3fn_core.model.experts.scene import statistics_of
from s3fn_core.model.experts.whole import contrasts
from s3fn_core.model.learning.labelled_objects import LabelledObjects, objects_of
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.preprocess import Bands
from s3fn_core.model.whole import Defects, quadratic
from s3fn_core.types import BoolArray, FloatArray

Doubles = npt.NDArray[np.float64]

DEPTH = 12
"""Axes in which pixels are compared with their object: those in which labelled ones stand out most."""
STRENGTH = 0.1
"""Inverse of the penalty of the logistic regression."""
SOUND = 200
"""Pixels of a labelled object without the defect that are learned from as sound."""
LEAST = 0.01
"""Share of an object's pixels that must be of the defect."""
FOLDS = 5
"""Parts of the objects, each judged by what was learned from the others."""


@dataclass(frozen=True, eq=False)
class _Contrasts:
    """How the pixels of objects differ from them.

    Attributes
    ----------
    apart : list of array, shape (pixels, bands)
        Of all pixels, for each object.
    labelled : array, shape (n, bands)
        Of the labelled pixels.
    targets, on : arrays of int, shape (n,)
        Their classes, and the objects they lie on.
    """

    apart: list[FloatArray]
    labelled: FloatArray
    targets: Numbers
    on: Numbers

    @classmethod
    def of(cls, labels: LabelledPixels, bands: Bands) -> _Contrasts:
        apart, labelled, targets, on = [], [], [], []
        for place, (pixels, corner, block, mask) in enumerate(objects_of(labels, bands)):
            found = contrasts(block, mask)
            number = np.cumsum(mask).reshape(mask.shape) - 1
            inside = labels.pixels[pixels, 1:] - corner
            apart.append(found)
            labelled.append(found[number[tuple(inside.T)]])
            targets.append(labels.targets[pixels])
            on.append(np.full(len(pixels), place))
        return cls(apart, np.concatenate(labelled), np.concatenate(targets), np.concatenate(on))

    def fit(self, objects: BoolArray, found: dict[int, tuple[int, BoolArray]]) -> Defects:
        """Learn from `objects`; of each defect its class index and the objects that hold it are given."""
        labelled = self.labelled[objects[self.on]]
        inside = np.concatenate([self.apart[place] for place in np.flatnonzero(objects)])
        scene = statistics_of(labelled, inside)
        axes = scene.axes[:, :DEPTH] / scene.std[:, None]
        spread = (inside @ axes).std(0) + np.float32(1e-12)
        axes, centre = axes / spread, (inside @ axes).mean(0) / spread
        weights, bias = [], []
        for index, holding in found.values():
            values, is_defect = self._examples(objects, index, holding)
            model = LogisticRegression(C=STRENGTH, max_iter=2000)
            model.fit(quadratic(values @ axes - centre), is_defect)
            weights.append(model.coef_[0])
            bias.append(float(model.intercept_[0]))
        columns, offset = np.stack(weights, 1).astype(np.float32), np.array(bias, np.float32)
        return Defects(axes, centre, columns, offset, dict.fromkeys(found, 0.0))

    def _examples(self, objects: BoolArray, index: int, holding: BoolArray) -> tuple[FloatArray, BoolArray]:
        """Labelled pixels of `objects`, and some of those that hold no defect: (n, bands), (n,)."""
        here = objects[self.on]
        sound = [self.apart[place] for place in np.flatnonzero(objects & ~holding)]
        some = [found[np.linspace(0, len(found) - 1, SOUND).astype(int)] for found in sound]
        values = np.concatenate([self.labelled[here], *some])
        is_defect = np.zeros(len(values), bool)
        is_defect[: int(here.sum())] = self.targets[here] == index
        return values, is_defect


def learn_defects(
    labels: LabelledPixels, objects: LabelledObjects, kept: BoolArray, class_ids: tuple[int, ...], seed: int
) -> tuple[Defects | None, dict[str, Any]]:
    """Small defects that labels of `kept` objects show, and how well held-out objects are told by them."""
    on, targets = objects.of_pixel, labels.targets
    lies = (on >= 0) & kept[on]
    minor = lies & (targets != objects.seen.targets[on])
    found = {}
    for index in np.unique(targets[minor]):
        holding = np.zeros(len(kept), bool)
        holding[on[lies & (targets == index)]] = True
        if min(holding[kept].sum(), (~holding)[kept].sum()) > 1:
            found[class_ids[index]] = int(index), holding
    if not found:
        return None, {}
    seen = _Contrasts.of(labels, objects.seen.bands)
    thresholds, told = {}, {}
    for class_id, (index, holding) in found.items():
        order = np.random.default_rng(seed).permutation(np.flatnonzero(kept))
        order = order[np.argsort(holding[order], kind="stable")]
        scores, folds = (
            np.zeros(len(kept)),
            min(FOLDS, int(holding[kept].sum()), int((kept & ~holding).sum())),
        )
        for part in range(folds):
            asked, others = order[part::folds], kept.copy()
            others[asked] = False
            model = seen.fit(others, {class_id: (index, holding)})
            scores[asked] = [model.score(seen.apart[place], class_id, LEAST) for place in asked]
        thresholds[class_id], told[str(class_id)] = _threshold(holding[kept], scores[kept])
    return replace(seen.fit(kept, found), thresholds=thresholds), told


def _threshold(holding: BoolArray, scores: Doubles) -> tuple[float, dict[str, Any]]:
    """The score that tells objects with a defect best from those without, and how well it does."""
    alarms, hits, limits = roc_curve(holding, scores, drop_intermediate=False)
    # Half-way to the next lower score; the first point (no alarm at all) lies above all scores.
    limits = np.concatenate([[limits[1] + 1], (limits[1:-1] + limits[2:]) / 2, limits[-1:]])
    best = int(np.argmax(hits - alarms))
    figures = {
        "auc": float(roc_auc_score(holding, scores)),
        "hits": float(hits[best]),
        "false_alarms": float(alarms[best]),
        "objects": len(scores),
        "curve": {"alarms": alarms.tolist(), "hits": hits.tolist(), "limits": limits.tolist()},
    }
    return float(limits[best]), figures
