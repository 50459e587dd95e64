"""What a training does in a worker: torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.objects import objects_held_together
from s3fn_core.labels.regions import marked_regions
from s3fn_core.model.config import TrainSettings, train_config
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.types import ObjectMap
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.learning.fitting import Stage1
    from s3fn_core.model.learning.training import TrainResult


@dataclass(frozen=True)
class Trained:
    """A training's result, the map of `cube`, which was current, and what retraining can reuse."""

    result: TrainResult
    prediction: Prediction
    cube: Cube
    learned: dict[str, Stage1]


def train_and_map(
    items: Sequence[OpenCube], shown: Cube, classes: ClassSet, settings: TrainSettings
) -> Operation[Trained]:
    """Train on the labels of `items`, then map the cube `shown`.

    A first map (``Progress.early``) comes while the accuracy is still being measured.
    """
    yield Progress("prepare", 0.0, "Starting the numerical libraries")
    from s3fn_core.model.applying import inference
    from s3fn_core.model.learning import training

    yield Progress("prepare", 0.01, "Reading the labelled pixels")
    data, config = training_data(items), train_config(settings)
    learned: dict[str, Stage1] = {}
    work = training.train(data, classes, config, device=settings.device, shared=learned)
    result = yield from scaled(_with_early_map(work, shown, settings.device), 0.02, 0.9)
    prediction = yield from scaled(inference.predict(result.model, shown, device=settings.device), 0.9, 1.0)
    return Trained(result, prediction, shown, learned)


def _with_early_map(work: Operation[TrainResult], shown: Cube, device: str) -> Operation[TrainResult]:
    """Map the cube `shown` as soon as there is a model; its folds go on in other threads."""
    from s3fn_core.model.applying import inference

    while True:
        try:
            progress = next(work)
        except StopIteration as done:
            result: TrainResult = done.value
            return result
        if progress.early is not None:
            model = cast("S3FNModel", progress.early)
            prediction = yield from _as_one_step(inference.predict(model, shown, device=device), progress)
            progress = replace(progress, early=prediction)
        yield progress


def _as_one_step(mapping: Operation[Prediction], progress: Progress) -> Operation[Prediction]:
    """Run `mapping` while the training's progress stays as it is."""
    said = replace(progress, message="Drawing a first map", early=None)
    return mapped(mapping, lambda _: said)


def training_data(items: Sequence[OpenCube]) -> list[LabelledCube]:
    """What a training sees of some cubes: labels, objects, the user's own test regions."""
    held_together = objects_held_together([item.labels.ids for item in items], objects_of(items))
    return [
        LabelledCube(item.cube, item.labels.ids, objects, marked_regions(item.labels.ids, item.test))
        for item, objects in zip(items, held_together, strict=True)
    ]


def objects_of(items: Sequence[OpenCube]) -> list[ObjectMap | None]:
    """The objects of each cube, None where it has no mask."""
    masks = [item.treatment.mask for item in items]
    return [None if mask is None else mask.objects for mask in masks]
