"""The balance of members as a property of what they say, whoever they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax

from s3fn_core.model.evidence import DOUBT
from s3fn_core.model.learning.fusion import HeldOut, add, learn_balance
from s3fn_core.model.learning.heard import Labelled

NOISE = 0.01
"""Nats per label that the prior may cost."""


def likelihood(held_out: HeldOut, targets: np.ndarray, shares: np.ndarray) -> float:
    """Mean log-likelihood of the labels with the balance that they teach."""
    count = held_out.log_probability.shape[2]
    words = np.full((len(targets), count), -np.log(count), np.float32)
    every = np.arange(len(targets))
    balance = learn_balance(Labelled(words, targets, every), every, held_out, shares)
    right = np.exp(add(balance, held_out.log_probability, words))[every, targets]
    return float(np.log((1 - DOUBT) * right + DOUBT / count).mean())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), classes=st.integers(2, 6), members=st.integers(2, 5))
def test_leaving_a_member_out_never_makes_held_out_labels_likelier(
    seed: int, classes: int, members: int
) -> None:
    """Good, useless and harmful ones: the labels tell them apart."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, classes, 600)
    truth = np.eye(classes)[targets]
    said = []
    for _ in range(members):
        skill, noise = rng.uniform(-2, 3), rng.uniform(0, 2)
        said.append(log_softmax(skill * truth + noise * rng.normal(size=truth.shape), axis=1))
    logs = np.stack(said, 1).astype(np.float32)
    shares = rng.uniform(0.1, 0.6, members)

    def of(some: list[int]) -> float:
        held_out = HeldOut(np.arange(600), logs[:, some], np.arange(600) % 4)
        return likelihood(held_out, targets, shares[some])

    everybody = of(list(range(members)))
    for one in range(members):
        assert everybody >= of([k for k in range(members) if k != one]) - NOISE
