"""Teaching: text encoder, the model that is kept and those of the folds, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import torch

from s3fn_core.languages import tr
from s3fn_core.model.experts.linear import log_of
from s3fn_core.model.kept_texts import NOT_YET
from s3fn_core.model.learning.division import OUTER
from s3fn_core.model.learning.fitting import Fitted, Task, align, features_of, score
from s3fn_core.model.learning.fusion import Fused, HeldOut, fuse
from s3fn_core.model.learning.keeping import Course, Pupil, Spoken, kept_experts, kept_model, members_record
from s3fn_core.model.learning.neighbours import EXPECTED
from s3fn_core.model.learning.splits import Round
from s3fn_core.model.network.device import beside_threads_alone, compute_alone
from s3fn_core.progress import Operation, Progress, mapped, scaled
from s3fn_core.results.learning_curves import LearningCurves
from s3fn_core.words.encoder import LabelEmbeddings, encode_classes
from s3fn_core.workers import Later, side_by_side

_T = TypeVar("_T")


def weigh(course: Course, held_out: HeldOut) -> Fused | None:
    """Network, experts and words together; None where the network as such is wanted.

    What is kept was learned from what the model that is kept has seen.
    """
    task, division, shares = course.task, course.division, course.panel.shares
    if not task.config.fusion.temperature:
        return None
    fused = fuse(task, course.classes, held_out, shares, course.onlookers)
    if division.part is None:
        return fused
    seen = replace(task, labels=task.labels.only(division.kept))
    own = fuse(seen, course.classes, held_out.where(held_out.fold != OUTER), shares, course.onlookers)
    return replace(fused, balance=own.balance)


@dataclass(frozen=True, eq=False)
class Taught:
    """What a course comes to before its members are weighed.

    Attributes
    ----------
    words : LabelEmbeddings
    kept : Pupil
    held_out : HeldOut
        What network and experts say of labelled pixels that they did not see.
    """

    words: LabelEmbeddings
    kept: Pupil
    held_out: HeldOut


def teach(course: Course, embeddings: LabelEmbeddings | None) -> Operation[Taught]:
    """Teach all models of a course, on a CPU as many at once as it has cores.

    As soon as the model that is kept is there, a report has it as ``early``, its members weighed
    as they are before any label is held out.
    """
    words: Later[LabelEmbeddings] = Later()
    operations: list[Operation[Any]] = [
        words.of(_embed(course, embeddings)),
        _keep(course, words),
        *(_fold(course, words, place) for place in range(len(course.division.folds))),
    ]
    work = side_by_side(operations, _workers(course.task), reporter=1, prepare=compute_alone)
    with beside_threads_alone():
        embedded, kept, *folds = yield from scaled(work, 0.0, 0.98)
    parts = [HeldOut.nothing(1 + len(course.panel.names), len(course.classes)), *folds]
    for one in course.division.rounds:
        if one.fold == OUTER:
            parts.append((yield from scaled(_answers(course, kept.fitted, one), 0.98, 1.0)))
    held_out = HeldOut.joined(parts).of_labelled(course.division.labels.targets)
    return Taught(embedded, kept, held_out)


def _workers(task: Task) -> int:
    """How many models are learned at once; those whose layers keep all cores busy come in turn."""
    alone = task.device != "cpu" or task.config.network.kind == "cnn3d"
    return 1 if alone else torch.get_num_threads()


def _embed(course: Course, embeddings: LabelEmbeddings | None) -> Operation[LabelEmbeddings]:
    if embeddings is not None:
        return embeddings
    fusion = course.task.config.fusion
    return (
        yield from encode_classes(
            course.classes, encoder=fusion.encoder, pooling=fusion.pooling, device=course.task.device
        )
    )


def _worded(task: Task, words: LabelEmbeddings) -> Task:
    return replace(task, embeddings=words.unit(task.config.fusion.centre))


def _keep(course: Course, words: Later[LabelEmbeddings]) -> Operation[Pupil]:
    """The model that is kept."""
    task, kept = course.task, course.division.kept
    curves = LearningCurves()
    features = yield from curves.following(scaled(features_of(task, kept), 0.0, 0.9))
    fitted = yield from curves.following(scaled(align(_worded(task, words.get()), features), 0.9, 0.98))
    pupil = Pupil(fitted, kept_experts(course), course.panel.novelty(kept), curves)
    if course.division.folds:
        early = _early(course, pupil, words.get())
        yield Progress("kept", 1.0, tr("Measuring its accuracy"), early=early)
    return pupil


def _early(course: Course, pupil: Pupil, words: LabelEmbeddings) -> object:
    """The model before any label is held out."""
    nothing = HeldOut.nothing(1 + len(course.panel.names), len(course.classes))
    fused = weigh(course, nothing)
    said = Spoken.of(fused, course.panel.names, pupil.experts)
    if pupil.experts and course.task.config.experts.smoothing:
        said = replace(said, smoothing=EXPECTED)
    metrics = {"held_out": None, "speakers": members_record(course, nothing, said, fused), "split": NOT_YET}
    return kept_model(course, pupil, words, said, metrics)


def _fold(course: Course, words: Later[LabelEmbeddings], place: int) -> Operation[HeldOut]:
    """A model of a fold's own, and what it says of the pixels that it did not see."""
    one = course.division.folds[place]
    told = tr("Held-out fold {number} of {folds}", number=place + 1, folds=len(course.division.folds))
    return (yield from _folded(_held_out(course, words, one), told))


def _held_out(course: Course, words: Later[LabelEmbeddings], one: Round) -> Operation[HeldOut]:
    features = yield from scaled(features_of(course.task, one.train), 0.0, 0.85)
    task = _worded(course.task, words.get())
    fitted = yield from scaled(align(task, features), 0.85, 0.95)
    return (yield from scaled(_answers(course, fitted, one), 0.95, 1.0))


def _folded(operation: Operation[_T], fold: str) -> Operation[_T]:
    """Report the steps of a fold as one step, since the curves belong to the model that is kept."""
    return mapped(operation, lambda p: Progress("held-out", p.fraction, f"{fold}: {p.message or p.step}"))


def _answers(course: Course, fitted: Fitted, one: Round) -> Operation[HeldOut]:
    """What network and experts say of the pixels that a round asks."""
    places = np.flatnonzero(one.asked)
    probability = yield from score(course.task, fitted, places)
    said = np.concatenate([log_of(probability)[:, None], course.panel.answers(one.train, places)], axis=1)
    return HeldOut(places, said, np.full(len(places), one.fold))
