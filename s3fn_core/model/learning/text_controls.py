"""Does the text matter?  One split of the labels, several seeds, all kinds of words.

Stage 1 knows no words, so every seed learns its backbones once, one for each held-out fold, and
looks at the held-out pixels once; for each kind of words only the projection is trained.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import torch

from s3fn_core.errors import LabelError, ModelError, WordsError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.experts.linear import log_of
from s3fn_core.model.kept_texts import told, why_unmeasured
from s3fn_core.model.learning.division import Division, divide
from s3fn_core.model.learning.fitting import Fitted, Stage1, Task, align, learn_features, look
from s3fn_core.model.learning.fusion import HeldOut, fuse
from s3fn_core.model.learning.onlookers import Onlookers
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.splits import Numbers, Round
from s3fn_core.model.learning.unshown import unshown_ids
from s3fn_core.model.learning.wordings import Wording, wordings
from s3fn_core.model.network.device import choose_device
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.results.comparing import Truth, WordsKind, compare
from s3fn_core.results.text_controls import TextControls, shown_title
from s3fn_core.types import FloatArray
from s3fn_core.words.encoder import LabelEmbeddings, encode_classes

_T = TypeVar("_T")
SEEDS = 5


def text_controls(
    data: Sequence[LabelledCube],
    classes: ClassSet,
    config: TrainConfig,
    *,
    seeds: int = SEEDS,
    device: str = "auto",
) -> Operation[TextControls]:
    """Measure what the descriptions bring on labels that the models did not see.

    What is held out is what ``training.train`` holds out with the same `config`.  The seeds start
    at the configuration's own; they change weights, batches and all that is random about the
    words, but not the split.

    Parameters
    ----------
    data : sequence of LabelledCube
    classes : ClassSet
    config : TrainConfig
        Whether its label embeddings are tuned does not matter: both are tried.
    seeds : int
        How many; at least 1.
    device : {"auto", "cpu", "cuda", "mps"}

    Raises
    ------
    LabelError
        Also when the labels cannot be divided into what is learned and what is held out.
    WordsError
        When no class has a description.
    """
    started, device = time.monotonic(), choose_device(device)
    if not any(c.text.strip() for c in classes):
        raise WordsError("No class has a description to test: write some first.")
    if config.network.kind == "none":
        raise ModelError(
            'The preset "{preset}" reads no text; choose one with a network.', preset=config.preset
        )
    yield Progress("prepare", 0.0, tr("Reading the labelled pixels"))
    labels = labelled_pixels(data, classes, config)
    unshown_ids(labels, classes, config)
    division = divide(labels, classes, config)
    if not division.rounds:
        raise LabelError(
            "Whether the text matters cannot be measured: {why}.", why=why_unmeasured(division.how)
        )
    unworded = np.zeros((len(classes), 1), np.float32)
    task = Task(division.labels, config, unworded, device, None)
    answers: dict[WordsKind, list[Numbers]] = {}
    titles: dict[str, str] = {}
    every = tuple(config.seed + number for number in range(max(1, seeds)))
    for number, seed in enumerate(every):
        asking = _told(
            _asked(task, division, classes, seed),
            tr("Seed {number} of {seeds}", number=number + 1, seeds=len(every)),
        )
        start, stop = number / len(every), (number + 1) / len(every)
        for wording, heard, ids in (yield from scaled(asking, 0.98 * start, 0.98 * stop)):
            titles[wording.name] = wording.title
            answers.setdefault((wording.name, heard), []).append(ids)
    yield Progress("compare", 0.98, tr("Comparing"))
    places = np.flatnonzero(division.measured)
    truth = Truth(division.labels.targets[places], division.units[places], len(classes))
    stacked = {kind: np.stack(ids) for kind, ids in answers.items()}
    comparing = scaled(compare(truth, stacked, titles), 0.98, 1.0)
    variants, words, expectations = yield from comparing
    return TextControls(
        variants,
        words,
        expectations,
        every,
        len(places),
        len(np.unique(truth.blocks)),
        division.unit,
        told(division.how),
        time.monotonic() - started,
        division.notes,
    )


def _asked(
    task: Task, division: Division, classes: ClassSet, seed: int
) -> Operation[list[tuple[Wording, bool, Numbers]]]:
    """Answers (n,) with all kinds of words, without and with their expectations."""
    looked, panel = [], Panel.of(task, classes.ids, division.kept)
    onlookers = Onlookers.of(panel, division)
    for one, start, stop in _shares(division.rounds, 0.0, 0.6):
        looked.append((yield from scaled(_look(task, one, seed, panel), start, stop)))
    fusion = task.config.fusion
    own = Wording("", "", classes)
    width = (yield from scaled(_vectors(task, own), 0.6, 0.6)).shape[1]
    found, spoken = [], False
    for wording, start, stop in _shares(wordings(classes, seed, width), 0.6, 1.0):
        work = _told(_answers(looked, wording), shown_title(wording.title))
        held_out = (yield from scaled(work, start, stop)).of_labelled(task.labels.targets)
        if not fusion.temperature:  # the network as such
            found.append((wording, False, _counted(division, held_out, held_out.log_probability[:, 0])))
            continue
        fused = fuse(task, wording.classes, held_out, panel.shares, onlookers)
        found.append((wording, False, _counted(division, held_out, fused.wordless)))
        if fusion.evidence and wording.described:
            spoken |= fused.spoken  # the descriptions as they are come first
            if spoken:
                found.append((wording, True, _counted(division, held_out, fused.held_out)))
    return found


def _counted(division: Division, held_out: HeldOut, scores: FloatArray) -> Numbers:
    """Class index (n,) that `scores` give each pixel that is measured."""
    counts = division.measured[held_out.places]
    order = np.argsort(held_out.places[counts])
    best: Numbers = scores[counts].argmax(1)[order]
    return best


@dataclass(frozen=True, eq=False)
class Looked:
    """What a backbone sees in pixels that it did not learn from, and what experts say of them.

    No word has been read yet.
    """

    task: Task
    features: Stage1
    seen: FloatArray
    experts: FloatArray
    places: Numbers
    fold: int


def _look(task: Task, one: Round, seed: int, panel: Panel) -> Operation[Looked]:
    """Stage 1, and what it makes of the pixels that are asked."""
    task = replace(task, config=task.config.with_(seed=seed))
    features = yield from scaled(learn_features(task, one.train), 0.0, 0.95)
    places = np.flatnonzero(one.asked)
    seen = yield from scaled(look(task, features, places), 0.95, 1.0)
    return Looked(task, features, seen, panel.answers(one.train, places), places, one.fold)


def _answers(looked: Sequence[Looked], wording: Wording) -> Operation[HeldOut]:
    """Stage 2 for one kind of words, and what it says of the pixels that are asked."""
    vectors = yield from scaled(_vectors(looked[0].task, wording), 0.0, 0.2)
    parts = []
    for one, start, stop in _shares(looked, 0.2, 1.0):
        config = one.task.config
        fusion = replace(config.fusion, labels="tuned" if wording.tuned else "text")
        task = replace(one.task, config=config.with_(fusion=fusion), embeddings=vectors)
        fitted = yield from scaled(align(task, one.features), start, stop)
        logs = _log_probability(fitted, one.seen)
        said = np.concatenate([logs[:, None], one.experts], 1)
        parts.append(HeldOut(one.places, said, np.full(len(one.places), one.fold)))
    return HeldOut.joined(parts)


@torch.inference_mode()
def _log_probability(fitted: Fitted, seen: FloatArray) -> FloatArray:
    projection = fitted.network.projection
    features = torch.from_numpy(seen).to(projection.linear.weight.device)
    probability = torch.softmax(projection(features), 1).cpu().numpy()
    return log_of(probability)


def _vectors(task: Task, wording: Wording) -> Operation[FloatArray]:
    """Label embeddings (classes, d) of one kind of words, as a training makes them."""
    fusion = task.config.fusion
    if wording.vectors is None:
        embedded = yield from encode_classes(
            wording.classes, encoder=fusion.encoder, pooling=fusion.pooling, device=task.device
        )
    else:
        none = (0,) * len(wording.classes)
        embedded = LabelEmbeddings(
            wording.classes.ids, wording.vectors, fusion.encoder, "", fusion.pooling, none, none
        )
    return embedded.unit(fusion.centre)


def _shares(things: Sequence[_T], start: float, stop: float) -> Iterator[tuple[_T, float, float]]:
    """Things to do one after the other, each with its part of the way from `start` to `stop`."""
    step = (stop - start) / max(1, len(things))
    for number, thing in enumerate(things):
        yield thing, start + number * step, start + (number + 1) * step


def _told(operation: Operation[_T], what: str) -> Operation[_T]:
    """Say what is done; the curves of so many models are not worth showing."""
    return mapped(operation, lambda p: Progress("controls", p.fraction, f"{what}: {p.message or p.step}"))
