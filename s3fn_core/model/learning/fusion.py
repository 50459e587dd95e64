"""How much the words' opinion and the network's count where they meet.

    score_y = calm * temperature * cos(z', e_y) + weight * log p_words(y)

Both factors are learned from labels that the network did not see.  What they are without such
labels depends on what the words say of the labelled pixels: words that tell the classes apart and
agree with the labels get much weight and hold a network back that has seen few labels; words that
say nothing, or that the labels contradict, get none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_softmax, softmax

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.dataset import spectra_by_line
from s3fn_core.model.evidence import DOUBT, clarity_of, scene_evidence
from s3fn_core.model.learning.fitting import Task
from s3fn_core.types import FloatArray

Numbers = npt.NDArray[np.int64]
PRIOR_TRUST = 0.9
"""Probability that words are about the classes they stand at, before any label was seen."""
FAINT = 0.1
"""Words that tell the classes apart by so many nats get half of the weight."""
CAUTION = 10.0
"""How far clear words hold back a network that has seen one label per class.

This and FAINT were chosen on Samson, EnMAP and the simulated scenes together."""
CALM = np.array([0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4])
CALM_SPREAD = 0.5
"""Of the logarithm of `calm` around what is expected of it."""
WEIGHTS = np.linspace(0.0, 2.5, 26)
WEIGHT_SPREAD = 0.3
MAX_HELD_OUT = 2000
"""Held-out pixels that the balance is learned from, at most."""


@dataclass(frozen=True)
class Balance:
    """How network and words are added.

    Attributes
    ----------
    calm : float
        Factor of the network's temperature, above 0.
    weight : float
        Of the words' log-probabilities, 0 or more.
    trust : float
        Probability that the words are about the classes they stand at.
    clarity : float
        How far the words tell the classes apart on the labelled pixels, in nats.
    """

    calm: float
    weight: float
    trust: float
    clarity: float


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What models say about labelled pixels that they did not see.

    Attributes
    ----------
    places : array of int, shape (n,)
        Which of the task's pixels.
    log_probability : array, shape (n, classes)
    fold : array of int, shape (n,)
    """

    places: Numbers
    log_probability: FloatArray
    fold: Numbers

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

    def where(self, mask: npt.NDArray[np.bool_]) -> HeldOut:
        return HeldOut(self.places[mask], self.log_probability[mask], self.fold[mask])


@dataclass(frozen=True, eq=False)
class Fused:
    """How network and words are added, and what that gives on the held-out pixels.

    What a fold is measured with was learned without that fold.

    Attributes
    ----------
    balance : Balance
    held_out : array, shape (n, classes)
        Log-probabilities.
    spoken : bool
        The words expect something that can be measured; else only the network was calibrated.
    """

    balance: Balance
    held_out: FloatArray
    spoken: bool


def fuse(task: Task, classes: ClassSet, held_out: HeldOut) -> Fused:
    """Learn how network and words are added from all labels, and measure it fold by fold."""
    words = _labelled_evidence(task, classes) if task.config.fusion.evidence else None
    spoken = words is not None
    if words is None:
        words = np.full((len(task.labels.targets), len(classes)), -np.log(len(classes)), np.float32)
    scene = Labelled(words, task.labels.targets, _cells(task))
    every = np.arange(len(task.labels.targets))
    fused = held_out.log_probability.copy()
    folds = np.unique(held_out.fold)
    for fold in folds:
        here = held_out.fold == fold
        others = np.setdiff1d(every, held_out.places[here])
        balance = learn_balance(scene, others, held_out.where(~here))
        fused[here] = add(balance, fused[here], words[held_out.places[here]])
    # With a single fold the balance that was measured is the one that is kept.
    kept = balance if len(folds) == 1 else learn_balance(scene, every, held_out)
    return Fused(kept, fused, spoken)


@dataclass(frozen=True, eq=False)
class Labelled:
    """The labelled pixels as the words see them.

    Attributes
    ----------
    words : array, shape (n, classes)
        Log-probabilities by the words.
    targets : array of int, shape (n,)
    cells : array of int, shape (n,)
        Pixels in one cell lie within a patch of each other: they count as one label.
    """

    words: FloatArray
    targets: Numbers
    cells: Numbers

    def shares(self, places: Numbers) -> FloatArray:
        """How much of a label each of `places` is, shape (n,): its part of those in its cell."""
        labels = np.stack([self.cells[places], self.targets[places]])
        _, number, size = np.unique(labels, axis=1, return_inverse=True, return_counts=True)
        share: FloatArray = (1 / size[number.reshape(-1)]).astype(np.float32)
        return share

    def per_class(self, places: Numbers) -> float:
        """Labels per class among `places`, at least one."""
        classes: int = self.words.shape[1]
        return max(1.0, float(self.shares(places).sum()) / classes)


def log_of(probability: FloatArray) -> FloatArray:
    """Logarithms of probabilities that may have been rounded to 0."""
    logs: FloatArray = np.log(np.maximum(probability, np.float32(1e-12)))
    return logs


def add(balance: Balance, network: FloatArray, words: FloatArray) -> FloatArray:
    """Log-probabilities (n, classes) of both together."""
    both: FloatArray = log_softmax(
        np.float32(balance.calm) * network + np.float32(balance.weight) * words, axis=1
    )
    return both


def learn_balance(scene: Labelled, seen: Numbers, held_out: HeldOut) -> Balance:
    """How network and words are added: what makes held-out labels most likely.

    Maximum a posteriori; what is expected follows from the labelled pixels `seen` alone.
    """
    words = scene.words[seen]
    trust = trust_in(words, scene.targets[seen], scene.shares(seen))
    clarity = clarity_of(words)
    expected_calm = 1 / (1 + CAUTION * clarity * trust / np.sqrt(scene.per_class(seen)))
    expected_weight = clarity / (clarity + FAINT)
    if not len(held_out.places):
        return Balance(expected_calm, trust * expected_weight, trust, clarity)
    some = np.linspace(0, len(held_out.places) - 1, MAX_HELD_OUT).astype(int)
    some = np.unique(some)
    places, network = held_out.places[some], held_out.log_probability[some]
    targets, shares = scene.targets[places], scene.shares(places)
    best, calm, weight = -np.inf, expected_calm, expected_weight
    for c in CALM:
        for w in WEIGHTS:
            fused = c * network + trust * w * scene.words[places]
            posterior = (
                _log_likelihood(softmax(fused, axis=1), targets, shares)
                - 0.5 * (np.log(c / expected_calm) / CALM_SPREAD) ** 2
                - 0.5 * ((w - expected_weight) / WEIGHT_SPREAD) ** 2
            )
            if posterior > best:
                best, calm, weight = posterior, float(c), float(w)
    return Balance(calm, trust * weight, trust, clarity)


def trust_in(words: FloatArray, targets: Numbers, shares: FloatArray) -> float:
    """Probability that the words are about the classes they stand at, given labelled pixels.

    Each pixel counts as its share of a label, since the pixels of a stroke are nearly copies.

    The words' own likelihood of the labels against that of a guess.  It needs no model, so it
    also notices wrong words where a model is so sure of the easy pixels that were labelled that
    the words would do their harm on the others only.
    """
    right = float(shares @ (words[np.arange(len(targets)), targets] + np.log(words.shape[1])))
    return float(expit(np.log(PRIOR_TRUST / (1 - PRIOR_TRUST)) + right))


def _log_likelihood(probability: FloatArray, targets: Numbers, shares: FloatArray) -> float:
    """Of the labels, where a share of DOUBT may be anything."""
    right = probability[np.arange(len(targets)), targets]
    return float(shares @ np.log((1 - DOUBT) * right + DOUBT / probability.shape[1]))


def _cells(task: Task) -> Numbers:
    """Number of the square, a patch wide, that each labelled pixel lies in."""
    squares = task.labels.pixels.copy()
    squares[:, 1:] //= task.config.patch
    return np.unique(squares, axis=0, return_inverse=True)[1].astype(np.int64).reshape(-1)


def _labelled_evidence(task: Task, classes: ClassSet) -> FloatArray | None:
    """Log-probabilities (n, classes) of the task's pixels by the words."""
    out = np.zeros((len(task.labels.pixels), len(classes)), np.float32)
    for number, item in enumerate(task.labels.data):
        scene = scene_evidence(classes, item.cube)
        if scene is None:
            return None
        here = np.flatnonzero(task.labels.pixels[:, 0] == number)
        for places, spectra in spectra_by_line(item.cube, task.labels.pixels[here, 1:]):
            out[here[places]] = scene(np.nan_to_num(spectra))
    return out
