"""How well a curve of the library agrees with what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.types import BoolArray, FloatArray, Wavelengths
from s3fn_core.words.expectation import DARKNESS, MIN_BANDS
from s3fn_core.words.library.entries import Entry

ANGLE_COST = 0.01
"""Score lost per degree of spectral angle: a canopy instead of soil (30 to 40 degrees) loses as
much as lies between a word for word match and none."""
LEVEL_COST = 0.1
"""Score lost per e-fold of brightness."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Mean spectrum of a class, of a region or of a pixel.

    Attributes
    ----------
    wavelengths : array of float64, shape (bands,)
    mean : array of float32, shape (bands,)
        NaN where nothing is known.
    good_bands : array of bool, shape (bands,)
    reflectance : bool
        Whether the level means anything, too; else only the shape is compared.
    """

    wavelengths: Wavelengths
    mean: FloatArray
    good_bands: BoolArray
    reflectance: bool


@dataclass(frozen=True)
class Fit:
    """Agreement of a curve with a measured mean.

    Attributes
    ----------
    angle : float
        Spectral angle in degrees.
    level : float
        Natural logarithm of measured over expected brightness; 0 where no reflectance is measured.
    """

    angle: float
    level: float

    @property
    def penalty(self) -> float:
        return ANGLE_COST * self.angle + LEVEL_COST * abs(self.level)


def fit(entry: Entry, measured: Measured) -> Fit | None:
    """Compare a curve with a measurement; None where they share too few bands."""
    expected = entry.at(measured.wavelengths)
    both = measured.good_bands & np.isfinite(measured.mean) & np.isfinite(expected)
    if both.sum() < MIN_BANDS:
        return None
    a, b = measured.mean[both].astype(np.float64), expected[both].astype(np.float64)
    level = 0.0
    if measured.reflectance:
        root = np.sqrt(both.sum())
        level = float(
            np.log(np.linalg.norm(a) / root + DARKNESS) - np.log(np.linalg.norm(b) / root + DARKNESS)
        )
    return Fit(angle_between(a, b), level)


def angle_between(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Spectral angle in degrees, 90 with a zero spectrum."""
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    cosine = float(one @ other) / lengths if lengths > 0 else 0.0
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
