"""The detector of a line scanner: counts as a laboratory stores them, with both references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.simulate.sensor import Sensor
from s3fn_core.cubes.simulate.shapes import Array, Random
from s3fn_core.types import BoolArray

Counts = npt.NDArray[np.uint16]
LARGEST = 4095
"""Of a 12-bit camera."""
PER_COUNT = 4.5
"""Electrons of one count."""


@dataclass(frozen=True, eq=False)
class Detector:
    """What each element of a detector makes of light; the same for all cubes of a camera.

    Attributes
    ----------
    sensor : Sensor
    white : array, shape (samples, bands)
        Electrons from the white tile: lamps, lens (darker to its edges) and unequal elements.
    offset : array, shape (samples, bands)
        Counts without light.
    dead : array of bool, shape (samples, bands)
        Elements that give the same count whatever they see.
    stuck : array, shape (samples, bands)
        That count.
    """

    sensor: Sensor
    white: Array
    offset: Array
    dead: BoolArray
    stuck: Array

    @classmethod
    def of(cls, sensor: Sensor, samples: int, rng: Random, dead: float) -> Detector:
        """A detector of which a share of `dead` elements is dead."""
        shape = samples, sensor.bands
        edges = 1 - 0.15 * np.linspace(-1, 1, samples)[:, None] ** 2
        white = sensor.white * edges * rng.normal(1, 0.015, shape)
        stuck = rng.choice([0.0, 90.0, float(LARGEST)], shape, p=[0.5, 0.3, 0.2])
        return cls(sensor, white, rng.normal(100, 3, shape), rng.random(shape) < dead, stuck)

    def counts(self, light: Array, rng: np.random.Generator) -> Counts:
        """Counts (lines, samples, bands) of light in shares of the white tile's."""
        signal = np.clip(light, 0, None) * self.white
        noisy = signal + np.sqrt(signal + self.sensor.read_noise**2) * rng.standard_normal(signal.shape)
        counts = np.where(self.dead, self.stuck, self.offset + noisy / PER_COUNT)
        stored: Counts = np.clip(np.round(counts), 0, LARGEST).astype(np.uint16)
        return stored

    def references(self, lines: int, rng: np.random.Generator) -> tuple[Counts, Counts]:
        """White tile and closed shutter, each (lines, samples, bands)."""
        level: Any = np.ones((lines, 1, 1))
        return self.counts(level, rng), self.counts(0 * level * self.white, rng)


def drift(bands: int, size: float, rng: Random) -> Array:
    """How lamps have changed since the white reference: level and tilt, `size` at most, shape (bands,)."""
    level, tilt = rng.uniform(-1, 1, 2)
    change = level + tilt * np.linspace(-1, 1, bands)
    drifted: Array = 1 + size * change / np.abs(change).max()
    return drifted
