"""Grey images of a cube in which objects stand out: a band, two bands, a principal component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.components import fit_components
from s3fn_core.errors import CubeError
from s3fn_core.progress import run
from s3fn_core.types import FloatArray


@checked(CubeError)
@dataclass(frozen=True)
class Band:
    """One band, counted from 0."""

    band: int
    kind: Literal["band"] = "band"

    def checked(self, cube: Cube) -> list[int]:
        """The bands to read; raises CubeError where the cube has them not."""
        return _checked(cube, [self.band])

    def of(self, block: FloatArray) -> FloatArray:
        """Grey values, shape (lines, samples), of the bands read."""
        return block[:, :, 0]


@checked(CubeError)
@dataclass(frozen=True)
class Ratio:
    """One band divided by another."""

    above: int
    below: int
    kind: Literal["ratio"] = "ratio"

    def checked(self, cube: Cube) -> list[int]:
        """The bands to read; raises CubeError where the cube has them not."""
        return _checked(cube, [self.above, self.below])

    def of(self, block: FloatArray) -> FloatArray:
        """Grey values, shape (lines, samples), of the bands read; NaN where undefined."""
        return _divided(block[:, :, 0], block[:, :, 1])


@checked(CubeError)
@dataclass(frozen=True)
class NormalisedDifference:
    """(first - second) / (first + second), which does not depend on the light.

    Source: Rouse, Haas, Schell & Deering (1974) "Monitoring vegetation systems in the Great Plains
    with ERTS", NASA SP-351, 309-317, where first is near infrared and second red.
    """

    first: int
    second: int
    kind: Literal["difference"] = "difference"

    def checked(self, cube: Cube) -> list[int]:
        """The bands to read; raises CubeError where the cube has them not."""
        return _checked(cube, [self.first, self.second])

    def of(self, block: FloatArray) -> FloatArray:
        """Grey values, shape (lines, samples), of the bands read; NaN where undefined."""
        first, second = block[:, :, 0], block[:, :, 1]
        return _divided(first - second, first + second)


@checked(CubeError)
@dataclass(frozen=True)
class Component:
    """A weighted sum of bands, ``(values - mean) @ weights``; see :func:`principal_components`."""

    bands: tuple[int, ...]
    mean: tuple[float, ...]
    weights: tuple[float, ...]
    kind: Literal["component"] = "component"

    def __post_init__(self) -> None:
        if not len(self.bands) == len(self.mean) == len(self.weights) > 0:
            raise CubeError(
                "A component of {bands} bands has {mean} means and {weights} weights; give one of each "
                "for every band.",
                bands=len(self.bands),
                mean=len(self.mean),
                weights=len(self.weights),
            )

    def checked(self, cube: Cube) -> list[int]:
        """The bands to read; raises CubeError where the cube has them not."""
        return _checked(cube, self.bands)

    def of(self, block: FloatArray) -> FloatArray:
        """Grey values, shape (lines, samples), of the bands read; NaN where a band is missing."""
        centred = block - np.array(self.mean, np.float32)
        grey: FloatArray = centred @ np.array(self.weights, np.float32)
        return grey


Feature: TypeAlias = Band | Ratio | NormalisedDifference | Component


def principal_components(cube: Cube, count: int = 3) -> tuple[Component, ...]:
    """The first principal components (``components.fit_components``), each to be used by itself.

    A component's sign is arbitrary; here a brighter pixel has the higher value.

    Raises
    ------
    CubeError
        When too few pixels or bands are measured.
    """
    found = run(fit_components(cube, "pca", count))
    weights = found.matrix.T
    if len(weights) < count:
        raise CubeError(
            "{name}: {bands} good bands are too few for {count} components.",
            name=cube.name,
            bands=len(found.bands),
            count=count,
        )
    weights = weights * np.where(weights.sum(axis=1) < 0, -1, 1)[:, None]
    mean = tuple(map(float, found.mean))
    return tuple(Component(found.bands, mean, tuple(map(float, row))) for row in weights)


def _checked(cube: Cube, bands: Sequence[int]) -> list[int]:
    for band in bands:
        if not 0 <= band < cube.bands:
            raise CubeError(
                "The mask needs band {band}, {name} has {bands} bands; choose a band that it has.",
                band=band + 1,
                name=cube.name,
                bands=cube.bands,
            )
    return list(bands)


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = above / below
    ratio[~np.isfinite(ratio)] = np.nan
    return ratio
