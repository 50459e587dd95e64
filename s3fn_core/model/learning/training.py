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
from os import PathLike
from typing import TypeVar

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.evidence import unheard
from s3fn_core.model.learning.fitting import Features, Fitted, Task, fit, recovering, score
from s3fn_core.model.learning.fusion import Fused, HeldOut, fuse, log_of
from s3fn_core.model.learning.holdout import Part, Plan, apart, joined, make_plan, unmeasured
from s3fn_core.model.learning.remarks import remarks, what_words_did
from s3fn_core.model.learning.splits import NO_SPLIT, Numbers, Split, deal
from s3fn_core.model.network.device import choose_device, describe_device
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.results.metrics import Accuracy, accuracy
from s3fn_core.types import BoolArray, FloatArray
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
    resume: str | PathLike[str] | None = None,
    embeddings: LabelEmbeddings | None = None,
    shared: dict[str, Features] | None = None,
    frozen: bool = False,
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
    resume : path, optional
        File that the training's state is written to from time to time; a training that finds it
        goes on from there.  Delete it when the model is saved.
    embeddings : LabelEmbeddings, optional
        Label vectors to use in the place of those that the text encoder gives the descriptions.
    shared : dict, optional
        Trainings of the same cubes, labels and configuration that differ in words only learn
        what does not depend on words once, when all are given the same dict (empty at first).
    frozen : bool
        Train only the projection, on the backbone of `initial`.  Nothing is measured: the backbone
        may have seen any of the labels.

    Raises
    ------
    LabelError, ModelError, WordsError
    """
    started = time.monotonic()
    device = choose_device(device)
    yield Progress("prepare", 0.0, "Reading the labelled pixels")
    pixels, targets = labelled_pixels(data, classes)
    config = config if initial is None else _continued(config, initial)
    plan = make_plan(data, pixels, targets, classes, config)
    words = embeddings or (yield from scaled(_embed(classes, config, device), 0.0, 0.05))
    vectors = words.unit(config.fusion.centre)
    task = Task(data, pixels, targets, config, vectors, device, initial, None, shared, frozen)
    task = task if resume is None else recovering(task, resume)
    if frozen:
        task, plan = unmeasured(task, plan)
    learning = (
        _learn(task, classes, plan.split) if plan.part is None else _learn_apart(task, classes, plan.part)
    )
    learned = yield from scaled(learning, 0.05, 0.98)
    plain, measured = _measure(learned, plan, targets, classes)
    seconds = time.monotonic() - started
    metrics = {
        "held_out": None if measured is None else measured.to_json(),
        "without_expectations": None if plain is None else plain.to_json(),
        "split": plan.sentence,
        "test_regions": any(item.test is not None for item in data),
        "device": describe_device(device),
        "seconds": round(seconds, 2),
    }
    kept, fused = learned.kept, learned.fused
    network, weight = kept.network.cpu(), 0.0
    if fused is not None:
        network.projection.calibrate(fused.balance.calm)
        weight = fused.balance.weight if fused.spoken else 0.0
    model = S3FNModel(network, config, classes, kept.preprocess, words.encoder, weight, metrics)
    notes = (*plan.notes, *remarks(classes, targets, config, initial, frozen), *kept.notes)
    notes += () if task.recovery is None else tuple(task.recovery.notes)
    if fused is not None and not fused.spoken and config.fusion.evidence:
        notes += unheard(classes, (item.cube for item in data if item.labels.any()))
    if fused is not None and fused.spoken:
        notes = (*notes, what_words_did(fused.balance, plain, measured))
    yield Progress("done", 1.0, "Done")
    return TrainResult(model, measured, plan.sentence, device, seconds, notes)


@dataclass(frozen=True)
class Learned:
    """The model that is kept, and what is known of how good it is.

    Attributes
    ----------
    kept : Fitted
    held_out : HeldOut
        What models without sight of them say of labelled pixels.
    fused : Fused or None
        The same calibrated and with the words' evidence; None where the network as such is wanted.
    """

    kept: Fitted
    held_out: HeldOut
    fused: Fused | None


def _learn(task: Task, classes: ClassSet, split: Split) -> Operation[Learned]:
    """A model of every labelled pixel; the folds of `split` tell how good it is."""
    share = 1 / (1 + len(np.unique(split.folds)))
    kept = yield from scaled(fit(task, np.ones(len(task.targets), bool)), 0.0, share)
    held_out = yield from scaled(_cross_validate(task, split), share, 1.0)
    yield Progress("words", 1.0, "Weighing the expected spectra")
    return Learned(kept, held_out, _fuse(task, classes, held_out))


def _learn_apart(task: Task, classes: ClassSet, part: Part) -> Operation[Learned]:
    """A model of the training part as if there were no other, asked about the test part.

    Folds of the training part serve only to balance words and network.
    """
    seen, asked = apart(task, part)
    balanced = task.config.split.refit and task.config.fusion.temperature
    inner = deal(seen.data, seen.pixels, seen.targets, task.config) if balanced else NO_SPLIT
    learned = yield from scaled(_learn(seen, classes, inner), 0.0, 0.95)
    every = np.ones(len(asked.targets), bool)
    answers = yield from scaled(_hold_out(asked, learned.kept, every), 0.95, 1.0)
    held_out = replace(answers, places=np.flatnonzero(part.test))
    if learned.fused is None:
        return replace(learned, held_out=held_out)
    # A fold is measured with a weight that was learned on the others: here on what was seen.
    outer = replace(answers, places=answers.places + len(seen.targets), fold=answers.fold - 1)
    known = HeldOut.joined([learned.held_out, outer])
    both = _fuse(joined(seen, asked), classes, known)
    scores = answers.log_probability if both is None else both.held_out[-len(asked.targets) :]
    return Learned(learned.kept, held_out, replace(learned.fused, held_out=scores))


def _fuse(task: Task, classes: ClassSet, held_out: HeldOut) -> Fused | None:
    return fuse(task, classes, held_out) if task.config.fusion.temperature else None


def _embed(classes: ClassSet, config: TrainConfig, device: str) -> Operation[LabelEmbeddings]:
    return encode_classes(
        classes, encoder=config.fusion.encoder, pooling=config.fusion.pooling, device=device
    )


def _continued(config: TrainConfig, initial: S3FNModel) -> TrainConfig:
    """`config` with the architecture of `initial`, whose weights must fit."""
    old = initial.config
    return replace(
        config,
        patch=old.patch,
        network=replace(
            config.network,
            **{name: getattr(old.network, name) for name in ("kind", "features", "hidden", "filters")},
        ),
        preprocess=old.preprocess,
    )


def _cross_validate(task: Task, split: Split) -> Generator[Progress, None, HeldOut]:
    """Hold out every fold once, each scored by a model that knew nothing of it."""
    parts = [HeldOut.nothing(len(task.embeddings))]
    rounds = split.rounds(task.pixels, task.targets)
    for place, one in enumerate(rounds):
        start, middle, stop = (place + np.array([0, 0.95, 1])) / len(rounds)
        fitted = yield from _folded(
            scaled(fit(task, one.train), start, middle), f"Held-out fold {place + 1} of {len(rounds)}"
        )
        asked = _hold_out(task, fitted, one.asked, one.fold)
        parts.append((yield from scaled(asked, middle, stop)))
    return HeldOut.joined(parts)


def _hold_out(
    task: Task, fitted: Fitted, test: BoolArray, fold: int = 0
) -> Generator[Progress, None, HeldOut]:
    places = np.flatnonzero(test)
    probability = yield from score(task, fitted, places)
    return HeldOut(places, log_of(probability), np.full(len(places), fold))


def _folded(operation: Operation[_T], fold: str) -> Operation[_T]:
    """Report the steps of a fold as one step, since the curves belong to the model that is kept."""
    return mapped(operation, lambda p: Progress("held-out", p.fraction, f"{fold}: {p.step}"))


def _measure(
    learned: Learned, plan: Plan, targets: Numbers, classes: ClassSet
) -> tuple[Accuracy | None, Accuracy | None]:
    """Accuracy of the held-out answers without the words' evidence, and with it."""
    places = learned.held_out.places
    if not len(places):
        return None, None
    ids = np.array(classes.ids, np.uint8)

    def measured(log_probability: FloatArray) -> Accuracy:
        best, sure = log_probability.argmax(1), np.exp(log_probability.max(1))
        return accuracy(ids[targets[places]], ids[best], classes, sure, plan.units[places], plan.unit)

    plain = measured(learned.held_out.log_probability)
    return plain, plain if learned.fused is None else measured(learned.fused.held_out)
