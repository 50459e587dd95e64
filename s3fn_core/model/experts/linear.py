"""Experts that are trained: one matrix each, whatever it was learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import log_softmax, logsumexp

from s3fn_core.cubes.cube import valid_pixels
from s3fn_core.model.experts.bases import BASES, Base, window_mean
from s3fn_core.types import FloatArray


@dataclass(frozen=True, eq=False)
class LinearExpert:
    """Scores of the classes that are linear in the mean of a base over a window.

    Attributes
    ----------
    name : str
    base : {"reflectance", "shape", "spread", "texture"}
    window : int
        Side of the neighbourhood in pixels; 1 is the pixel itself, 0 the object it lies on.
    weights : array of float32, shape (good bands, classes)
    bias : array of float32, shape (classes,)
    share : float
        Weight of its log-probabilities in the sum of all experts.
    """

    name: str
    base: Base
    window: int
    weights: FloatArray
    bias: FloatArray
    share: float = 1.0

    def log_probability(self, means: FloatArray) -> FloatArray:
        """Log-probabilities (n, classes) of means (n, good bands) of its base over its window."""
        logs: FloatArray = log_softmax(means @ self.weights + self.bias, axis=-1)
        return logs


@dataclass(frozen=True, eq=False)
class Experts:
    """The experts of a model; none of them where `members` is empty.

    Attributes
    ----------
    members : tuple of LinearExpert
    class_ids : tuple of int
        The classes they know, in the order of their scores.
    """

    members: tuple[LinearExpert, ...] = ()
    class_ids: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.members)

    @property
    def reach(self) -> int:
        """Pixels on each side of a pixel that they look at."""
        return max((member.window // 2 for member in self.members), default=0)

    def weighed(self, shares: Mapping[str, float]) -> Experts:
        """The same experts with the shares that stand at their names."""
        return replace(self, members=tuple(replace(m, share=shares[m.name]) for m in self.members))

    def scores(self, block: FloatArray) -> FloatArray:
        """What they say together, up to a constant for each pixel.

        Parameters
        ----------
        block : array, shape (lines + 2 reach, samples + 2 reach, good bands)
            Missing values and background 0.

        Returns
        -------
        array of float32, shape (lines, samples, classes)
        """
        lines, samples = (size - 2 * self.reach for size in block.shape[:2])
        total = np.zeros((lines, samples, len(self.class_ids)), np.float32)
        measured = valid_pixels(block)
        for base, look in BASES.items():
            members = [m for m in self.members if m.base == base and m.share]
            if not members:
                continue
            values = look(block)
            for window in sorted({m.window for m in members}):
                alike = [m for m in members if m.window == window]
                weights = np.sum([m.share * m.weights for m in alike], axis=0, dtype=np.float32)
                bias = np.sum([m.share * m.bias for m in alike], axis=0, dtype=np.float32)
                trim = self.reach - window // 2
                inner = (slice(trim, trim + lines + window - 1), slice(trim, trim + samples + window - 1))
                # The mean of products is the product of the mean, and there are fewer classes than bands.
                total += window_mean(values[inner] @ weights, measured[inner], window) + bias
        return total


def log_of(probability: FloatArray) -> FloatArray:
    """Logarithms of probabilities that may have been rounded to 0."""
    logs: FloatArray = np.log(np.maximum(probability, np.float32(1e-12)))
    return logs


def for_classes(scores: FloatArray, known: tuple[int, ...], wanted: tuple[int, ...]) -> FloatArray:
    """Scores (..., known classes) as scores (..., wanted classes).

    A class that the experts were not trained on gets the mean probability of the others: they can
    say neither that it is there nor that it is not.
    """
    if known == wanted:
        return scores
    columns = [known.index(i) if i in known else -1 for i in wanted]
    undecided = logsumexp(scores, axis=-1, keepdims=True) - np.log(len(known))
    extended: FloatArray = np.concatenate([scores, undecided], axis=-1, dtype=np.float32)[..., columns]
    return extended
