"""What the list of trainings does in a worker: torch is imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.config import SplitChoice
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_gui.model.history.state import Comparison
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.trainings import Training

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.prediction import Prediction
    from s3fn_core.model.baselines.baseline import Baseline
    from s3fn_core.model.baselines.measuring import Baselines
    from s3fn_core.model.checkpoint import S3FNModel

    Model = S3FNModel | Baseline


@dataclass(frozen=True, eq=False)
class Shown:
    """A training with its model, and its map of a cube; None without a cube."""

    training: Training
    model: Model
    prediction: Prediction | None


def read(training: Training) -> Model:
    """Its model, from the project's file where it was not read yet.

    Raises
    ------
    ModelError
    """
    if training.model is not None:
        return training.model
    path = training.file
    if path is None:
        raise ModelError(
            "The model of {name} cannot be opened: its file is missing from the project. "
            "Delete the entry, or restore the file from a backup.",
            name=training.record.name,
        )
    return _opened(path)


def _opened(path: Path) -> Model:
    from s3fn_core.model.baselines.baseline import SUFFIX, load_baseline
    from s3fn_core.model.checkpoint import load_model

    return load_baseline(path) if path.suffix == SUFFIX else load_model(path)


def show(
    training: Training, cube: Cube | None, device: str, before: Prediction | None = None
) -> Operation[Shown]:
    """Read a training and map a cube by it, unless `before`, the map that is shown, is its own."""
    yield Progress("prepare", 0.0, tr("Opening {name}", name=training.record.name))
    model = read(training)
    if cube is None or (before is not None and before.is_of(model.metrics)):
        return Shown(training, model, None if cube is None else before)
    prediction = yield from scaled(_mapped(model, cube, device), 0.05, 1.0)
    return Shown(training, model, prediction)


def _mapped(model: Model, cube: Cube, device: str) -> Operation[Prediction]:
    from s3fn_core.model.applying.inference import predict
    from s3fn_core.model.baselines.mapping import predict_by_baseline
    from s3fn_core.model.checkpoint import S3FNModel

    if isinstance(model, S3FNModel):
        return predict(model, cube, device=device)
    return predict_by_baseline(model, cube)


def show_both(
    first: Training, second: Training, cube: Cube, device: str, before: Prediction | None
) -> Operation[tuple[Shown, Shown]]:
    """Map a cube by two trainings."""
    one = yield from scaled(show(first, cube, device, before), 0.0, 0.5)
    other = yield from scaled(show(second, cube, device, before), 0.5, 1.0)
    return one, other


def measure(training: Training, items: Sequence[OpenCube], split: SplitChoice) -> Operation[Baselines]:
    """Measure all baselines on the labels of `items`, divided as for a training."""
    yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.baselines.measuring import measure_baselines
    from s3fn_core.model.checkpoint import S3FNModel

    model = read(training)
    assert isinstance(model, S3FNModel)  # baselines have no baselines
    split = "random" if model.config.split.method == "random" else split
    return (yield from measure_baselines(training_data(items, split), model.classes, model.config))


def compare(first: Training, second: Training) -> Operation[Comparison]:
    """How two differ on the held-out pixels that both answered."""
    names = first.record.name, second.record.name
    yield Progress("compare", 0.0, tr("Comparing {first} and {second}", first=names[0], second=names[1]))
    from s3fn_core.results.difference import differing, paired_difference

    answers = []
    for training in (first, second):
        found = read(training).answers
        if found is None:
            return Comparison(*names, problem=_untestable(training))
        answers.append(found)
    if problem := differing(*answers):
        return Comparison(*names, problem=problem)
    yield Progress("compare", 0.3, tr("Resampling the held-out blocks"))
    return Comparison(*names, paired_difference(*answers))


def _untestable(training: Training) -> str:
    """Why a training without held-out answers is compared with no other."""
    name = training.record.name
    if training.record.metrics.get("held_out"):
        return tr("No test is possible with {name}: it holds no held-out predictions.", name=name)
    return tr("No test is possible with {name}: nothing was held out to measure it.", name=name)
