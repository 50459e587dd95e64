"""What a model says of an object as a whole, beside the votes of the patches on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit, softmax

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.errors import ModelError
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.experts.linear import for_classes, log_of
from s3fn_core.model.experts.whole import contrasts, views_of
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.model.votes import VoteRule
from s3fn_core.model.whole import most
from s3fn_core.types import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of an object as a whole: class probabilities (classes,), novelty, the probability of
    a defect, and whether that is enough; None where nothing is known.
    """

    probabilities: FloatArray | None = None
    novelty: float | None = None
    defect: float | None = None
    defective: bool = False


Box = tuple[slice, slice]
Look = Callable[[Box, BoolArray, FloatArray], Whole]
"""At the object in a box, by its mask and the probabilities (n, classes) of its patches."""


def nothing(box: Box, mask: BoolArray, patches: FloatArray) -> Whole:
    """Look at nothing, as without a model."""
    return Whole()


def looking(model: S3FNModel, cube: Cube, rule: VoteRule) -> Look:
    """By what a model has learned of objects and of the pixels on them."""
    bands, unshown = model.preprocess.bands, model.word_classes.ids
    known = tuple(0 if i in unshown else i for i in model.objects.experts.class_ids)
    novelty, matrix = model.objects.novelty or model.novelty, match_bands(cube, bands)
    learned = rule.decide in ("model", "defect") and bool(model.objects)
    wanted = learned or novelty is not None or rule.decide == "defect"
    if rule.decide == "defect" and rule.defect not in model.classes:
        raise ModelError(
            "The model has no class with the id {defect} that could be a defect.", defect=rule.defect
        )

    def look(box: Box, mask: BoolArray, patches: FloatArray) -> Whole:
        if not mask.any() or not wanted:
            return Whole()
        block = apply_bands(np.nan_to_num(cube.window(*box)), matrix)[..., bands.good]
        release(cube.data)
        views = views_of(block, mask)
        found = Whole(novelty=None if novelty is None else float(novelty(views["reflectance"])))
        if rule.decide == "defect":
            defect, enough = _defect(model, rule, contrasts(block, mask), patches)
            found = replace(found, defect=defect, defective=enough)
        if not learned:
            return found
        scores = for_classes(model.objects.scores(views), known, model.classes.ids)
        if len(patches):
            scores = scores + np.float32(model.objects.votes) * log_of(patches.mean(0))
        return replace(found, probabilities=softmax(scores))

    return look


ENOUGH = 0.01
"""Share of the pixels of an object that are enough for a defect, where the rule does not say it."""


def _defect(
    model: S3FNModel, rule: VoteRule, apart: FloatArray, patches: FloatArray
) -> tuple[float | None, bool]:
    """The probability of the defect that enough pixels of an object have, and whether that is high enough.

    By how they differ from the object, where the model has learned that, else by the patches.
    """
    defects, least = model.objects.defects, rule.least or ENOUGH
    if defects is not None and rule.defect in defects.thresholds:
        score, own = defects.score(apart, rule.defect, least), defects.thresholds[rule.defect]
    elif len(patches):
        score, own = most(logit(patches[:, model.classes.ids.index(rule.defect)]), least), 0.0
    else:
        return None, False
    limit = own if rule.above is None else float(logit(rule.above))
    return float(expit(score)), score >= limit
