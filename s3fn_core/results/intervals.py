"""How sure an accuracy is: a bootstrap over blocks of pixels.

Neighbouring pixels are right or wrong together, so a thousand pixels of one field are one
observation rather than a thousand.  What is drawn again and again is therefore not pixels but
whatever is held out together: blocks of the scene, objects, cubes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from s3fn_core.languages import plural, tr

LEVEL = 0.95
MIN_BLOCKS = 5
"""With fewer blocks nothing can be said of how an accuracy varies between them."""
BLOCK_SIDE = 32
"""Side in pixels of the squares that stand for blocks where a split names none."""
RESAMPLES = 2000
ENOUGH = 0.8
"""Share of the draws in which kappa must be defined; a class that lies in a single block is
missing from a third of them, and what the rest say of kappa rests on that block."""
_PORTION = 2**23
"""Draws that are held in memory at a time."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Intervals:
    """Where the figures lie with 95 % confidence.

    Attributes
    ----------
    oa, aa, kappa : (low, high), or None
        None where a figure is the same however the blocks are drawn, but of OA where all pixels are
        right: then so many blocks without an error tell how rare one is at most.  Kappa needs two
        classes with ground truth; it has None where too many draws hold a single one.
    blocks : int
        How many blocks were drawn from.
    unit : str
        What they are, in the plural: blocks, objects, cubes.
    """

    oa: Interval | None
    aa: Interval | None
    kappa: Interval | None
    blocks: int
    unit: str = "blocks"

    def to_json(self) -> dict[str, Any]:
        """Plain values for a report, equal to what is read back."""
        known = {name: getattr(self, name) for name in ("oa", "aa", "kappa")}
        return {
            "level": LEVEL,
            "blocks": self.blocks,
            "unit": self.unit,
            **{name: interval and list(interval) for name, interval in known.items()},
        }


def square_blocks(pixels: npt.NDArray[np.integer], side: int = BLOCK_SIDE) -> npt.NDArray[np.int64]:
    """Number the squares of `side` pixels that cubes are cut into, shape (n,).

    Parameters
    ----------
    pixels : array of int, shape (n, 3)
        (cube number, line, sample).
    """
    square = pixels.copy()
    square[:, 1:] //= side
    numbers = np.unique(square, axis=0, return_inverse=True)[1]
    return np.asarray(numbers.reshape(-1), np.int64)


def bootstrap(
    truth: npt.NDArray[np.int64],
    predicted: npt.NDArray[np.int64],
    classes: int,
    blocks: npt.NDArray[np.integer],
    seed: int = 0,
    unit: str = "blocks",
) -> Intervals | None:
    """Percentile intervals of OA, AA and kappa; None with fewer than :data:`MIN_BLOCKS` blocks.

    The percentiles are expanded as Student's t is wider than the normal distribution, since with
    few blocks the plain ones are too narrow.  In simulations with very uneven blocks they hold the
    true value in 95 of 100 cases with 25 blocks, 91 with 10, 85 with 5.

    Source: Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician
    69 (2015), on the expanded percentile interval.

    Parameters
    ----------
    truth, predicted : arrays of int, shape (n,)
        Class indices; a prediction of `classes` or more is none of them.
    blocks : array of int, shape (n,)
        The block, object or cube of each pixel.
    unit : str
        Which of these they are.
    """
    number = np.unique(blocks, return_inverse=True)[1].reshape(-1)
    count = int(number.max(initial=-1)) + 1
    if count < MIN_BLOCKS:
        return None
    sums = _sums(truth, predicted, classes, number)
    rng = np.random.default_rng(seed)
    portion = max(1, _PORTION // count)
    figures = np.concatenate(
        [
            _figures(_drawn(sums, _times(count, min(portion, RESAMPLES - start), rng)))
            for start in range(0, RESAMPLES, portion)
        ],
        axis=1,
    )
    oa, aa, kappa = (_interval(figure, _tail(count)) for figure in figures)
    if oa is None and (truth == predicted).all():
        oa = clopper_pearson(1.0, count)
    return Intervals(oa, aa, kappa, count, unit)


UNITS = {
    "blocks": tr("blocks"),
    "cubes": tr("cubes"),
    "objects": tr("objects"),
    "objects and blocks": tr("objects and blocks"),
    "objects and cubes": tr("objects and cubes"),
}
"""What files call the blocks of a bootstrap, and how they are shown."""


def counted(count: int, unit: str) -> str:
    """E.g. "12 blocks", in the language in use; `unit` is what files call them, in the plural."""
    match unit:
        case "blocks":
            return plural("{count:,} block", "{count:,} blocks", count)
        case "cubes":
            return plural("{count:,} cube", "{count:,} cubes", count)
        case "objects":
            return plural("{count:,} object", "{count:,} objects", count)
        case "objects and blocks":
            return plural("{count:,} object or block", "{count:,} objects and blocks", count)
        case "objects and cubes":
            return plural("{count:,} object or cube", "{count:,} objects and cubes", count)
        case "pixels":
            return plural("{count:,} pixel", "{count:,} pixels", count)
        case "points":
            return plural("{count:,} point", "{count:,} points", count)
    return f"{count:,} {unit}"


def clopper_pearson(share: float, count: float) -> Interval:
    """Where a probability lies with 95 % confidence that was seen as `share` of `count` trials.

    Source: Clopper & Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of
    the Binomial", Biometrika 26 (1934).
    """
    tail, right = (1 - LEVEL) / 2, share * count
    low = float(scipy.stats.beta.ppf(tail, right, count - right + 1)) if right > 0 else 0.0
    high = float(scipy.stats.beta.ppf(1 - tail, right + 1, count - right)) if right < count else 1.0
    return low, high


def paired(
    truth: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    classes: int,
    blocks: npt.NDArray[np.integer],
    seed: int = 0,
) -> tuple[Interval | None, ...] | None:
    """Intervals of how much higher OA, AA and kappa are by the `first` answers than the `second`.

    Both answer for the same pixels in the same runs (seeds).  Blocks and runs are drawn with
    replacement, independently of each other, and every draw compares both on the same ones.
    That counts what varies over both twice, so the intervals are rather too wide than too narrow.
    None with fewer than :data:`MIN_BLOCKS` blocks.

    Source: Owen, "The pigeonhole bootstrap", The Annals of Applied Statistics 1 (2007).

    Parameters
    ----------
    truth : array of int, shape (n,)
        Class indices.
    first, second : arrays of int, shape (runs, n)
        A prediction of `classes` or more is none of them.
    blocks : array of int, shape (n,)
    """
    number = np.unique(blocks, return_inverse=True)[1].reshape(-1)
    count = int(number.max(initial=-1)) + 1
    if count < MIN_BLOCKS:
        return None
    sums = [[_sums(truth, run, classes, number) for run in runs] for runs in (first, second)]
    rng = np.random.default_rng(seed)
    portion = max(1, _PORTION // count)
    parts = []
    for start in range(0, RESAMPLES, portion):
        resamples = min(portion, RESAMPLES - start)
        times = _times(count, resamples, rng)
        runs = _times(len(first), resamples, rng) / len(first)
        ours, others = (np.stack([_figures(_drawn(s, times)) for s in run]) for run in sums)
        parts.append(np.einsum("rfd,dr->fd", ours - others, runs))
    figures = np.concatenate(parts, axis=1)
    return tuple(_interval(figure, _tail(count), constant=True) for figure in figures)


def figures(
    truth: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64], classes: int
) -> tuple[float, float, float]:
    """OA, AA and kappa of class indices (n,), as ``metrics.accuracy`` has them."""
    whole = _sums(truth, predicted, classes, np.zeros(len(truth), np.intp))
    oa, aa, kappa = _figures(whole)[:, 0].tolist()
    return oa, aa, kappa


def _tail(count: int) -> float:
    """Share of the draws on each side of an interval from `count` blocks."""
    special = scipy.special
    tail = special.ndtr(special.stdtrit(count - 1, (1 - LEVEL) / 2) * math.sqrt(count / (count - 1)))
    return float(tail)


def _sums(
    truth: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64], classes: int, unit: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Of each block the diagonal, row and column sums of its confusion matrix, (blocks, 3, K).

    The three figures need no more of it, and they add up over blocks.
    """
    count = int(unit.max()) + 1

    def tally(ids: npt.NDArray[np.int64], some: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        places = unit[some] * classes + ids[some]
        return np.bincount(places, minlength=count * classes).reshape(count, classes)

    every = np.ones(len(truth), bool)
    parts = tally(truth, truth == predicted), tally(truth, every), tally(predicted, predicted < classes)
    return np.stack(parts, axis=1).astype(np.float64)


def _times(count: int, resamples: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """How often each of `count` is drawn when `count` are, with replacement, (resamples, count)."""
    draws = rng.integers(0, count, (resamples, count)) + count * np.arange(resamples)[:, None]
    times = np.bincount(draws.ravel(), minlength=resamples * count)
    return times.reshape(resamples, count).astype(np.float64)


def _drawn(sums: npt.NDArray[np.float64], times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sums over the blocks that were drawn, (resamples, 3, K)."""
    drawn: npt.NDArray[np.float64] = times @ sums.reshape(len(sums), -1)
    return drawn.reshape(len(times), *sums.shape[1:])


def _figures(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """OA, AA and kappa of each resample, shape (3, resamples); NaN where undefined.

    With a single class in the ground truth kappa would be 0 whatever is right: it says nothing.
    """
    hits, rows, columns = sums[:, 0], sums[:, 1], sums[:, 2]
    total = rows.sum(1)
    present = rows > 0
    recall = np.divide(hits, rows, out=np.zeros_like(hits), where=present)
    oa = hits.sum(1) / total
    chance = (rows * columns).sum(1) / total**2
    several = present.sum(1) > 1
    kappa = np.divide(oa - chance, 1 - chance, out=np.full_like(oa, np.nan), where=several)
    return np.stack([oa, recall.sum(1) / present.sum(1), kappa])


def _interval(figure: npt.NDArray[np.float64], tail: float, constant: bool = False) -> Interval | None:
    """Between two tails of the draws; None where they are all the same, unless `constant`."""
    defined = figure[np.isfinite(figure)]
    if defined.size < ENOUGH * figure.size or (np.ptp(defined) < 1e-12 and not constant):
        return None
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
