"""Where the features of every pixel point in the space of the texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from s3fn_core.cubes.pages import release
from s3fn_core.languages import tr
from s3fn_core.model.applying.features import Features
from s3fn_core.model.applying.storage import scratch
from s3fn_core.model.network.modules import Projection
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray

STRIP_PIXELS = 2**15
"""Pixels that are scored at once: some tens of megabytes, a few hundredths of a second."""


@dataclass(frozen=True, eq=False)
class Directions:
    """Where z' points at every pixel, up to the one product that the label embeddings bring.

    With z' = W z + b, the product e . z' is (e W) . z + e . b: the features, which are there
    already, do for all of z' but its length.  Where a ReLU bends z', it is kept as it is.

    Attributes
    ----------
    values : array of float32, shape (lines, samples, width)
        The features, or z' behind a ReLU.
    length : array of float32, shape (lines, samples)
        Of z'.
    weight, bias : Tensor
        The projection they belong to.
    bent : bool
    """

    values: FloatArray
    length: FloatArray
    weight: Tensor
    bias: Tensor
    bent: bool

    def belong_to(self, projection: Projection) -> bool:
        """Whether they are those of `projection`, whatever its label embeddings are."""
        linear = projection.linear
        return torch.equal(linear.weight, self.weight) and torch.equal(linear.bias, self.bias)

    def towards(self, projection: Projection) -> Scores:
        """Scores of the label embeddings of `projection`."""
        temperature = projection.log_temperature.detach().cpu().exp()
        return self.along(projection.labels.detach().cpu() * temperature)

    def along(self, vectors: Tensor) -> Scores:
        """Products of z' / |z'| with vectors (n, d) of the space of the texts."""
        if self.bent:
            return Scores(self, vectors, torch.zeros(len(vectors)))
        return Scores(self, vectors @ self.weight, vectors @ self.bias)


@dataclass(frozen=True, eq=False)
class Scores:
    """Products of z' / |z'| with some vectors: the temperature times the cosine, for classes."""

    directions: Directions
    weight: Tensor
    bias: Tensor

    def __call__(self, strip: slice) -> Tensor:
        """Of some lines, shape (lines, samples, vectors)."""
        values = tensor_of(self.directions.values[strip])
        scores = torch.addmm(self.bias, values.flatten(0, 1), self.weight.T)
        scores = scores.view(*values.shape[:2], -1)
        return scores / tensor_of(self.directions.length[strip])[..., None]


@torch.no_grad()
def point(features: Features, projection: Projection, memory: int) -> Operation[Directions]:
    """Run the projection over the features of a whole cube."""
    weight, bias = (p.detach().clone().cpu() for p in projection.linear.parameters())
    length = scratch(features.measured.shape, np.float32, memory)
    values = features.values
    if projection.relu:
        values = scratch((*features.measured.shape, len(bias)), np.float32, memory)
    for strip, progress in strips_of(features, wide=len(bias)):
        yield progress
        projected = torch.nn.functional.linear(tensor_of(features.values[strip]), weight, bias)
        if projection.relu:
            values[strip] = projected.relu_().numpy()
        length[strip] = projected.norm(dim=-1).clamp_min_(1e-12).numpy()
        release(values)
    return Directions(values, length, weight, bias, projection.relu)


def strips_of(features: Features, wide: int = 1) -> Iterator[tuple[slice, Progress]]:
    """Lines of a cube, some at a time, with what to report; fewer where a pixel is `wide`."""
    lines, samples = features.measured.shape
    height = max(1, STRIP_PIXELS // samples // max(1, wide // 256))
    for top in range(0, lines, height):
        yield slice(top, top + height), Progress("rescore", top / lines, tr("Line {number}", number=top + 1))
        release(features.values)


def tensor_of(values: FloatArray) -> Tensor:
    """A tensor on the values, or on a copy where they are read-only."""
    return torch.from_numpy(values if values.flags.writeable else values.copy())
