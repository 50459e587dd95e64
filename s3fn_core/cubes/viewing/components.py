"""Principal components and minimum noise fractions of a cube, from lines spread over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.windows import sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray, FloatArray

Values = npt.NDArray[np.float64]
Method = Literal["pca", "mnf"]
_SAMPLE_PIXELS = 60_000  # looked at; covariances of hundreds of bands are settled long before
_PRESENCE_PIXELS = 2000  # tell whether a band is missing
_FEWEST_LINES = 32
_FEWEST_PIXELS = 10
# Noise of a band is at least this share of the mean noise variance.  Bands that repeat each other,
# or that hold a constant, would have no noise at all and hence an infinite signal-to-noise ratio.
_NOISE_FLOOR = 1e-9


@dataclass(frozen=True, eq=False)
class Components:
    """A linear map from the good bands of a cube to components, the most telling first.

    Attributes
    ----------
    method : {"pca", "mnf"}
    bands : tuple of int
        The n bands that are used.
    mean : array of float32, shape (n,)
        Subtracted first.
    matrix : array of float32, shape (n, components)
    values : array of float64, shape (components,)
        Descending: of PCA the variance along the component, of MNF its signal-to-noise ratio
        (variance over noise variance, less 1).
    """

    method: Method
    bands: tuple[int, ...]
    mean: FloatArray
    matrix: FloatArray
    values: Values

    def __call__(self, block: FloatArray) -> FloatArray:
        """Components of a block that holds the used bands, shape (..., n) to (..., components)."""
        scores: FloatArray = np.matmul(block - self.mean, self.matrix)
        return scores


class Covariance:
    """Mean and covariance of complete rows that arrive block by block (Chan et al. 1983)."""

    def __init__(self, bands: int) -> None:
        self.count = 0
        self.mean: Values = np.zeros(bands)
        self._scatter: Values = np.zeros((bands, bands))

    def add(self, rows: npt.ArrayLike) -> None:
        """Take in a block, shape (n, bands)."""
        values = np.asarray(rows, np.float64)
        if not len(values):
            return
        mean = values.mean(axis=0)
        centred = values - mean
        total = self.count + len(values)
        share = len(values) / total
        step = mean - self.mean
        self._scatter += centred.T @ centred + np.outer(step, step) * (self.count * share)
        self.mean = self.mean + step * share
        self.count = total

    @property
    def matrix(self) -> Values:
        """Covariance, shape (bands, bands)."""
        covariance: Values = self._scatter / max(1, self.count - 1)
        return covariance


def fit_components(cube: Cube, method: Method, count: int = 10) -> Operation[Components]:
    """Find the first components of a cube.

    PCA orders by variance.  MNF orders by signal-to-noise ratio; the noise covariance is half that
    of the differences between neighbours in a line, in which what varies smoothly over the image
    cancels (Green, Berman, Switzer & Craig, IEEE Trans. Geosci. Remote Sens. 26, 65, 1988).

    Parameters
    ----------
    cube : Cube
        Bands that are missing in most pixels are left out; background and pixels that lack
        another good band do not count.
    method : {"pca", "mnf"}
    count : int
        Components wanted; never more than there are good bands.

    Raises
    ------
    CubeError
        When too little is measured, or nothing differs.
    """
    bands, lines = _present(cube), _spread(cube)
    signal, differences = Covariance(len(bands)), Covariance(len(bands))
    for done, line in enumerate(lines):
        yield Progress(
            "components", done / (len(lines) + 1), tr("Statistics for {method}", method=method.upper())
        )
        row = cube.window(slice(line, line + 1), slice(None), bands.tolist())
        measured = (valid_pixels(row) & np.isfinite(row).all(axis=2))[0]
        signal.add(row[0, measured])
        if method == "mnf":
            differences.add(_neighbour_differences(row[0], measured))
    yield Progress(
        "components", len(lines) / (len(lines) + 1), tr("Components of {method}", method=method.upper())
    )
    if signal.count < _FEWEST_PIXELS:
        raise CubeError(
            "{name}: {method} found {count} complete pixels in the lines looked at; mark bands "
            "without data as bad, or choose three bands.",
            name=cube.name,
            method=method.upper(),
            count=signal.count,
        )
    values, vectors = _principal(signal) if method == "pca" else _noise_adjusted(signal, differences)
    if not values[-1] > 0 or not np.isfinite(vectors).all():
        raise CubeError(
            "{name}: {method} is not possible, all pixels are the same.",
            name=cube.name,
            method=method.upper(),
        )
    first = np.arange(len(values))[::-1][:count]  # the solver's order is ascending
    values, vectors = values[first], vectors[:, first]
    # A component's sign means nothing; its largest coefficient is made positive.
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(len(first))])
    return Components(
        method,
        tuple(bands.tolist()),
        signal.mean.astype(np.float32),
        vectors.astype(np.float32),
        values if method == "pca" else values - 1,
    )


def _present(cube: Cube) -> npt.NDArray[np.intp]:
    """Good bands that are measured in most of some pixels spread over the cube."""
    bands = np.flatnonzero(cube.good_bands)
    pixels = sample_pixels(cube, bands.tolist(), _PRESENCE_PIXELS)
    pixels = pixels[valid_pixels(pixels[None])[0]]
    return bands[np.isfinite(pixels).mean(axis=0) > 0.5] if len(pixels) else bands


def _spread(cube: Cube) -> list[int]:
    """Lines spread over the cube, enough for the statistics."""
    wanted = min(max(_FEWEST_LINES, -(-_SAMPLE_PIXELS // cube.samples)), cube.lines)
    return [round(line) for line in np.linspace(0, cube.lines - 1, wanted).tolist()]


def _neighbour_differences(row: FloatArray, measured: BoolArray) -> Values:
    """Differences between neighbours of a line, both measured; shape (n, bands)."""
    both = measured[1:] & measured[:-1]
    values: Values = row.astype(np.float64)
    differences: Values = (values[1:] - values[:-1])[both]
    return differences


def _principal(signal: Covariance) -> tuple[Values, Values]:
    from scipy.linalg import eigh

    values, vectors = eigh(signal.matrix)
    return values, vectors


def _noise_adjusted(signal: Covariance, differences: Covariance) -> tuple[Values, Values]:
    """Directions in which variance is largest in units of the noise's variance."""
    from scipy.linalg import eigh

    noise = differences.matrix / 2
    level = float(np.trace(noise)) / len(noise)
    if differences.count < _FEWEST_PIXELS or not level > 0:
        raise CubeError(
            "MNF: the noise cannot be estimated, because hardly any two neighbours in a line are "
            "measured and different; use PCA."
        )
    values, vectors = eigh(signal.matrix, noise + _NOISE_FLOOR * level * np.eye(len(noise)))
    return values, vectors
