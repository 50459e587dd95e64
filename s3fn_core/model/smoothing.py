"""Neighbours that look alike have a say in each other's class.

Probabilities P become the solution of (I + strength L) P' = P, with L the Laplacian of the graph
of the eight neighbours.  An edge weighs exp(-d2 / typical d2), d being the distance of the spectra
in standardised principal components, so that nothing is carried over an edge of the image.

The solution is approached by a fixed number of Chebyshev steps (Golub & Varga, Numer. Math. 3,
1961).  Each looks one pixel farther, so that a part of the image with that many pixels around it
gives exactly what the whole image gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.windows import sample_of
from s3fn_core.types import BoolArray, FloatArray

COMPONENTS = 10
NEIGHBOURS = 8
PRECISION = 0.01
"""Of the probabilities, at most."""
WORDS_ALONE = 1.0
"""Strength for a map that rests on words alone, where nothing is held out to choose it by."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """Coordinates in which the spectra of one cube are compared.

    Attributes
    ----------
    bands : array of bool, shape (cube bands,)
    mean : array, shape (good bands,)
    axes : array, shape (good bands, components)
        A typical squared distance of neighbours in them is 1.
    """

    bands: BoolArray
    mean: FloatArray
    axes: FloatArray

    @classmethod
    def of(cls, cube: Cube, sample: FloatArray | None = None) -> Likeness:
        """From some lines spread over the cube, or from the `sample` of them that was read before."""
        sample = (sample_of(cube) if sample is None else sample)[:, cube.good_bands]
        enough = len(sample) > 1
        spectra = sample.astype(np.float64) if enough else np.zeros((2, sample.shape[1]))
        mean, std = spectra.mean(0), spectra.std(0)
        std[std < 1e-8 * max(1.0, float(np.abs(mean).max()))] = 1
        standard = (spectra - mean) / std
        variance, directions = np.linalg.eigh(standard.T @ standard / len(standard))
        kept = slice(-1, -1 - COMPONENTS, -1)
        axes = directions[:, kept] / np.sqrt(np.maximum(variance[kept], 1e-9))
        # Pixels that follow each other in the sample are neighbours, but at the ends of its lines.
        apart = np.square(np.diff(standard @ axes, axis=0)).sum(1)
        axes = axes / np.sqrt(max(float(np.median(apart)), 1e-9)) / std[:, None]
        return cls(cube.good_bands, mean.astype(np.float32), axes.astype(np.float32))

    def coordinates(self, spectra: FloatArray) -> FloatArray:
        """Of spectra (..., cube bands) without missing values, shape (..., components)."""
        found: FloatArray = np.matmul(spectra[..., self.bands] - self.mean, self.axes)
        return found


def steps(strength: float) -> int:
    """Chebyshev steps that reach the precision."""
    reach = _reach(strength)
    rate = (1 - math.sqrt(1 - reach**2)) / reach
    return math.ceil(math.log(4 / PRECISION) / -math.log(rate))


def halo(strength: float) -> int:
    """Pixels around a part of the image that have a say in it."""
    return steps(strength) + 1 if strength else 0


def edges_of(coordinates: FloatArray, measured: BoolArray) -> csr_array:
    """Symmetric weights between neighbours, pixels counted line by line, shape (pixels, pixels).

    Parameters
    ----------
    coordinates : array, shape (lines, samples, components)
        See :class:`Likeness`.
    measured : array of bool, shape (lines, samples)
        Background has no neighbours.
    """
    lines, samples = measured.shape
    diagonals, offsets = [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        if lines <= down or samples <= abs(right):
            continue
        here = (slice(0, lines - down), slice(max(0, -right), samples - max(0, right)))
        there = (slice(down, lines), slice(max(0, right), samples + min(0, right)))
        weight = np.zeros((lines, samples), np.float32)
        apart = np.square(coordinates[here] - coordinates[there]).sum(-1)
        weight[here] = np.where(measured[here] & measured[there], np.exp(-apart), 0)
        offset = down * samples + right
        diagonals.append(weight.ravel()[: lines * samples - offset])
        offsets.append(offset)
    if not diagonals:
        return csr_array((lines * samples, lines * samples), dtype=np.float32)
    upper = diags_array(diagonals, offsets=offsets, shape=(lines * samples,) * 2, dtype=np.float32)
    return csr_array(upper + upper.T)


def smooth(probability: FloatArray, edges: csr_array, strength: float) -> FloatArray:
    """Smoothed probabilities, shape (lines, samples, classes).

    Parameters
    ----------
    probability : array, shape (lines, samples, classes)
    edges : sparse array, shape (pixels, pixels)
        What :func:`edges_of` gives for the same pixels.
    strength : float
        0 leaves everything as it is.
    """
    if not strength:
        return probability
    given = probability.reshape(-1, probability.shape[-1])
    scale = (1 / (1 + np.float32(strength) * edges.sum(axis=1)))[:, None].astype(np.float32)
    carried = np.float32(strength) * scale

    def residual(values: FloatArray) -> FloatArray:
        """Of the scaled system: scale * (given - (I + strength L) values)."""
        left: FloatArray = scale * given - values + carried * (edges @ values)
        return left

    found = given.copy()
    sigma = 1 / _reach(strength)
    rho, change = 1 / sigma, residual(found)
    for _ in range(steps(strength)):
        found += change
        following = 1 / (2 * sigma - rho)
        change = following * rho * change + np.float32(2 * following * sigma) * residual(found)
        rho = following
    found = np.maximum(found, 0)
    total = found.sum(1, keepdims=True)
    shares: FloatArray = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
    return shares.reshape(probability.shape)


def _reach(strength: float) -> float:
    """Largest eigenvalue that the iteration has to expect, below 1."""
    return NEIGHBOURS * strength / (1 + NEIGHBOURS * strength)
