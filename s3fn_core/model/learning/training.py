"""Training: one call from labelled cubes and described classes to a measured model.

    stage 1   backbone + classifier learn the classes from patches (cross-entropy)
    stage 2   backbone frozen, its features computed once; the projection learns to point
              them at the label embeddings of the class descriptions

In order: plan (division.py), fit (fitting.py, its stages in stages.py; experts in panel.py), ask all
about what they did not see, weigh network, experts and words (fusion.py), measure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any, TypeVar

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.evidence import unheard, unproven
from s3fn_core.model.experts.linear import Experts, log_of
from s3fn_core.model.learned import Learned
from s3fn_core.model.learning.division import OUTER, Division, divide
from s3fn_core.model.learning.fitting import Fitted, Stage1, Task, fit, recovering, score
from s3fn_core.model.learning.fusion import Fused, HeldOut, fuse
from s3fn_core.model.learning.neighbours import learn_strength
from s3fn_core.model.learning.objects import NOTHING, learn_objects
from s3fn_core.model.learning.onlookers import Onlookers
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.remarks import before_training, remarks, what_words_did
from s3fn_core.model.learning.unshown import unshown_ids, with_claims
from s3fn_core.model.network.device import choose_device, describe_device
from s3fn_core.model.word_classes import WordClasses, known_by_words
from s3fn_core.progress import Operation, Progress, mapped, scaled
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


@checked(ModelError)
def train(
    data: Sequence[LabelledCube],
    classes: ClassSet,
    config: TrainConfig,
    *,
    device: str = "auto",
    initial: S3FNModel | None = None,
    resume: str | PathLike[str] | None = None,
    embeddings: LabelEmbeddings | None = None,
    shared: dict[str, Stage1] | None = None,
    frozen: bool = False,
) -> Operation[TrainResult]:
    """Train a model on labelled cubes and measure it on labels it did not see.

    Parameters
    ----------
    data : sequence of LabelledCube
        The first cube decides the bands; the others are resampled to them by wavelength.
    classes : ClassSet
        A class without a description is known by its name.  A class whose description states a
        spectrum needs no labelled pixels (``word_classes``); it is not measured.
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
    labels = labelled_pixels(data, classes)
    config = config if initial is None else _continued(config, initial)
    unshown = unshown_ids(labels, classes, config)
    division = divide(labels, classes, config)
    before = before_training(labels, config, initial)
    yield Progress("prepare", 0.0, "Looking at the words", notes=before)
    words = embeddings or (yield from scaled(_embed(classes, config, device), 0.0, 0.05))
    vectors = words.unit(config.fusion.centre)
    task = Task(labels, config, vectors, device, initial, None, shared, frozen)
    task = task if resume is None else recovering(task, resume)  # known by the labels as they were given
    division = division.unmeasured() if frozen else division
    task = replace(task, labels=division.labels)

    share = 0.05 + 0.88 / (1 + len(division.folds))
    kept = yield from scaled(fit(task, division.kept), 0.05, share)
    panel = Panel.of(task, classes.ids, division.kept)
    held_out = yield from scaled(_ask(task, division, kept, panel), share, 0.98)
    yield Progress("words", 0.98, "Weighing network, experts and words")
    fused = _weigh(task, classes, division, held_out, panel)
    if fused is not None:
        fused = with_claims(fused, held_out, division, panel, classes, unshown)
    plain, measured = _measure(division, classes, held_out, fused)

    network, said, whole = kept.network.cpu(), Spoken(), NOTHING
    if fused is not None and config.experts.objects:
        whole = learn_objects(task, classes.ids, division, held_out, fused.held_out)
    if fused is not None:
        said = yield from scaled(
            _spoken(task, division, panel, fused, initial if frozen else None), 0.98, 1.0
        )
        network.projection.calibrate(said.network)
    seconds = time.monotonic() - started
    metrics = {
        "held_out": None if measured is None else measured.to_json(),
        "without_expectations": None if plain is None else plain.to_json(),
        "speakers": _speakers(division, held_out, panel, said),
        "objects": whole.metrics,
        "split": division.sentence,
        "words_only": list(unshown),
        "test_regions": any(item.test is not None for item in data),
        "device": describe_device(device),
        "seconds": round(seconds, 2),
    }
    learned = Learned.of(task.labels.only(division.kept), None if initial is None else initial.learned)
    model = S3FNModel(
        network,
        config,
        classes,
        kept.preprocess,
        words.encoder,
        said.words,
        metrics,
        learned,
        said.experts,
        said.smoothing,
        panel.novelty(division.kept),
        whole.model,
        WordClasses(unshown, fused.balance.claim if fused is not None and fused.spoken else 0.0),
    )
    notes = (
        *division.notes,
        *remarks(classes, labels.targets, config, initial, frozen),
        *kept.notes,
        *whole.notes,
        *((known_by_words([classes[i].name for i in unshown]),) if unshown else ()),
    )
    notes += before if task.recovery is None else (*before, *task.recovery.notes)
    if fused is not None and not fused.spoken and config.fusion.evidence:
        notes += unheard(classes, (item.cube for item in data if item.labels.any()))
    if fused is not None and fused.spoken:
        notes += unproven(item.cube for item in data if item.labels.any())
        notes = (*notes, what_words_did(fused.balance, plain, measured))
    yield Progress("done", 1.0, "Done")
    return TrainResult(model, measured, division.sentence, device, seconds, notes)


@dataclass(frozen=True, eq=False)
class Spoken:
    """With what weight network, experts and words speak in the model that is kept."""

    network: float = 1.0
    words: float = 0.0
    experts: Experts = field(default_factory=Experts)
    smoothing: float = 0.0


def _spoken(
    task: Task, division: Division, panel: Panel, fused: Fused, before: S3FNModel | None
) -> Operation[Spoken]:
    """The experts of all labels, weighed as the held-out ones let it be.

    Where only the projection of `before` was trained, nothing was held out: its experts stay.
    """
    balance, smoothing = fused.balance, 0.0
    words = balance.weight if fused.spoken else 0.0
    if before is not None and before.experts.class_ids == panel.class_ids:
        network = next((s["share"] for s in before.metrics.get("speakers", ())), balance.shares[0])
        return Spoken(network, words, before.experts, before.smoothing)
    shares = dict(zip(panel.names, balance.shares[1:], strict=True))
    experts = panel.fit(division.kept).weighed(shares)
    if experts and task.config.experts.smoothing:
        smoothing = yield from learn_strength(panel, division, shares)
    return Spoken(balance.shares[0], words, experts, smoothing)


def _speakers(division: Division, held_out: HeldOut, panel: Panel, said: Spoken) -> list[dict[str, Any]]:
    """Who spoke with what weight, and the held-out accuracy that each reaches alone."""
    counts = division.measured[held_out.places]
    truth = division.labels.targets[held_out.places[counts]]
    shares = {"network": said.network} | {m.name: m.share for m in said.experts.members}
    alone = held_out.log_probability[counts].argmax(2) == truth[:, None]
    return [
        {
            "name": name,
            "share": shares[name],
            "oa": round(float(alone[:, number].mean()), 4) if len(truth) else None,
        }
        for number, name in enumerate(("network", *panel.names))
        if name in shares
    ]


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


def _ask(task: Task, division: Division, kept: Fitted, panel: Panel) -> Operation[HeldOut]:
    """What network and experts say of labelled pixels that they did not see, round by round."""
    parts = [HeldOut.nothing(1 + len(panel.names), len(task.embeddings))]
    count = len(division.folds)
    for place, one in enumerate(division.rounds):
        start, middle, stop = np.minimum(1.0, (place + np.array([0, 0.95, 1])) / max(1, count))
        model = kept
        if one.fold != OUTER:
            fitting = scaled(fit(task, one.train), start, middle)
            model = yield from _folded(fitting, f"Held-out fold {place + 1} of {count}")
        places = np.flatnonzero(one.asked)
        probability = yield from scaled(score(task, model, places), middle, stop)
        said = np.concatenate([log_of(probability)[:, None], panel.answers(one.train, places)], 1)
        parts.append(HeldOut(places, said, np.full(len(places), one.fold)))
    return HeldOut.joined(parts)


def _folded(operation: Operation[_T], fold: str) -> Operation[_T]:
    """Report the steps of a fold as one step, since the curves belong to the model that is kept."""
    return mapped(operation, lambda p: Progress("held-out", p.fraction, f"{fold}: {p.step}"))


def _weigh(
    task: Task, classes: ClassSet, division: Division, held_out: HeldOut, panel: Panel
) -> Fused | None:
    """Network, experts and words together; None where the network as such is wanted.

    What is kept was learned from what the model that is kept has seen.
    """
    if not task.config.fusion.temperature:
        return None
    onlookers = Onlookers.of(panel, division)
    fused = fuse(task, classes, held_out, panel.shares, onlookers)
    if division.part is None:
        return fused
    seen = replace(task, labels=task.labels.only(division.kept))
    own = fuse(seen, classes, held_out.where(held_out.fold != OUTER), panel.shares, onlookers)
    return replace(fused, balance=own.balance)


def _measure(
    division: Division, classes: ClassSet, held_out: HeldOut, fused: Fused | None
) -> tuple[Accuracy | None, Accuracy | None]:
    """Accuracy of the held-out answers without the words' evidence, and with it."""
    counts = division.measured[held_out.places]
    if not counts.any():
        return None, None
    places, ids = held_out.places[counts], np.array(classes.ids, np.uint8)

    def measured(log_probability: FloatArray) -> Accuracy:
        scores = log_probability[counts]
        best, sure = scores.argmax(1), np.exp(scores.max(1))
        truth = ids[division.labels.targets[places]]
        return accuracy(truth, ids[best], classes, sure, division.units[places], division.unit)

    if fused is None:
        alone = measured(held_out.log_probability[:, 0])
        return alone, alone
    return measured(fused.wordless), measured(fused.held_out)
