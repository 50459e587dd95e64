"""What words say of labelled pixels, and how far they are to be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.dataset import LabelledPixels, spectra_by_line
from s3fn_core.model.evidence import scene_evidence
from s3fn_core.model.learning.fitting import Task
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.types import FloatArray

PRIOR_TRUST = 0.9
"""Probability that words are about the classes they stand at, before any label was seen."""
UNPROVEN_TRUST = 0.01
"""The same where values are not reflectance, which is what words state."""
WITNESSES = 8.0
"""All onlookers together count as so many labels; chosen as the constants of the balance are."""


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
    agreement : float
        How well words and experts agree on unlabelled pixels, in nats; 0 where nobody looked.
    prior : float
        Trust in the words before any pixel is looked at.
    """

    words: FloatArray
    targets: Numbers
    cells: Numbers
    agreement: float = 0.0
    prior: float = PRIOR_TRUST

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

    def trust(self, places: Numbers) -> float:
        """Probability that the words are about the classes they stand at, given the labels at `places`.

        Each pixel counts as its share of a label, since the pixels of a stroke are nearly copies.

        The words' own likelihood of the labels against that of a guess.  It needs no model, so it
        also notices wrong words where a model is so sure of the easy pixels that were labelled that
        the words would do their harm on the others only.  The onlookers count as some labels more;
        where trust has to be earned they may only object.
        """
        seen = self.agreement if self.prior >= PRIOR_TRUST else min(0.0, self.agreement)
        said = self.words[places, self.targets[places]] + np.log(self.words.shape[1])
        right = float(self.shares(places) @ said) + WITNESSES * seen
        return float(expit(logit(self.prior) + right))


def prior_trust(labels: LabelledPixels) -> float:
    """Trust in the words before any pixel is looked at."""
    return PRIOR_TRUST if all(is_reflectance(item.cube) for item in labels.data) else UNPROVEN_TRUST


def cells_of(task: Task) -> Numbers:
    """Number of the square, a patch wide, that each labelled pixel lies in."""
    squares = task.labels.pixels.copy()
    squares[:, 1:] //= task.config.patch
    return np.unique(squares, axis=0, return_inverse=True)[1].astype(np.int64).reshape(-1)


def evidence_at(labels: LabelledPixels, classes: ClassSet) -> FloatArray | None:
    """Log-probabilities (n, classes) of pixels by the words; None where they say nothing of a cube."""
    out = np.zeros((len(labels), len(classes)), np.float32)
    for number, item in enumerate(labels.data):
        scene = scene_evidence(classes, item.cube)
        if scene is None:
            return None
        here = np.flatnonzero(labels.pixels[:, 0] == number)
        if len(here):
            for places, spectra in spectra_by_line(item.cube, labels.pixels[here, 1:]):
                out[here[places]] = scene(np.nan_to_num(spectra))
    return out
