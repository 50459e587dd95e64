"""What a training tells the user besides its figures."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.learning.fusion import Balance
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.results.metrics import Accuracy

NEGLIGIBLE = 0.05
"""Weight of the words below which they are said to have none."""
DISTRUST = 0.1
"""Probability of being right below which the words are said to contradict the labels."""


def remarks(
    classes: ClassSet, targets: Numbers, config: TrainConfig, initial: S3FNModel | None, frozen: bool
) -> tuple[str, ...]:
    """What else the user should know of the labels and words."""
    notes = []
    silent = [c.name for c in classes if not c.text.strip()]
    if silent:
        notes.append(f"Without a description, known by name only: {', '.join(silent)}.")
    if np.bincount(targets).max() > config.per_class:
        notes.append(f"At most {config.per_class} labelled pixels of each class are trained on.")
    if initial is not None and not frozen:
        notes.append(
            "Continued from a model that may have seen the held-out labels: the accuracy can be too high."
        )
    return tuple(notes)


def what_words_did(balance: Balance, plain: Accuracy | None, measured: Accuracy | None) -> str:
    """The gain of the expected spectra, measured and never assumed."""
    if balance.trust < DISTRUST:
        return "The labels contradict the spectra that the descriptions expect: they got no weight."
    if balance.weight < NEGLIGIBLE:
        return (
            "The spectra that the descriptions expect do not tell the classes of this scene apart: "
            "they got no weight."
        )
    weighed = f"The spectra that the descriptions expect have weight {balance.weight:.1f}"
    if plain is None or measured is None:
        return f"{weighed}; what that brings could not be measured."
    return (
        f"{weighed}: held-out accuracy {100 * measured.oa:.1f} % with them, {100 * plain.oa:.1f} % without."
    )
