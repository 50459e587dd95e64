"""Which of two models is better on the same held-out pixels, and whether chance alone explains it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import binomtest

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.results.intervals import UNITS, Interval, counted, paired

SURE = 0.05
"""A p value below is taken for a difference that chance alone hardly explains."""


@dataclass(frozen=True)
class PairedDifference:
    """How the answers of two models to the same held-out pixels differ.

    Attributes
    ----------
    both, first_only, second_only, neither : int
        Pixels that are answered right.
    p : float
        Of McNemar's exact test.  It takes pixels for independent, which neighbours are not, so it is
        rather too small where labels lie side by side.
    gain : float
        OA of the first minus that of the second.
    interval : (low, high), or None
        Of the gain, 95 % by a paired bootstrap over `blocks`; None with too few of them.
    blocks : int
    unit : str
        What the blocks are, in the plural.
    """

    both: int
    first_only: int
    second_only: int
    neither: int
    p: float
    gain: float
    interval: Interval | None
    blocks: int
    unit: str

    @property
    def count(self) -> int:
        """Pixels compared."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def is_sure(self) -> bool:
        """Whether chance alone hardly explains it: neither pixels nor blocks make it doubtful."""
        apart = self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)
        return self.p < SURE and apart

    def told(self, first: str, second: str) -> tuple[str, ...]:
        """Sentences for people: by how much, whether that is sure, and what it was counted from."""
        counts = tr(
            'Right in both: {both:,}; only in "{first}": {first_only:,}; only in "{second}": '
            "{second_only:,}; in neither: {neither:,}.",
            both=self.both,
            first=first,
            first_only=self.first_only,
            second=second,
            second_only=self.second_only,
            neither=self.neither,
        )
        if not self.first_only + self.second_only:
            return (
                tr(
                    'Of {count:,} held-out pixels, "{first}" and "{second}" get the same right.',
                    count=self.count,
                    first=first,
                    second=second,
                ),
                tr("No difference."),
                counts,
            )
        return (
            tr(
                'Of {count:,} held-out pixels, "{first}" gets {first_share} right, "{second}" '
                "{second_share}: {gain:+.1f} points ({range}).",
                count=self.count,
                first=first,
                first_share=per_cent((self.both + self.first_only) / self.count),
                second=second,
                second_share=per_cent((self.both + self.second_only) / self.count),
                gain=100 * self.gain,
                range=self._range(),
            ),
            tr("Chance alone hardly explains the difference.")
            if self.is_sure
            else tr("Chance alone may explain the difference."),
            counts,
            tr(
                "McNemar's exact test: p = {p}. It treats neighbouring pixels as independent; the interval "
                "draws whole {unit} instead.",
                p=p_text(self.p),
                unit=UNITS.get(self.unit, self.unit),
            ),
        )

    def _range(self) -> str:
        blocks = counted(self.blocks, self.unit)
        if self.interval is None:
            return plural(
                "{blocks} is too few for an interval",
                "{blocks} are too few for an interval",
                self.blocks,
                blocks=blocks,
            )
        low, high = (100 * bound for bound in self.interval)
        return tr("95 %: {low:+.1f} to {high:+.1f}, from {blocks}", low=low, high=high, blocks=blocks)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "count": self.count}


def p_text(p: float) -> str:
    """E.g. "0.032"; "below 0.0001"."""
    return tr("below 0.0001") if p < 1e-4 else f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def mcnemar(first_only: int, second_only: int) -> float:
    """The p value of McNemar's exact test, from the pixels that only one of two answers right.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12 (1947); exact by the binomial distribution.
    """
    if first_only + second_only == 0:
        return 1.0
    return float(binomtest(first_only, first_only + second_only, 0.5).pvalue)


def differing(first: HeldOutAnswers, second: HeldOutAnswers) -> str:
    """Why two models cannot be compared; "" where they answered the same pixels with the same labels."""
    mine, theirs = _asked(first), _asked(second)
    if mine == theirs:
        return ""
    shared = len(mine & theirs)
    return tr(
        "They were measured on different held-out pixels ({first:,} and {second:,}, of which "
        "{shared:,} are the same with the same label), so no test is possible. Train both on "
        "the same labels.",
        first=len(mine),
        second=len(theirs),
        shared=shared,
    )


def _asked(answers: HeldOutAnswers) -> set[tuple[object, int, int, int]]:
    """Cube, line, sample and label of all pixels."""
    rows = zip(answers.cube.tolist(), *answers.pixels.T.tolist(), answers.truth.tolist(), strict=True)
    return {(answers.cubes[cube], line, sample, truth) for cube, line, sample, truth in rows}


def _sorted(answers: HeldOutAnswers) -> HeldOutAnswers:
    """The same answers in the order of their cubes' names, which may be numbered in another way."""
    names = [(one.name, one.shape) for one in answers.cubes]
    rank = np.array([sorted(names).index(name) for name in names])
    order = np.lexsort((*answers.pixels.T[::-1], rank[answers.cube]))
    rows = ("cube", "pixels", "truth", "predicted", "confidence", "units")
    return replace(
        answers, probability=None, fold=None, **{name: getattr(answers, name)[order] for name in rows}
    )


def paired_difference(first: HeldOutAnswers, second: HeldOutAnswers) -> PairedDifference:
    """Compare two models that answered the same pixels (see :func:`differing`).

    Where they were held out in different blocks, the larger ones count.
    """
    first, second = _sorted(first), _sorted(second)
    one, other = first.predicted == first.truth, second.predicted == second.truth
    only, others_only = int(np.sum(one & ~other)), int(np.sum(other & ~one))
    drawn = min((first, second), key=lambda answers: len(np.unique(answers.units)))
    ids, truth = np.unique(first.truth, return_inverse=True)
    places = np.full(256, len(ids), np.int64)
    places[ids] = range(len(ids))
    mine, theirs = (places[some.predicted][None] for some in (first, second))
    intervals = paired(truth, mine, theirs, len(ids), drawn.units)
    return PairedDifference(
        int(np.sum(one & other)),
        only,
        others_only,
        int(np.sum(~one & ~other)),
        mcnemar(only, others_only),
        (only - others_only) / len(one),
        None if intervals is None else intervals[0],
        len(np.unique(drawn.units)),
        drawn.unit,
    )
