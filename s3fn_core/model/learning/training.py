"""Training: one call from labelled cubes and described classes to a measured model.

    stage 1   backbone + classifier learn the classes from patches (cross-entropy)
    stage 2   backbone frozen, its features computed once; the projection learns to point
              them at the label embeddings of the class descriptions

In order: plan (division.py), teach all models and ask them about what they did not see (teaching.py;
one of them is fitting.py, its stages stages.py, the experts panel.py), weigh network, experts and
words (fusion.py), measure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.evidence import unheard, unproven
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.experts.scene import KeptStatistics
from s3fn_core.model.handling import Handling
from s3fn_core.model.learning.division import divide
from s3fn_core.model.learning.fitting import Stage1, Task, recovering
from s3fn_core.model.learning.fusion import Fused, HeldOut
from s3fn_core.model.learning.keeping import Course, Spoken, kept_experts, kept_model, members_record
from s3fn_core.model.learning.neighbours import learn_strength
from s3fn_core.model.learning.objects import NOTHING, learn_objects
from s3fn_core.model.learning.outlook import look_out
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.remarks import before_training, remarks, what_words_did
from s3fn_core.model.learning.teaching import teach, weigh
from s3fn_core.model.learning.unshown import unshown_ids, with_claims
from s3fn_core.model.network.device import choose_device, describe_device
from s3fn_core.model.word_classes import known_by_words
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.metrics import Accuracy
from s3fn_core.types import FloatArray
from s3fn_core.words.encoder import LabelEmbeddings
from s3fn_core.workers import one_blas_thread


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
    statistics: KeptStatistics | None = None,
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
    statistics : KeptStatistics, optional
        Where trainings of the same cubes keep what no label changes.

    Raises
    ------
    LabelError, ModelError, WordsError
    """
    started = time.monotonic()
    device = choose_device(device)
    yield Progress("prepare", 0.0, tr("Reading the labelled pixels"))
    config = config if initial is None else _continued(config, initial)
    labels = labelled_pixels(data, classes, config)
    unshown = unshown_ids(labels, classes, config)
    division = divide(labels, classes, config)
    before = before_training(labels, config, initial)
    yield Progress("prepare", 0.0, tr("Comparing descriptions with the labels"), notes=before)
    unworded = np.zeros((len(classes), 0), np.float32)
    task = Task(labels, config, unworded, device, initial, None, shared, frozen, statistics)
    task = task if resume is None else recovering(task, resume)  # known by the labels as they were given
    division = division.unmeasured() if frozen else division
    task = replace(task, labels=division.labels)

    with one_blas_thread():
        panel = Panel.of(task, classes.ids, division.kept)
        course = Course(task, classes, division, panel, unshown)
        taught = yield from scaled(teach(course, embeddings), 0.0, 0.95)
        yield Progress("words", 0.95, tr("Weighting network, experts and words"))
        fused = weigh(course, taught.held_out)
        if fused is not None:
            fused = with_claims(fused, taught.held_out, division, panel, classes, unshown)
        plain, answers = _answered(course, taught.held_out, fused)
        measured = None if answers is None else answers.accuracy(classes)
        whole = NOTHING
        if fused is not None and config.experts.objects:
            whole = learn_objects(task, classes.ids, division, taught.held_out, fused.held_out)
        said = yield from scaled(_spoken(course, fused), 0.95, 1.0)
        outlook = look_out(course, taught.held_out, fused, said, taught.kept.novelty)
    seconds = time.monotonic() - started
    metrics = {
        "held_out": None if measured is None else measured.to_json(),
        "without_expectations": None if plain is None else plain.to_json(),
        "speakers": members_record(course, taught.held_out, said, fused),
        "map_accuracy": None if outlook is None else outlook.to_json(),
        "objects": whole.metrics,
        "split": division.sentence,
        "words_only": list(unshown),
        "continued": initial is not None,
        "test_regions": any(item.test is not None for item in data),
        "device": describe_device(device),
        "seconds": round(seconds, 2),
    }
    model = kept_model(course, taught.kept, taught.words, said, metrics)
    kept_answers = None if answers is None else answers.kept
    handling = _handling(data, classes, initial)
    model = replace(model, objects=whole.model, answers=kept_answers, handling=handling)
    notes = (
        *division.notes,
        *remarks(classes, labels.targets, config, initial, frozen),
        *taught.kept.fitted.notes,
        *whole.notes(classes),
        *((known_by_words([classes[i].name for i in unshown]),) if unshown else ()),
    )
    notes += before if task.recovery is None else (*before, *task.recovery.notes)
    if fused is not None and not fused.spoken and config.fusion.evidence:
        notes += unheard(classes, (item.cube for item in data if item.labels.any()))
    if fused is not None and fused.spoken:
        notes += unproven(item.cube for item in data if item.labels.any())
        notes = (*notes, what_words_did(fused.balance, plain, measured))
    yield Progress("done", 1.0, tr("Done"))
    return TrainResult(model, measured, division.sentence, device, seconds, notes)


def _handling(data: Sequence[LabelledCube], classes: ClassSet, initial: S3FNModel | None) -> Handling:
    """That of the model of before, with the recipe of the labelled cubes."""
    before = Handling() if initial is None else initial.handling.of_classes(classes)
    recipe = next((item.recipe for item in data if item.recipe is not None), before.recipe)
    return replace(before, recipe=recipe)


def _spoken(course: Course, fused: Fused | None) -> Operation[Spoken]:
    """Network and experts of all labels, weighed as the held-out ones let it be.

    Where only the projection was trained, nothing was held out: the shares of before stay.
    """
    before, experts = course.task.initial, kept_experts(course)
    if fused is None:
        return Spoken()
    if before is not None and experts is before.experts:
        return _as_before(course, before, fused)
    said = Spoken.of(fused, course.panel.names, experts)
    if experts and course.task.config.experts.smoothing:
        shares = {member.name: member.share for member in said.experts.members}
        strength = yield from learn_strength(course.panel, course.division, shares)
        said = replace(said, smoothing=strength)
    return said


def _as_before(course: Course, before: S3FNModel, fused: Fused) -> Spoken:
    """What `before` had learned of its network and experts, with the words' new weight."""
    shares = (s["share"] for s in before.metrics.get("speakers", ()) if s["name"] == "network")
    network = next(shares, fused.balance.shares[0])
    said = Spoken.of(fused, course.panel.names, Experts())
    return replace(said, network=network, experts=before.experts, smoothing=before.smoothing)


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


def _answered(
    course: Course, held_out: HeldOut, fused: Fused | None
) -> tuple[Accuracy | None, HeldOutAnswers | None]:
    """The held-out answers, and the accuracy of those without the words' evidence."""
    division, classes = course.division, course.classes
    counts = division.measured[held_out.places]
    if not counts.any():
        return None, None

    def answers(log_probability: FloatArray) -> HeldOutAnswers:
        return division.answers(held_out.places[counts], log_probability[counts], classes.ids)

    if fused is None:
        alone = answers(held_out.log_probability[:, 0])
        return alone.accuracy(classes), alone
    return answers(fused.wordless).accuracy(classes), answers(fused.held_out)
