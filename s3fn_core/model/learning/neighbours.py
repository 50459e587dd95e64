"""How strongly neighbours that look alike should have a say, by labels that were held out.

A smoothed map of every fold would cost as much as the trainings.  Instead, the experts of a fold
look at what surrounds some of its held-out pixels; the network is left out of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import softmax

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.languages import tr
from s3fn_core.model.dataset import read_mirrored
from s3fn_core.model.evidence import DOUBT
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.learning.division import Division
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.model.smoothing import Likeness, edges_of, smooth
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray
from s3fn_core.workers import side_by_side

Doubles = npt.NDArray[np.float64]

STRENGTHS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
EXPECTED = 1.0
"""Strength before any label is held out."""
SPREAD = 1.0
"""Of its logarithm (standard deviation).  0 counts as half of the smallest other strength."""
AROUND = 12
"""Pixels around a held-out pixel that are looked at."""
MOST = 120
"""Held-out pixels that are looked at, spread over the folds."""


def learn_strength(panel: Panel, division: Division, shares: dict[str, float]) -> Operation[float]:
    """The strength of the smoothing that makes held-out labels most likely.

    Parameters
    ----------
    shares : dict
        Weight of each expert by name.
    """
    experts = [panel.fit(one.train).weighed(shares) for one in division.folds]
    folds = [
        _likelihoods(panel, own, one.asked, MOST // len(division.folds))
        for own, one in zip(experts, division.folds, strict=True)
        if own.members
    ]
    likelihoods = yield from side_by_side(folds, torch.get_num_threads())
    positive = np.maximum(STRENGTHS, STRENGTHS[1] / 2)
    prior = -0.5 * np.square(np.log(positive / EXPECTED) / SPREAD)
    return STRENGTHS[int(np.argmax(sum(likelihoods, prior)))]


def _likelihoods(panel: Panel, experts: Experts, held_out: BoolArray, most: int) -> Operation[Doubles]:
    """Log-likelihood with each strength of the labels of `most` pixels that were held out."""
    labels, total, done = panel.task.labels, np.zeros(len(STRENGTHS)), 0
    asked = np.flatnonzero(held_out)
    asked = asked[np.unique(np.linspace(0, len(asked) - 1, most).astype(int))]
    seen = panel.seen
    assert seen is not None
    for number in np.unique(labels.pixels[asked, 0]):
        cube = labels.data[number].cube
        likeness, matrix = Likeness.of(cube), match_bands(cube, seen.bands)
        reach = AROUND + experts.reach
        inner = (slice(experts.reach, -experts.reach or None),) * 2
        for place in asked[labels.pixels[asked, 0] == number]:
            line, sample = labels.pixels[place, 1:]
            raw = np.nan_to_num(
                read_mirrored(cube, line - reach, sample - reach, 2 * reach + 1, 2 * reach + 1)
            )
            block = np.ascontiguousarray(apply_bands(raw, matrix)[..., seen.bands.good])
            measured = valid_pixels(block[inner])
            probability = softmax(experts.scores(block), axis=-1) * measured[..., None]
            edges = edges_of(likeness.coordinates(raw[inner]), measured)
            for index, strength in enumerate(STRENGTHS):
                smoothed = smooth(probability, edges, strength)
                right = smoothed[AROUND, AROUND, labels.targets[place]]
                total[index] += np.log((1 - DOUBT) * right + DOUBT / probability.shape[-1])
            done += 1
            yield Progress("neighbours", done / len(asked), tr("Smoothing the held-out pixels"))
    return total
