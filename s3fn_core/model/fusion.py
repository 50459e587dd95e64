"""What the words expect, added to what the network sees.

    logit_y = temperature * cos(z', e_y) + weight * evidence_y

The weight is learned from the labels there are, so that words which the labels contradict lose
their say; without labels it is what proved good on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_softmax, softmax

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.dataset import spectra_by_line
from s3fn_core.model.fitting import Task
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import Evidence, expectations

PRIOR_WEIGHT = 2.0
"""Weight where no label speaks for or against the words."""
PRIOR_SPREAD = 1.0
WEIGHTS = np.linspace(0.0, 3.0, 31)
PRIOR_TRUST = 0.9
"""Probability that words are about the classes they stand at, before any label was seen."""
OUTLIERS = 0.1
"""Share of pixels that even right words do not explain: mixed, shaded or mislabelled ones."""
SAMPLE_LINES = 32
"""Lines of a cube that its brightness is judged by."""


@dataclass(frozen=True)
class SceneEvidence:
    """Evidence of the words for the spectra of one cube, its brightness brought to theirs."""

    evidence: Evidence
    scale: float

    def __call__(self, spectra: FloatArray) -> FloatArray:
        """Evidence (..., classes) of spectra (..., bands)."""
        return self.evidence.of(spectra, self.scale)


def scene_evidence(classes: ClassSet, cube: Cube) -> SceneEvidence | None:
    """The words' evidence on `cube`; None where there are no wavelengths or no expectations.

    The brightness is calibrated on unlabelled pixels of some lines spread over the cube.
    """
    if cube.wavelengths is None:
        return None
    evidence = Evidence.on(expectations(classes), cube.wavelengths, cube.good_bands)
    if evidence is None:
        return None
    lines = np.unique(np.linspace(0, cube.lines - 1, SAMPLE_LINES).astype(int))
    sample = np.concatenate(
        [cube.window(slice(int(line), int(line) + 1), slice(None)) for line in lines], 1
    )
    spectra = np.nan_to_num(sample[valid_pixels(sample)])
    return SceneEvidence(evidence, evidence.scale(spectra)) if len(spectra) else None


def learn_weight(
    log_probability: FloatArray, evidence: FloatArray, targets: npt.NDArray[np.int64]
) -> float:
    """Weight of the evidence that makes held-out labels most likely.

    Maximum a posteriori under a normal prior around :data:`PRIOR_WEIGHT`.

    Parameters
    ----------
    log_probability : array, shape (n, classes)
        What a model says about labelled pixels that it did not see.
    evidence : array, shape (n, classes)
    targets : array of int, shape (n,)
    """
    posterior = [
        _log_likelihood(log_probability + w * evidence, targets)
        - 0.5 * ((w - PRIOR_WEIGHT) / PRIOR_SPREAD) ** 2
        for w in WEIGHTS
    ]
    return float(WEIGHTS[int(np.argmax(posterior))])


def trust(evidence: FloatArray, targets: npt.NDArray[np.int64]) -> float:
    """Probability that the words are about the classes they stand at, given labelled pixels.

    The words' own likelihood of the labels against that of a guess.  It needs no model, so it
    also notices wrong words where a model is so sure of the easy pixels that were labelled that
    the words would do their harm on the others only.
    """
    right = _log_likelihood(PRIOR_WEIGHT * evidence, targets)
    guessed = -len(targets) * np.log(evidence.shape[1])
    return float(expit(np.log(PRIOR_TRUST / (1 - PRIOR_TRUST)) + right - guessed))


def _log_likelihood(scores: FloatArray, targets: npt.NDArray[np.int64]) -> float:
    """Of the labels, where a share of :data:`OUTLIERS` may be anything."""
    probability = softmax(scores, axis=1)[np.arange(len(targets)), targets]
    return float(np.log((1 - OUTLIERS) * probability + OUTLIERS / scores.shape[1]).sum())


@dataclass(frozen=True)
class HeldOut:
    """What models say about labelled pixels that they did not see.

    Attributes
    ----------
    places : array of int, shape (n,)
        Which of the task's pixels.
    log_probability : array, shape (n, classes)
    fold : array of int, shape (n,)
    """

    places: npt.NDArray[np.int64]
    log_probability: FloatArray
    fold: npt.NDArray[np.int64]

    @classmethod
    def nothing(cls, classes: int) -> HeldOut:
        none = np.zeros(0, np.int64)
        return cls(none, np.zeros((0, classes), np.float32), none)

    @classmethod
    def joined(cls, parts: Sequence[HeldOut]) -> HeldOut:
        return cls(
            np.concatenate([p.places for p in parts]),
            np.concatenate([p.log_probability for p in parts]),
            np.concatenate([p.fold for p in parts]),
        )


@dataclass(frozen=True)
class Fused:
    """Weight of the evidence, and what the fused model says about the held-out pixels.

    The weight that a fold is measured with was learned without that fold.
    """

    weight: float
    held_out: FloatArray


def fuse(task: Task, classes: ClassSet, held_out: HeldOut) -> Fused | None:
    """Learn the weight of the words' evidence; None where the words expect nothing to measure.

    It is the trust in the words, from all labels, times the weight that helps a model most on
    labels that it did not see.
    """
    evidence = _labelled_evidence(task, classes)
    if evidence is None:
        return None
    logs, places = held_out.log_probability, held_out.places
    every = np.arange(len(task.targets))
    fused = logs.copy()
    folds = np.unique(held_out.fold)
    for fold in folds:
        here = held_out.fold == fold
        others = np.setdiff1d(every, places[here])
        weight = _weight(evidence, task.targets, others, logs[~here], places[~here])
        fused[here] += np.float32(weight) * evidence[places[here]]
    if len(folds) != 1:  # with a single fold the weight that was measured is the one that is kept
        weight = _weight(evidence, task.targets, every, logs, places)
    normalised: FloatArray = log_softmax(fused, axis=1)
    return Fused(weight, normalised)


def _weight(
    evidence: FloatArray,
    targets: npt.NDArray[np.int64],
    alone: npt.NDArray[np.int64],
    log_probability: FloatArray,
    places: npt.NDArray[np.int64],
) -> float:
    """Weight from the words alone on the pixels `alone`, and from a model's held-out answers."""
    believed = trust(evidence[alone], targets[alone])
    if not len(places):
        return believed * PRIOR_WEIGHT
    return believed * learn_weight(log_probability, evidence[places], targets[places])


def _labelled_evidence(task: Task, classes: ClassSet) -> FloatArray | None:
    """Evidence (n, classes) for the task's pixels."""
    out = np.zeros((len(task.pixels), len(classes)), np.float32)
    for number, item in enumerate(task.data):
        scene = scene_evidence(classes, item.cube)
        if scene is None:
            return None
        here = np.flatnonzero(task.pixels[:, 0] == number)
        for places, spectra in spectra_by_line(item.cube, task.pixels[here, 1:]):
            out[here[places]] = scene(np.nan_to_num(spectra))
    return out
