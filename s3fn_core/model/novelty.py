"""How far spectra lie from all that the labels have shown, so that what is unknown can be told.

The distance is that to the nearest labelled pixel in axes in which the noise of the scene is even
(:mod:`~s3fn_core.model.experts.scene`), of the spectrum and of its shape together.  On the scenes
that constants were chosen on it tells pixels of a class that was left out of the labels better than
Mahalanobis distances to the classes, such distances relative to the whole scene, and what lies
outside of the span of the labels.

It is given in units of a threshold: labelled pixels that were held out lie above 1 in about 2 % of
all cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from s3fn_core.languages import tr
from s3fn_core.model.experts.bases import BASES, Base
from s3fn_core.model.experts.scene import SceneStatistics
from s3fn_core.quoting import per_cent
from s3fn_core.types import FloatArray

Numbers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

FALSE_ALARMS = 0.02
"""Share of held-out labelled pixels that lie above the threshold."""
WORTH_SAYING = 0.05
"""Share of a map above the threshold from which on the user is told."""
MOST = 512
"""Labelled pixels that spectra are compared with, at most."""
MOST_HELD_OUT = 2000
"""Labelled pixels whose distance to the others is measured, at most."""
PORTION = 2**11
"""Spectra that are compared at once, few enough for the processor's cache."""

EXPECTED, SLOPE = 1.5, -0.35
"""Logarithm of the squared distance over that of the noise for one label a class, and how it changes
with the logarithm of their number."""
SPREAD = 0.75
"""Standard deviation of that logarithm among the pixels of a scene."""
SURE_OF_MEAN, SURE_OF_SPREAD = 3, 8
"""Held-out pixels that these expectations weigh as much as."""
ENOUGH = 50
"""Held-out pixels from which on their own 98th percentile weighs more than that of the distribution."""
SMALLEST = 0.02
"""Squared distances below that share of the noise are those of copies."""


@dataclass(frozen=True, eq=False)
class Novelty:
    """Distance to the nearest of some labelled pixels.

    Attributes
    ----------
    axes : dict from base to array of float32, shape (good bands, depth)
        To be multiplied with the base of a spectrum.
    centre : array of float32, shape (depth of all bases together,)
        Of the labelled pixels, which is taken off: numbers stay small.
    shown : array of float32, shape (m, depth of all bases together)
        Coordinates of the labelled pixels.
    """

    axes: dict[Base, FloatArray]
    centre: FloatArray
    shown: FloatArray

    def __call__(self, spectra: FloatArray) -> FloatArray:
        """Novelty of spectra (..., good bands), missing values 0, shape (...).

        It is a distance in units of the threshold: what lies above 1 is unlike anything labelled.
        """
        flat = spectra.reshape(-1, spectra.shape[-1])
        novelty = np.empty(len(flat), np.float32)
        for start in range(0, len(flat), PORTION):
            part = slice(start, start + PORTION)
            here = coordinates(self.axes, flat[part]) - self.centre
            novelty[part] = np.sqrt(_least(here, self.shown))
        return novelty.reshape(spectra.shape[:-1])


def remark(share: float | None) -> tuple[str, ...]:
    """What to say of a map of which that share of the pixels lies above 1."""
    if share is None or share < WORTH_SAYING:
        return ()
    return (
        tr(
            "{share} of the map is unlike anything that was labelled, so its classes are guesses "
            "there. The map of novelty shows where (above 1): label some pixels there.",
            share=per_cent(share, 0),
        ),
    )


def fit_novelty(labelled: FloatArray, targets: Numbers, units: Numbers, scene: SceneStatistics) -> Novelty:
    """Learn from labelled pixels what is known.

    Parameters
    ----------
    labelled : array, shape (n, good bands)
        Spectra, missing values 0.
    targets : array of int, shape (n,)
        Class index of each.
    units : array of int, shape (n,)
        Object or block of each.  How far a pixel lies from others is told by those of other units.
    scene : SceneStatistics
    """
    axes = {base: one.axes / one.std[:, None] for base, one in scene.bases.items()}
    found = coordinates(axes, labelled)
    centre = found.mean(0)
    known = found - centre
    shown = _spread(known, MOST)
    apart = _held_out(known, shown, targets, units)
    noise = 2 * sum(one.noise * one.axes.shape[1] for one in scene.bases.values())
    scale = np.float32(1 / _threshold(apart, targets, noise))
    axes = {base: part * scale for base, part in axes.items()}
    return Novelty(axes, centre * scale, known[shown] * scale)


def coordinates(axes: dict[Base, FloatArray], spectra: FloatArray) -> FloatArray:
    """Of spectra (n, good bands) in the axes of every base, side by side, (n, depth of all)."""
    return np.concatenate([BASES[base](spectra) @ part for base, part in axes.items()], axis=1)


def _squared(some: FloatArray, others: FloatArray) -> FloatArray:
    """Squared distances (n, m)."""
    products = some @ others.T
    both = np.einsum("nd,nd->n", some, some)[:, None] + np.einsum("md,md->m", others, others)
    distances: FloatArray = np.maximum(both - 2 * products, 0)
    return distances


def _least(some: FloatArray, others: FloatArray) -> FloatArray:
    """The smallest of the squared distances to the others, (n,): one product for all that depends on both."""
    squares = np.einsum("md,md->m", others, others)
    products = np.pad(some, ((0, 0), (0, 1)), constant_values=1) @ np.vstack([-2 * others.T, squares])
    nearest: FloatArray = np.maximum(products.min(1) + np.einsum("nd,nd->n", some, some), 0)
    return nearest


def _spread(known: FloatArray, most: int) -> Numbers:
    """Places of at most so many pixels (n, depth) that all others are near to.

    Each is the one that is farthest from those before (Gonzalez, Theor. Comput. Sci. 38, 1985).
    """
    chosen = [int(np.einsum("nd,nd->n", known, known).argmin())]
    distance = _squared(known, known[chosen])[:, 0]
    while len(chosen) < most and distance.max() > 0:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, _squared(known, known[chosen[-1:]])[:, 0])
        distance[chosen] = 0
    return np.array(chosen)


def _held_out(known: FloatArray, shown: Numbers, targets: Numbers, units: Numbers) -> Doubles:
    """Squared distance of labelled pixels to the nearest that is shown of another unit.

    Only of classes with two labelled pixels: what a single one is like, no other tells.  Where all
    of a class lies in one unit, single pixels are held out.
    """
    many, spread = np.bincount(targets) > 1, np.zeros(targets.max() + 1, bool)
    for k in np.flatnonzero(many):
        spread[k] = len(np.unique(units[targets == k])) > 1
    asked = np.flatnonzero(many[targets])
    asked = asked[np.unique(np.linspace(0, len(asked) - 1, min(len(asked), MOST_HELD_OUT)).astype(int))]
    distance = _squared(known[asked], known[shown]).astype(np.float64)
    together = (units[asked, None] == units[shown]) & spread[targets[asked], None]
    distance[together | (asked[:, None] == shown)] = np.inf
    nearest: Doubles = distance.min(1, initial=np.inf)
    found: Doubles = nearest[np.isfinite(nearest)]
    return found


def _threshold(apart: Doubles, targets: Numbers, noise: float) -> float:
    """Distance that a held-out labelled pixel exceeds with the probability of a false alarm.

    Logarithms of squared distances are taken as normally distributed; their mean and spread are
    estimated from held-out pixels and from what is expected of any scene (normal-inverse-gamma
    prior; the predictive distribution is Student's).  With many held-out pixels their own
    percentile takes over.

    Parameters
    ----------
    apart : array, shape (m,)
        Squared distances of held-out pixels; may be empty.
    targets : array of int, shape (n,)
        Class index of all labelled pixels.
    noise : float
        Squared distance of two pixels that differ by noise.
    """
    each = np.bincount(targets)
    expected = math.log(noise) + EXPECTED + SLOPE * np.log(each[each > 0]).mean()
    logs = np.log(np.maximum(apart, SMALLEST * noise))
    count, sure = len(logs), SURE_OF_MEAN + len(logs)
    freedom = SURE_OF_SPREAD + count
    mean = (SURE_OF_MEAN * expected + logs.sum()) / sure
    squares = SURE_OF_SPREAD * SPREAD**2
    if count:
        away = logs.mean() - expected
        squares += np.square(logs - logs.mean()).sum() + SURE_OF_MEAN * count / sure * away**2
    width = student.ppf(1 - FALSE_ALARMS, freedom) * math.sqrt(squares / freedom * (1 + 1 / sure))
    above = mean + width
    if count:
        own = np.quantile(logs, 1 - FALSE_ALARMS)
        above += (own - above) * count / (count + ENOUGH)
    return float(math.exp(above / 2))
