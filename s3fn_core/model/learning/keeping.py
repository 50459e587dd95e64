"""The model that is kept: its parts, and with what weight each of them speaks."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.learned import Learned
from s3fn_core.model.learning.division import Division
from s3fn_core.model.learning.fitting import Fitted, Task
from s3fn_core.model.learning.fusion import Fused, HeldOut
from s3fn_core.model.learning.onlookers import Onlookers
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.novelty import Novelty
from s3fn_core.model.word_classes import WordClasses
from s3fn_core.results.learning_curves import LearningCurves
from s3fn_core.words.encoder import LabelEmbeddings


@dataclass(frozen=True, eq=False)
class Spoken:
    """With what weight network, experts and words speak in the model that is kept.

    `claim` is what the words may claim for classes without labels.
    """

    network: float = 1.0
    words: float = 0.0
    claim: float = 0.0
    experts: Experts = field(default_factory=Experts)
    smoothing: float = 0.0

    @classmethod
    def of(cls, fused: Fused | None, names: Sequence[str], experts: Experts) -> Spoken:
        """The shares that were learned for the network and the experts called `names`."""
        if fused is None:
            return cls()
        network, *shares = fused.balance.shares
        words, claim = (fused.balance.weight, fused.balance.claim) if fused.spoken else (0.0, 0.0)
        return cls(network, words, claim, experts.weighed(dict(zip(names, shares, strict=True))))


@dataclass(frozen=True, eq=False)
class Course:
    """What is to be learned, from which labels, and by whom; ids of classes `unshown` by any label."""

    task: Task
    classes: ClassSet
    division: Division
    panel: Panel
    unshown: tuple[int, ...] = ()

    @cached_property
    def onlookers(self) -> Onlookers | None:
        """Unlabelled pixels, read once for all who ask them."""
        return Onlookers.of(self.panel, self.division)


@dataclass(frozen=True, eq=False)
class Pupil:
    """Network and experts that learned from the same pixels, and what these pixels have shown."""

    fitted: Fitted
    experts: Experts
    novelty: Novelty | None
    curves: LearningCurves


def kept_experts(course: Course) -> Experts:
    """Experts of the labels that are kept.

    Where only the projection is trained, nothing is held out to weigh them: those of before stay.
    """
    task, panel = course.task, course.panel
    if task.frozen and task.initial is not None and task.initial.experts.class_ids == panel.class_ids:
        return task.initial.experts
    return panel.fit(course.division.kept)


def kept_model(
    course: Course, pupil: Pupil, words: LabelEmbeddings, said: Spoken, metrics: Mapping[str, Any]
) -> S3FNModel:
    """The model of what `pupil` learned from the labels that are kept; `pupil` stays as it is."""
    task, network = course.task, copy.deepcopy(pupil.fitted.network).cpu()
    network.projection.calibrate(said.network)
    before = None if task.initial is None else task.initial.learned
    learned = Learned.of(task.labels.only(course.division.kept), before)
    return S3FNModel(
        network,
        task.config,
        course.classes,
        pupil.fitted.preprocess,
        words.encoder,
        said.words,
        metrics,
        learned,
        said.experts,
        said.smoothing,
        pupil.novelty,
        word_classes=WordClasses(course.unshown, said.claim),
        curves=pupil.curves.thinned,
    )


def members_record(
    course: Course, held_out: HeldOut, said: Spoken, fused: Fused | None = None
) -> list[dict[str, Any]]:
    """The members of the ensemble, their weights, and the held-out accuracy that each reaches alone.

    The words come last, where they expect something that can be measured.
    """
    division, names = course.division, course.panel.names
    counts = division.measured[held_out.places]
    truth = division.labels.targets[held_out.places[counts]]
    shares = {"network": said.network} | {m.name: m.share for m in said.experts.members}
    alone = held_out.log_probability[counts].argmax(2) == truth[:, None]
    right = {name: alone[:, number] for number, name in enumerate(("network", *names)) if name in shares}
    if fused is not None and fused.spoken:
        shares["words"] = said.words
        right["words"] = fused.words[held_out.places[counts]].argmax(1) == truth
    return [
        {"name": name, "share": shares[name], "oa": round(float(hits.mean()), 4) if len(truth) else None}
        for name, hits in right.items()
    ]
