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
from s3fn_core.model.dataset import (
    NO_SPLIT,
    LabelledCube,
    Split,
    labelled_pixels,
    margin_mask,
    split_folds,
)
from s3fn_core.model.device import choose_device, describe_device
from s3fn_core.model.fitting import Fitted, Task, fit, score
from s3fn_core.model.fusion import Fused, HeldOut, fuse
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.results.metrics import Accuracy, accuracy
from s3fn_core.types import BoolArray, FloatArray
from s3fn_core.words.encoder import LabelEmbeddings, encode_classes

_T = TypeVar("_T")
NEGLIGIBLE = 0.05
"""Weight of the words below which they are said to have none."""


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
    task = Task(data, pixels, targets, config, words.unit(config.fusion.centre), device, initial)
    if config.split.refit:
        rounds = config.split.folds if split else 0
        share = 0.05 + 0.93 / (rounds + 1)
        kept = yield from scaled(fit(task, np.ones(len(targets), bool)), 0.05, share)
        held_out = yield from scaled(_cross_validate(task, split), share, 0.98)
    else:
        split, test = _one_fold(task, split)
        kept = yield from scaled(fit(task, margin_mask(pixels, test, config.patch)), 0.05, 0.95)
        held_out = yield from scaled(_hold_out(task, kept, test), 0.95, 0.98)
    yield Progress("words", 0.98, "Weighing the expected spectra")
    fused = fuse(task, classes, held_out) if config.fusion.evidence else None
    plain = _accuracy(held_out, held_out.log_probability, targets, classes)
    measured = plain if fused is None else _accuracy(held_out, fused.held_out, targets, classes)
    sentence = _sentence(split, config)
    seconds = time.monotonic() - started
    metrics = {
        "held_out": None if measured is None else measured.to_json(),
        "without_expectations": None if plain is None else plain.to_json(),
        "split": sentence, "device": describe_device(device), "seconds": round(seconds, 2),
    }  # fmt: skip
    weight = 0.0 if fused is None else fused.weight
    model = S3FNModel(
        kept.network.cpu(), config, classes, kept.preprocess, words.encoder, weight, metrics
    )
    notes = _notes(classes, targets, config, initial)
    if fused is not None:
        notes = (*notes, _what_words_did(fused, plain, measured))
    yield Progress("done", 1.0, "Done")
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


def _what_words_did(fused: Fused, plain: Accuracy | None, measured: Accuracy | None) -> str:
    """The gain of the expected spectra, measured and never assumed."""
    if fused.weight < NEGLIGIBLE:
        return "The labels contradict the spectra that the descriptions expect: they got no weight."
    weighed = f"The spectra that the descriptions expect have weight {fused.weight:.1f}"
    if plain is None or measured is None:
        return f"{weighed}; what that brings could not be measured."
    return (
        f"{weighed}: held-out accuracy {100 * measured.oa:.1f} % with them, "
        f"{100 * plain.oa:.1f} % without."
    )


def _cross_validate(task: Task, split: Split) -> Generator[Progress, None, HeldOut]:
    """Hold out every fold once, each scored by a model that knew nothing of it."""
    folds = task.config.split.folds if split else 0
    parts = [HeldOut.nothing(len(task.embeddings))]
    for fold in range(folds):
        test = split.folds == fold
        train_mask = margin_mask(task.pixels, test, task.config.patch)
        known = np.isin(task.targets, np.unique(task.targets[train_mask]))
        if not (test & known).any():
            continue
        fitted = yield from _folded(
            scaled(fit(task, train_mask), fold / folds, (fold + 0.95) / folds),
            f"Held-out fold {fold + 1} of {folds}",
        )
        asked = _hold_out(task, fitted, test & known, fold)
        parts.append((yield from scaled(asked, (fold + 0.95) / folds, (fold + 1) / folds)))
    return HeldOut.joined(parts)


def _one_fold(task: Task, split: Split) -> tuple[Split, BoolArray]:
    """The fold that tests most classes and leaves something of every class to train on."""
    best, most = np.zeros(len(task.targets), bool), 0
    for fold in np.unique(split.folds):
        test = split.folds == fold
        train_mask = margin_mask(task.pixels, test, task.config.patch)
        tested = len(np.unique(task.targets[test]))
        if len(np.unique(task.targets[train_mask])) == len(task.embeddings) and tested > most:
            best, most = test, tested
    return (split if most else NO_SPLIT), best


def _hold_out(
    task: Task, fitted: Fitted, test: BoolArray, fold: int = 0
) -> Generator[Progress, None, HeldOut]:
    places = np.flatnonzero(test)
    probability = yield from score(task, fitted, places)
    logs: FloatArray = np.log(np.maximum(probability, np.float32(1e-12)))
    return HeldOut(places, logs, np.full(len(places), fold))


def _folded(operation: Operation[_T], fold: str) -> Operation[_T]:
    """Report the steps of a fold as one step, since the curves belong to the model that is kept."""
    return mapped(operation, lambda p: Progress("held-out", p.fraction, f"{fold}: {p.step}"))


def _accuracy(
    held_out: HeldOut,
    log_probability: FloatArray,
    targets: npt.NDArray[np.int64],
    classes: ClassSet,
) -> Accuracy | None:
    if not len(held_out.places):
        return None
    ids = np.array(classes.ids, np.uint8)
    truth = ids[targets[held_out.places]]
    best = log_probability.argmax(1)
    return accuracy(truth, ids[best], classes, confidence=np.exp(log_probability.max(1)))
