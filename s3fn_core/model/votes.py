"""Which patches of an object vote on its class, and how sure their vote is.

A patch is valid when it lies wholly on its object and holds no background.  The valid patches on
a grid of half a patch are judged; where that gives too few, the grid is made finer.  On objects
too small even for that, a patch counts whose centre lies on the object and of which a stated share
does.  An object that still has too few valid patches gets no class.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.model.dataset import Pixels
from s3fn_core.types import BoolArray


@checked(ModelError)
@dataclass(frozen=True)
class VoteRule:
    """How the patches of an object are chosen and counted.

    Attributes
    ----------
    minimum : int
        Fewer valid patches than that decide nothing (the paper asks for ten).
    most : int
        No more are judged; they are spread over the object.
    stride : int or None
        Pixels between patches to begin with, by default half a patch.
    least_share : float
        Share of a patch that must lie on an object which is too small for `minimum` whole patches.
    decide : {"model", "votes", "mean", "defect"}
        By what the model has learned of objects, to which the patches' mean probability belongs; where
        it has learned nothing of them, and with "votes", by the plurality of the patches' votes, ties
        going to the higher mean probability; or by the mean probability itself.  With "defect", an object
        is of the class `defect` when enough of its pixels are, else what the model says of the others.
    defect : int
        Id of that class.
    least : float or None
        So many pixels are enough, those that are most likely of that class: a share of the object below
        1, else their number.  None: 1 %.
    above : float or None
        Probability that they must have (by the mean of their log-odds).  None: what labelled objects let
        the model learn, else 0.5.
    """

    minimum: int = 10
    most: int = 64
    stride: int | None = None
    least_share: float = 0.5
    decide: Literal["model", "votes", "mean", "defect"] = "model"
    defect: int = 0
    least: float | None = None
    above: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= self.most:
            raise ModelError(
                "Objects cannot be judged by {minimum} to {most} patches; the minimum is 1 or more and "
                "not above the most.",
                minimum=self.minimum,
                most=self.most,
            )
        if not 0 < self.least_share <= 1 or (self.stride is not None and self.stride < 1):
            raise ModelError(
                "A share of {share} or a stride of {stride} pixels is not a rule for patches; use "
                "a share above 0 up to 1 and a stride of 1 or more.",
                share=self.least_share,
                stride=self.stride,
            )
        if (self.decide == "defect") != bool(self.defect):
            raise ModelError('A rule has the id of a defect where it decides by "defect", and only there.')
        if (self.least is not None and self.least <= 0) or not 0 < (self.above or 0.5) < 1:
            raise ModelError(
                "A defect of {least} of the pixels above a probability of {above} is not a rule; use a "
                "share or number above 0 and a probability between 0 and 1.",
                least=self.least,
                above=self.above,
            )


@dataclass(frozen=True, eq=False)
class Voters:
    """The patches that judge an object.

    Attributes
    ----------
    centres : array of int, shape (n, 2)
        (line, sample) in the object's box.
    stride : int
        Pixels between them, before they were thinned out to the most that are judged.
    share : float
        Least share of a patch that lies on the object.
    patch : int
        Side of a patch in pixels.
    """

    centres: Pixels
    stride: int
    share: float
    patch: int

    @property
    def independent(self) -> float:
        """How many patches would lie side by side on the area that these cover together.

        Patches that overlap are not independent witnesses.
        """
        if not len(self.centres):
            return 0.0
        corners = self.centres - self.centres.min(0)
        area = np.zeros(corners.max(0) + self.patch, bool)
        for line, sample in corners:
            area[line : line + self.patch, sample : sample + self.patch] = True
        return float(area.sum()) / self.patch**2


def choose_voters(mask: BoolArray, patch: int, rule: VoteRule) -> Voters:
    """The patches that judge an object; always the same ones.

    Parameters
    ----------
    mask : array of bool, shape (lines, samples)
        The pixels of the object that are not background, in a box around it.
    patch : int
        Side of a patch; it reaches patch // 2 pixels before its centre, (patch - 1) // 2 behind.
    """
    covered = _covered(mask, patch)
    voters = Voters(np.zeros((0, 2), np.int64), 1, 1.0, patch)
    for share in (1.0, rule.least_share):
        fitting = np.argwhere(mask & (covered >= share * patch**2))
        for stride in _strides(rule.stride or patch // 2):
            centres = _on_grid(fitting, stride)
            spread = np.linspace(0, len(centres) - 1, min(len(centres), rule.most))
            voters = Voters(centres[np.round(spread).astype(int)], stride, share, patch)
            if len(centres) >= rule.minimum:
                return voters
    return voters


def _covered(mask: BoolArray, patch: int) -> npt.NDArray[np.int64]:
    """Pixels of the object in the patch around every pixel, by an integral image."""
    before, behind = patch // 2, (patch - 1) // 2
    padded = np.pad(mask, ((before + 1, behind), (before + 1, behind))).astype(np.int64)
    total = padded.cumsum(0).cumsum(1)
    rows = total[patch:] - total[:-patch]
    counts: npt.NDArray[np.int64] = rows[:, patch:] - rows[:, :-patch]
    return counts


def _strides(first: int) -> Iterator[int]:
    """`first`, half of it, and so on down to 1."""
    while first > 1:
        yield first
        first //= 2
    yield 1


def _on_grid(places: Pixels, stride: int) -> Pixels:
    """The places on a grid through the one nearest to their middle."""
    if not len(places):
        return places
    middle = np.square(places - places.mean(0)).sum(1).argmin()
    on_grid: Pixels = places[((places - places[middle]) % stride == 0).all(1)]
    return on_grid


def wilson(share: float, count: float) -> tuple[float, float]:
    """95 % score interval of a share that was seen in `count` trials (not necessarily whole).

    Wilson, Probable inference, J. Am. Stat. Assoc. 22 (1927) 209.
    """
    if not count:
        return 0.0, 1.0
    z = float(norm.ppf(0.975))
    whole = 1 + z**2 / count
    middle = (share + z**2 / (2 * count)) / whole
    half = z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / whole
    return max(0.0, middle - half), min(1.0, middle + half)
