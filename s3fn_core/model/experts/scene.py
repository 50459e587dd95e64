"""Statistics of all pixels of a scene, labelled or not: what is common in it, and what is noise.

They come from some lines of every cube that is trained on.  No label is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.model.experts.bases import BASES, Base
from s3fn_core.model.preprocess import Bands, apply_bands, match_bands
from s3fn_core.types import FloatArray

Doubles = npt.NDArray[np.float64]

DEPTH = 30
"""Principal components that the noise is measured in."""
FLOOR = 0.03
"""Noise below that share of the mean is taken for that: rare directions are not blown up."""
MOST_PIXELS = 10_000
"""Pixels that are looked at, at most (a few more where cubes are many)."""
STRIP = 3
"""Lines that are read together: the middle one has all eight neighbours."""
STRIPS = 16
"""Of a wide cube so many strips are read, each of a part of its samples."""
NARROWEST = 64
"""Samples of a strip, at least."""
NARROW = 16
"""Of a cube of which only one strip is read."""


@dataclass(frozen=True, eq=False)
class BaseStatistics:
    """Of one base (see :mod:`~s3fn_core.model.experts.bases`) in the bands that count.

    Attributes
    ----------
    mean, std : array, shape (bands,)
    axes : array, shape (bands, depth)
        Of standardised values: directions in which the noise has variance 1 times a common factor,
        sorted by their signal, which is 1 in the strongest (minimum noise fraction, Green et al.,
        IEEE Trans. Geosci. Remote Sens. 26(1), 1988).
    noise : float
        That common factor.
    """

    mean: FloatArray
    std: FloatArray
    axes: FloatArray
    noise: float


@dataclass(frozen=True, eq=False)
class SceneStatistics:
    """Statistics of a scene for each base."""

    bases: dict[Base, BaseStatistics]

    @classmethod
    def of(cls, blocks: Iterable[FloatArray]) -> SceneStatistics | None:
        """From blocks of spectra (lines, samples, good bands), background 0; None where that is all."""
        kept = [block for block in blocks if valid_pixels(block).any()]
        if not kept:
            return None
        return cls({base: _statistics([look(block) for block in kept]) for base, look in BASES.items()})


class KeptStatistics:
    """The statistics of some cubes, kept for the next training on the same ones."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Cube, ...], Bands, SceneStatistics | None] | None = None

    def of(self, cubes: Iterable[Cube], bands: Bands) -> SceneStatistics | None:
        """What :meth:`SceneStatistics.of` gives for strips of the cubes."""
        cubes, kept = tuple(cubes), self._kept  # taken once: trainings in several threads may share it
        if kept is not None and kept[0] == cubes and kept[1].same(bands):
            return kept[2]
        found = SceneStatistics.of(blocks_of(cubes, bands))
        self._kept = (cubes, bands, found)
        return found


def blocks_of(cubes: Iterable[Cube], bands: Bands) -> Iterator[FloatArray]:
    """Strips spread over the cubes, shape (lines, samples, good bands); missing values 0."""
    cubes = list(cubes)
    share = MOST_PIXELS / max(1, len(cubes))
    for cube in cubes:
        matrix = match_bands(cube, bands)
        for lines, samples in _strips(cube, share):
            block = apply_bands(cube.window(lines, samples), matrix)
            yield np.ascontiguousarray(block[..., bands.good])
        release(cube.data)


def _strips(cube: Cube, pixels: float) -> Iterator[tuple[slice, slice]]:
    """Lines and samples: the whole cube where it is small, else strips of about so many pixels."""
    width = min(cube.samples, max(NARROWEST, int(pixels // (STRIP * STRIPS))))
    count = int(pixels // (STRIP * width))
    if count * STRIP >= cube.lines and width == cube.samples:
        yield slice(0, cube.lines), slice(0, cube.samples)
        return
    last, columns = max(0, cube.lines - STRIP), -(-cube.samples // width)
    if count < 2:  # of many cubes, in whose middle there is most likely something
        width = min(cube.samples, max(NARROW, int(pixels // STRIP)))
        left = (cube.samples - width) // 2
        yield slice(last // 2, last // 2 + STRIP), slice(left, left + width)
        return
    for number, first in enumerate(np.linspace(0, last, count).astype(int)):
        left = number % columns * (cube.samples - width) // max(1, columns - 1)
        yield slice(int(first), int(first) + STRIP), slice(left, left + width)


def _statistics(blocks: list[FloatArray]) -> BaseStatistics:
    measured = [valid_pixels(block) for block in blocks]
    spectra = np.concatenate([b[m] for b, m in zip(blocks, measured, strict=True)])
    differences = np.concatenate([_to_nearest(b, m) for b, m in zip(blocks, measured, strict=True)])
    return statistics_of(spectra, differences / np.sqrt(2))


def statistics_of(values: FloatArray, noise: Doubles | FloatArray) -> BaseStatistics:
    """Statistics of `values` (n, bands), of which differences such as `noise` (m, bands) say nothing."""
    mean, std = values.mean(0, dtype=np.float64), values.std(0, dtype=np.float64)
    std[std < 1e-8 * max(1.0, float(np.abs(mean).max()))] = 1  # a constant band says nothing
    standard, scatter = (values - mean) / std, noise / std
    signal = standard.T @ standard / len(standard)
    axes, common = _noise_axes(signal, scatter.T @ scatter / max(1, len(scatter)))
    return BaseStatistics(mean.astype(np.float32), std.astype(np.float32), axes, common)


def _to_nearest(block: FloatArray, measured: npt.NDArray[np.bool_]) -> Doubles:
    """Difference of every measured pixel to the one of its neighbours that is most like it, (n, bands).

    A neighbour of another class is seldom the nearest one, so that what sets classes apart does
    not count as noise.
    """
    lines, samples = measured.shape
    padded, known = np.pad(block, ((1, 1), (1, 1), (0, 0))), np.pad(measured, 1)
    nearest = np.full((lines, samples), np.inf, np.float32)
    difference = np.zeros(block.shape, np.float32)
    for down in range(3):
        for right in range(3):
            if (down, right) == (1, 1):
                continue
            place = (slice(down, down + lines), slice(right, right + samples))
            apart = block - padded[place]
            distance = np.where(known[place], np.einsum("lsb,lsb->ls", apart, apart), np.inf)
            nearer = distance < nearest
            nearest[nearer], difference[nearer] = distance[nearer], apart[nearer]
    found: Doubles = difference[measured & np.isfinite(nearest)].astype(np.float64)
    return found


def _noise_axes(signal: Doubles, noise: Doubles) -> tuple[FloatArray, float]:
    """Axes (bands, depth) that even the noise and its variance in them, from covariances (bands, bands)."""
    depth = min(DEPTH, len(signal))
    principal = np.linalg.eigh(signal)[1][:, ::-1][:, :depth]
    inside = principal.T @ noise @ principal
    least = FLOOR * np.trace(inside) / depth
    if least <= 0:  # no two pixels are neighbours, or all of them are the same
        inside, least = np.eye(depth), 0.0
    variance, direction = np.linalg.eigh(inside + least * np.eye(depth))
    even = principal @ (direction / np.sqrt(variance))
    strength, rotation = np.linalg.eigh(even.T @ signal @ even)
    strongest = max(float(strength[-1]), 1e-12)
    axes: FloatArray = (even @ rotation[:, ::-1] / np.sqrt(strongest)).astype(np.float32)
    return axes, 1 / strongest
