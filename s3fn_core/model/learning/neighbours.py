"""How strongly neighbours that look alike should have a say, by labels that were held out.

A smoothed map of every fold would cost as much as the trainings.  Instead, the experts of a fold
look at what surrounds some of its held-out pixels; the network is left out of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.model.dataset import read_mirrored
from s3fn_core.model.evidence import DOUBT
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.learning.division import Division
from s3fn_core.model.learning.panel import Panel
from s3fn_core.model.learning.splits import Numbers
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.model.smoothing import Likeness, edges_of, smooth
from s3fn_core.progress import Operation, Progress

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
    likelihood = np.zeros(len(STRENGTHS))
    for number, one in enumerate(division.folds):
        yield Progress("neighbours", number / len(division.folds), "Asking neighbours of held-out pixels")
        asked = np.flatnonzero(one.asked)
        asked = asked[np.unique(np.linspace(0, len(asked) - 1, MOST // len(division.folds)).astype(int))]
        experts = panel.fit(one.train).weighed(shares)
        if experts.members:
            likelihood += _likelihoods(panel, experts, asked)
    positive = np.maximum(STRENGTHS, STRENGTHS[1] / 2)
    prior = -0.5 * np.square(np.log(positive / EXPECTED) / SPREAD)
    return STRENGTHS[int(np.argmax(likelihood + prior))]


def _likelihoods(panel: Panel, experts: Experts, asked: Numbers) -> Doubles:
    """Log-likelihood of the labels of the pixels `asked` with each strength."""
    labels, total = panel.task.labels, np.zeros(len(STRENGTHS))
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
    return total
