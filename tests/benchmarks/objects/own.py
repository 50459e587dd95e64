"""Ours on a lot: ripeness of objects, rotten spots, what is strange."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.objects import ObjectResult, VoteRule, predict_objects
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import ours, texts
from tests.benchmarks.objects import figures
from tests.benchmarks.objects.lot import RIPENESS, ROTTEN, SOUNDNESS, Lot

PRESETS = ("pixel", "quick")
RULES = {"": VoteRule(), ", votes": VoteRule(decide="votes")}
NAMES = tuple(f"ours: {name}{rule}" for name in PRESETS for rule in RULES)


def measured(lot: Lot, wanted: list[str], table: texts.Table) -> Iterator[tuple[str, dict[str, float]]]:
    """Each preset and rule that is wanted, and what it reaches."""
    for name in PRESETS:
        rules = {rule: how for rule, how in RULES.items() if f"ours: {name}{rule}" in wanted}
        if not rules:
            continue
        since = time.monotonic()
        model = _trained(lot, name, RIPENESS, lot.ripeness_labels, table)
        seconds = time.monotonic() - since
        for rule, how in rules.items():
            judged = _judged(lot, model, how)
            ids = np.array([found.class_id for found in judged], np.uint8)
            novelty = np.array([found.novelty or 0.0 for found in judged])
            strange = figures.flagged(lot, novelty) | figures.told(lot, novelty > 1)
            found = figures.right(lot, ids) | strange | {"seconds": seconds}
            if how.decide == "model":
                rotten = _trained(lot, name, SOUNDNESS, lot.spot_labels, table)
                judged = _judged(lot, rotten, VoteRule(decide="defect", defect=ROTTEN))
                found |= figures.spotted(lot, np.array([one.defect or 0.0 for one in judged]))
                found |= figures.rejected(lot, np.array([one.class_id == ROTTEN for one in judged]))
            yield f"ours: {name}{rule}", found


def _trained(
    lot: Lot, name: str, classes: ClassSet, labels: Callable[[int], IdArray], table: texts.Table
) -> S3FNModel:
    """From the trays with labels, which know what is an object; the classes are known by name."""
    data = [LabelledCube(lot.cubes[t], labels(t), lot.numbers(t)) for t in lot.training]
    config = preset(name).with_(seed=lot.seed)
    if name == "quick":
        return run(train(data, classes, config, device="cpu")).model
    vectors = texts.vectors(table, classes, config.fusion.pooling)
    return ours.trained(data, classes, vectors, config, "cpu")


def _judged(lot: Lot, model: S3FNModel, rule: VoteRule) -> list[ObjectResult]:
    """What each body is."""
    found: dict[tuple[int, int], ObjectResult] = {}
    for tray, cube in enumerate(lot.cubes):
        judged = run(predict_objects(model, cube, lot.trays[tray].objects, rule, device="cpu"))
        found |= {(tray, one.number): one for one in judged.objects}
    return [found[body.tray, body.number] for body in lot.bodies]
