"""Training: one call from labelled cubes and described classes to a measured model.

    stage 1   backbone + classifier learn the classes from patches (cross-entropy)
    stage 2   backbone frozen, its features computed once; the projection learns to point
              them at the label embeddings of the class descriptions

How one model is fitted stands in fitting.py, how a stage is optimised in stages.py.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, Split, labelled_pixels, margin_mask, split_folds
from s3fn_core.model.device import choose_device, describe_device
from s3fn_core.model.fitting import Task, fit, score
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.metrics import Accuracy, accuracy
from s3fn_core.types import FloatArray
from s3fn_core.words.encoder import LabelEmbeddings, encode_classes

_T = TypeVar("_T")


@dataclass(frozen=True)
class TrainResult:
    """What a training gives.

    Attributes
    ----------
    model : S3FNModel
    accuracy : Accuracy or None
        Measured on held-out labels only; None when the labels could not be split.
    split : str
        One sentence: how the held-out part was made.
    device : str
    seconds : float
    notes : tuple of str
        What the user should know: pixels left out, descriptions missing, and the like.
    """

    model: S3FNModel
    accuracy: Accuracy | None
    split: str
    device: str
    seconds: float
    notes: tuple[str, ...]


def train(
    data: Sequence[LabelledCube],
    classes: ClassSet,
    config: TrainConfig,
    *,
    device: str = "auto",
    initial: S3FNModel | None = None,
) -> Operation[TrainResult]:
    """Train a model on labelled cubes and measure it on labels it did not see.

    Parameters
    ----------
    data : sequence of LabelledCube
        The first cube decides the bands; the others are resampled to them by wavelength.
    classes : ClassSet
        Every class needs labelled pixels; a class without a description is known by its name.
    device : {"auto", "cpu", "cuda", "mps"}
    initial : S3FNModel, optional
        Start from its backbone and preprocessing (fine-tuning); the classes may differ.

    Raises
    ------
    LabelError, ModelError, WordsError
    """
    started = time.monotonic()
    device = choose_device(device)
    yield Progress("prepare", 0.0, "Reading the labelled pixels")
    pixels, targets = labelled_pixels(data, classes)
    config = config if initial is None else _continued(config, initial)
    words = yield from scaled(_embed(classes, config, device), 0.0, 0.05)
    split = split_folds(pixels, targets, config.patch, config.split.folds, config.seed)
    notes = _notes(classes, targets, config, words, initial)

    task = Task(data, pixels, targets, config, words.unit(config.fusion.centre), device, initial)
    everything = np.ones(len(targets), bool)
    if config.split.refit:
        rounds = config.split.folds if split else 0
        kept = yield from scaled(fit(task, everything), 0.05, 0.05 + 0.95 / (rounds + 1))
        measured = yield from scaled(
            _cross_validate(task, split, classes), 0.05 + 0.95 / (rounds + 1), 1.0
        )
    else:
        test = split.folds == 0 if split else ~everything
        kept = yield from scaled(fit(task, margin_mask(pixels, test, config.patch)), 0.05, 0.98)
        held_out = yield from scaled(score(task, kept, np.flatnonzero(test)), 0.98, 1.0)
        measured = _accuracy(targets[test], held_out, classes)
    sentence = _sentence(split, config)
    seconds = time.monotonic() - started
    metrics = {
        "held_out": None if measured is None else measured.to_json(),
        "split": sentence, "device": describe_device(device), "seconds": round(seconds, 2),
    }  # fmt: skip
    model = S3FNModel(kept.network.cpu(), config, classes, kept.preprocess, words.encoder, metrics)
    return TrainResult(model, measured, sentence, device, seconds, notes)


def _embed(classes: ClassSet, config: TrainConfig, device: str) -> Operation[LabelEmbeddings]:
    return encode_classes(
        classes, encoder=config.fusion.encoder, pooling=config.fusion.pooling, device=device
    )


def _continued(config: TrainConfig, initial: S3FNModel) -> TrainConfig:
    """`config` with the architecture of `initial`, whose weights must fit."""
    old = initial.config
    return replace(
        config, patch=old.patch, network=replace(config.network, **{
            name: getattr(old.network, name) for name in ("kind", "features", "hidden", "filters")
        }), preprocess=old.preprocess,
    )  # fmt: skip


def _notes(
    classes: ClassSet,
    targets: npt.NDArray[np.int64],
    config: TrainConfig,
    words: LabelEmbeddings,
    initial: S3FNModel | None,
) -> tuple[str, ...]:
    notes = []
    silent = [c.name for c in classes if not c.text.strip()]
    if silent:
        notes.append(f"Without a description, known by name only: {', '.join(silent)}.")
    if np.bincount(targets).max() > config.per_class:
        notes.append(f"At most {config.per_class} labelled pixels of each class are trained on.")
    if initial is not None:
        notes.append(
            "Continued from a model that may have seen the held-out labels: "
            "the accuracy can be too high."
        )
    return tuple(notes)


def _sentence(split: Split, config: TrainConfig) -> str:
    if not split:
        return split.reason
    if config.split.refit:
        return (
            f"cross-validation over {split.reason}; the model that is kept was then trained "
            "on all labels"
        )
    return f"one of {split.reason}, held out from the model that is kept"


def _cross_validate(
    task: Task, split: Split, classes: ClassSet
) -> Generator[Progress, None, Accuracy | None]:
    """Hold out every fold once; the answers of all folds are measured together."""
    if not split:
        return None
    folds = task.config.split.folds
    truth, answers = [], []
    for fold in range(folds):
        test = split.folds == fold
        train_mask = margin_mask(task.pixels, test, task.config.patch)
        known = np.isin(task.targets, np.unique(task.targets[train_mask]))
        tested = np.flatnonzero(test & known)
        if not len(tested):
            continue
        fitted = yield from _renamed(
            scaled(fit(task, train_mask), fold / folds, (fold + 0.95) / folds),
            f"Held-out fold {fold + 1} of {folds}",
        )
        scored = scaled(score(task, fitted, tested), (fold + 0.95) / folds, (fold + 1) / folds)
        answers.append((yield from scored))
        truth.append(task.targets[tested])
    return _accuracy(np.concatenate(truth), np.concatenate(answers), classes)


def _renamed(
    operation: Generator[Progress, None, _T], message: str
) -> Generator[Progress, None, _T]:
    """Report the steps of a fold as one step, since the curves belong to the model that is kept."""
    while True:
        try:
            progress = next(operation)
        except StopIteration as end:
            result: _T = end.value
            return result
        yield Progress("held-out", progress.fraction, f"{message}: {progress.step}")


def _accuracy(
    truth: npt.NDArray[np.int64], probability: FloatArray, classes: ClassSet
) -> Accuracy | None:
    if not len(truth):
        return None
    ids = np.array(classes.ids, np.uint8)
    return accuracy(ids[truth], ids[probability.argmax(1)], classes, confidence=probability.max(1))
