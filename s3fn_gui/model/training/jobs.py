"""What a training does in a worker: torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.inventory import ClassLabels, concerns, count_labels
from s3fn_core.labels.objects import objects_held_together
from s3fn_core.labels.regions import marked_regions
from s3fn_core.languages import tr
from s3fn_core.model.config import SplitChoice, TrainSettings, train_config
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.gathering import gathered
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.types import ObjectMap
from s3fn_core.words.expectation import expectations
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.learning.fitting import Stage1
    from s3fn_core.model.learning.split_preview import SplitPreview
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
    yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.applying import inference
    from s3fn_core.model.learning import training

    yield Progress("prepare", 0.01, tr("Reading the labelled pixels"))
    data, config = training_data(items, settings.split, settings.same_objects), train_config(settings)
    learned: dict[str, Stage1] = {}
    work = training.train(data, classes, config, device=settings.device, shared=learned)
    result = yield from scaled(_with_early_map(work, shown, settings.device), 0.02, 0.9)
    prediction = yield from scaled(inference.predict(result.model, shown, device=settings.device), 0.9, 1.0)
    return Trained(result, prediction, shown, learned)


@dataclass(frozen=True, eq=False)
class Material:
    """What the labels of some cubes offer to learn from, and what is wrong with them.

    `regions` says that some are marked for the test, `objects` that whole objects can be held out.
    """

    classes: tuple[ClassLabels, ...]
    concerns: tuple[str, ...]
    regions: bool
    objects: bool

    def resolved(self, split: SplitChoice) -> SplitChoice:
        """What is really held out: "auto" decided, and blocks in the place of what there is not."""
        if self.regions and split in ("auto", "regions"):
            return "regions"
        if self.objects and split in ("auto", "regions", "objects"):
            return "objects"
        return "random" if split == "random" else "blocks"


def take_stock(
    items: Sequence[OpenCube], classes: ClassSet, same_objects: bool = False
) -> Operation[Material]:
    """Count the labels of every class."""
    yield Progress("count", 0.0, tr("Counting the labels"))
    labels, masks = [item.labels.ids for item in items], objects_of(items)
    names = [item.names_of_objects for item in items]
    test = [marked_regions(item.labels.ids, item.test) for item in items]
    found = count_labels(labels, masks, test, classes)
    stated = zip(classes.ids, expectations(classes), strict=True)
    return Material(
        found,
        concerns(found, classes, {i for i, expected in stated if expected is not None}),
        any(marked is not None for marked in test),
        any(numbers is not None for numbers in objects_held_together(labels, masks, same_objects, names)),
    )


def preview(items: Sequence[OpenCube], classes: ClassSet, settings: TrainSettings) -> Operation[SplitPreview]:
    """Divide the labels as a training would."""
    yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.learning.split_preview import preview_split

    data = training_data(items, settings.split, settings.same_objects)
    return (yield from preview_split(data, classes, train_config(settings)))


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
    said = replace(progress, message=tr("Drawing a first map"), early=None)
    return mapped(mapping, lambda _: said)


def training_data(
    items: Sequence[OpenCube], split: SplitChoice = "auto", same_objects: bool = False
) -> list[LabelledCube]:
    """What a training sees of some cubes: labels, and what `split` keeps whole of them."""
    given = [
        LabelledCube(item.cube, item.labels.ids, objects, item.test, _recipe_of(item), item.names_of_objects)
        for item, objects in zip(items, objects_of(items), strict=True)
    ]
    return gathered(given, split, same_objects)


def _recipe_of(item: OpenCube) -> Recipe | None:
    """That of its mask."""
    return None if item.treatment.mask is None else item.treatment.mask.recipe


def objects_of(items: Sequence[OpenCube]) -> list[ObjectMap | None]:
    """The objects of each cube, None where it has no mask."""
    masks = [item.treatment.mask for item in items]
    return [None if mask is None else mask.objects for mask in masks]
