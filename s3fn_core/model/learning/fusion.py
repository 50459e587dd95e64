"""How much network, experts and words count where they meet.

    score_y = sum of share * log p_member(y)  +  weight * log p_words(y)

The members besides the words are the network and the classical experts.  All factors are learned
from labels that no member saw.  What they are without such labels depends on what the words say of
the labelled pixels: words that tell the classes apart and agree with them get much weight and hold
back members that have seen few labels; words that say nothing, or that the labels contradict, get none.
So do words that see other classes in the unlabelled pixels than the experts (``onlookers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.evidence import DOUBT, clarity_of
from s3fn_core.model.learning.division import OUTER
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.heard import Labelled, cells_of, evidence_at, prior_trust
from s3fn_core.model.learning.onlookers import Onlookers
from s3fn_core.types import FloatArray

Numbers = npt.NDArray[np.int64]
FAINT = 0.3
"""Words that tell the classes apart by so many nats get half of the weight."""
CAUTION = 10.0
"""How far clear words hold back members that have seen one label per class.

This and FAINT were chosen on Samson, EnMAP (random tiles) and the simulated fruit, with right words, those
of other classes, and random spectra."""
NETWORK_SHARE = 0.5
"""Of the network, beside experts; without experts it is 1."""
SHARE_SPREAD = 0.3
"""How far a share may be from what is expected of it (standard deviation)."""
WEIGHT_SPREAD = 0.3
MIN_SHARE, MAX_SHARE = 1e-3, 3.0
SILENT = -30.0
"""Log-probability of a class that a member knows nothing of."""
MAX_HELD_OUT = 2000
"""Held-out pixels that the balance is learned from, at most."""


@dataclass(frozen=True)
class Balance:
    """How members and words are added.

    Attributes
    ----------
    shares : tuple of float
        Factor of each member's log-probabilities, 0 or more; the network comes first.
    weight : float
        Of the words' log-probabilities, 0 or more.
    trust : float
        Probability that the words are about the classes they stand at.
    clarity : float
        How far the words tell the classes apart on the labelled pixels, in nats.
    """

    shares: tuple[float, ...]
    weight: float
    trust: float
    clarity: float

    @property
    def claim(self) -> float:
        """Probability that words are to be believed where they claim a pixel for a class without labels."""
        return self.trust * _heard(self.clarity)

    @property
    def wordless(self) -> Balance:
        """The same members without the words."""
        return replace(self, weight=0.0)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What members say about labelled pixels that they did not see.

    Attributes
    ----------
    places : array of int, shape (n,)
        Which of the task's pixels.
    log_probability : array, shape (n, members, classes)
    fold : array of int, shape (n,)
    """

    places: Numbers
    log_probability: FloatArray
    fold: Numbers

    @classmethod
    def nothing(cls, members: int, classes: int) -> HeldOut:
        none = np.zeros(0, np.int64)
        return cls(none, np.zeros((0, members, classes), np.float32), none)

    @classmethod
    def joined(cls, parts: Sequence[HeldOut]) -> HeldOut:
        return cls(
            np.concatenate([p.places for p in parts]),
            np.concatenate([p.log_probability for p in parts]),
            np.concatenate([p.fold for p in parts]),
        )

    def of_labelled(self, targets: Numbers) -> HeldOut:
        """The same where nobody speaks for a class that `targets` lack, which no member has seen."""
        logs = self.log_probability.copy()
        logs[..., np.setdiff1d(np.arange(logs.shape[-1]), targets)] = SILENT
        return replace(self, log_probability=logs)

    def where(self, mask: npt.NDArray[np.bool_]) -> HeldOut:
        return HeldOut(self.places[mask], self.log_probability[mask], self.fold[mask])


@dataclass(frozen=True, eq=False)
class Fused:
    """How members and words are added, and what that gives on the held-out pixels.

    What a fold is measured with was learned without that fold.

    Attributes
    ----------
    balance : Balance
    held_out : array, shape (n, classes)
        Log-probabilities.
    wordless : array, shape (n, classes)
        Log-probabilities of the same members without the words.
    spoken : bool
        The words expect something that can be measured.
    words : array, shape (labelled pixels, classes)
        Log-probabilities of the task's pixels by the words.
    claims : dict from fold to float
        See :attr:`Balance.claim`.
    """

    balance: Balance
    held_out: FloatArray
    wordless: FloatArray
    spoken: bool
    words: FloatArray
    claims: dict[int, float]


def fuse(
    task: Task,
    classes: ClassSet,
    held_out: HeldOut,
    experts: Sequence[float] = (),
    onlookers: Onlookers | None = None,
) -> Fused:
    """Learn how members and words are added from all labels, and measure it fold by fold.

    Parameters
    ----------
    held_out : HeldOut
    experts : sequence of float
        Share of each expert before any label is held out; the network comes before them.
    onlookers : Onlookers, optional
        Unlabelled pixels that tell whether experts and words agree.
    """
    words = evidence_at(task.labels, classes) if task.config.fusion.evidence else None
    spoken = words is not None
    if words is None:
        words = np.full((len(task.labels.targets), len(classes)), -np.log(len(classes)), np.float32)
    heard = None if onlookers is None or not spoken else evidence_at(onlookers.pixels, classes)
    cells, prior = cells_of(task), prior_trust(task.labels)

    def scene_of(fold: int) -> Labelled:
        agreement = 0.0 if onlookers is None or heard is None else onlookers.agreement(heard, fold)
        return Labelled(words, task.labels.targets, cells, agreement, prior)

    expected = np.array([NETWORK_SHARE if experts else 1.0, *experts])
    every = np.arange(len(task.labels.targets))
    fused = np.empty((len(held_out.places), len(classes)), np.float32)
    wordless = fused.copy()
    folds, claims = np.unique(held_out.fold), dict[int, float]()
    for fold in folds:
        here = held_out.fold == fold
        others = np.setdiff1d(every, held_out.places[here])
        balance = learn_balance(scene_of(int(fold)), others, held_out.where(~here), expected)
        claims[int(fold)] = balance.claim
        said = held_out.log_probability[here], words[held_out.places[here]]
        fused[here], wordless[here] = add(balance, *said), add(balance.wordless, *said)
    # With a single fold the balance that was measured is the one that is kept.
    kept = balance if len(folds) == 1 else learn_balance(scene_of(OUTER), every, held_out, expected)
    return Fused(kept, fused, wordless, spoken, words, claims)


def add(balance: Balance, members: FloatArray, words: FloatArray) -> FloatArray:
    """Log-probabilities (n, classes) of members (n, members, classes) and words (n, classes)."""
    shares = np.array(balance.shares, np.float32)
    both: FloatArray = log_softmax(
        np.einsum("s,nsk->nk", shares, members) + np.float32(balance.weight) * words, axis=1
    )
    return both


def learn_balance(scene: Labelled, seen: Numbers, held_out: HeldOut, expected: FloatArray) -> Balance:
    """How members and words are added: what makes held-out labels most likely.

    Maximum a posteriori around what the labelled pixels `seen` let expect.

    Parameters
    ----------
    expected : array, shape (members,)
        Shares before any label is held out and where words say nothing.
    """
    words = scene.words[seen]
    trust = scene.trust(seen)
    clarity = clarity_of(words)
    held_back = 1 / (1 + CAUTION * clarity**2 * trust / np.sqrt(scene.per_class(seen)))
    expected = np.append(expected * held_back, _heard(clarity))
    if not len(held_out.places):
        return Balance(tuple(expected[:-1].tolist()), trust * float(expected[-1]), trust, clarity)
    some = np.unique(np.linspace(0, len(held_out.places) - 1, MAX_HELD_OUT).astype(int))
    places = held_out.places[some]
    said = np.concatenate([held_out.log_probability[some], trust * scene.words[places][:, None]], 1)
    spread = np.append(np.full(len(expected) - 1, SHARE_SPREAD), WEIGHT_SPREAD)
    found = most_likely(said, scene.targets[places], scene.shares(places), expected, spread)
    return Balance(tuple(found[:-1].tolist()), trust * float(found[-1]), trust, clarity)


def _heard(clarity: float) -> float:
    """Weight of words that tell the classes apart by `clarity` nats, if they can be trusted."""
    return clarity**2 / (clarity**2 + FAINT**2)


def most_likely(
    said: FloatArray, targets: Numbers, shares: FloatArray, expected: FloatArray, spread: FloatArray
) -> FloatArray:
    """Factors (m,) of log-probabilities (n, m, classes) that make the targets (n,) most likely.

    A share of DOUBT of the labels may be anything.  Each pixel counts as its share (n,) of a label.
    """
    said = said.astype(np.float64)
    rows, count = np.arange(len(targets)), said.shape[2]
    of_target = said[rows, :, targets]

    def loss(factors: FloatArray) -> tuple[float, FloatArray]:
        probability = np.exp(log_softmax(np.einsum("m,nmk->nk", factors, said), axis=1))
        right = (1 - DOUBT) * probability[rows, targets]
        likely = right + DOUBT / count
        pull = of_target - np.einsum("nk,nmk->nm", probability, said)
        away = (factors - expected) / spread
        value = 0.5 * away @ away - shares @ np.log(likely)
        return float(value), away / spread - (shares * right / likely) @ pull

    limits = [(MIN_SHARE, MAX_SHARE)] * len(expected)
    best: FloatArray = minimize(loss, expected, jac=True, bounds=limits, method="L-BFGS-B").x
    return best
