"""From measured spectra to the network's input: statistics and PCA of the training pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.model.config import PreprocessConfig
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Doubles = npt.NDArray[np.float64]

LEAST_NORM = np.float32(1e-6)
"""Darker spectra are not blown up to unit length."""
MIN_COMPONENTS = 14
"""The paper's network needs this depth: ((14 - 2) / 2 - 4) / 2 = 1."""


@dataclass(frozen=True, eq=False)
class Channel:
    """Standardisation and principal components of one view of the spectra.

    Attributes
    ----------
    mean, std : arrays, shape (bands,)
    components : array, shape (bands, depth)
        Principal axes, already scaled by the grain, zero columns behind the rank.
    """

    mean: FloatArray
    std: FloatArray
    components: FloatArray

    @classmethod
    def fit(cls, spectra: FloatArray, patch: npt.NDArray[np.int64], config: PreprocessConfig) -> Channel:
        """Fit to spectra (n, bands), each from the patch with the number `patch` (n,)."""
        mean = spectra.mean(0)
        std = spectra.std(0)
        std[std < 1e-8] = 1  # a constant band says nothing; it must not be blown up
        standard = (spectra - mean).astype(np.float64) / std
        # Not "full": its SVD of all pixels keeps Python's lock for seconds, and with it a window
        # still.  The covariance is as small as the number of bands; in doubles it loses nothing.
        from sklearn.decomposition import PCA  # takes a second, and the window imports this module

        pca = PCA(min(config.components, *spectra.shape), svd_solver="covariance_eigh")
        pca.fit(standard)
        explained = np.cumsum(pca.explained_variance_ratio_)
        wanted = int(np.searchsorted(explained, config.variance)) + 1
        kept = min(max(wanted, MIN_COMPONENTS), len(explained))
        axes = pca.components_[:kept].T
        if config.grain:
            axes = _even_grain(standard, axes, patch, config.grain)
        components = np.zeros((spectra.shape[1], max(kept, MIN_COMPONENTS)), np.float32)
        components[:, :kept] = axes
        return cls(mean.astype(np.float32), std.astype(np.float32), components)

    def padded(self, depth: int) -> Channel:
        """The same with zero columns up to `depth` components."""
        missing = depth - self.components.shape[1]
        return Channel(self.mean, self.std, np.pad(self.components, ((0, 0), (0, missing))))

    def transform(self, spectra: FloatArray) -> FloatArray:
        standard: FloatArray = (spectra - self.mean) / self.std
        projected: FloatArray = np.matmul(standard, self.components)
        return projected


def _even_grain(standard: Doubles, axes: Doubles, patch: npt.NDArray[np.int64], floor: float) -> Doubles:
    """Axes (bands, depth) in which the variation inside of patches is 1 in every direction.

    That variation, seen at pixels that most likely are of one class, takes the place of the
    within-class covariance of linear discriminant analysis, which few labels cannot tell.  The
    axes are sorted by the variance of all pixels, as principal components are.

    Parameters
    ----------
    standard : array, shape (n, bands)
        Standardised spectra.
    axes : array, shape (bands, depth)
    patch : array of int, shape (n,)
    floor : float
        See ``PreprocessConfig.grain``.
    """
    projected = standard @ axes
    _, number, size = np.unique(patch, return_inverse=True, return_counts=True)
    centre = np.zeros((len(size), axes.shape[1]))
    np.add.at(centre, number, projected)
    inside = projected - (centre / size[:, None])[number]
    covariance = inside.T @ inside / max(1, len(standard) - len(size))
    least = floor * np.trace(covariance) / len(axes)
    if least <= 0:
        return axes  # single pixels, or patches without any variation: there is no grain to see
    variance, direction = np.linalg.eigh(covariance + least * np.eye(len(covariance)))
    even = axes @ (direction / np.sqrt(variance))
    spread = standard @ even
    rotation = np.linalg.eigh(spread.T @ spread)[1][:, ::-1]
    scaled: Doubles = even @ rotation
    return scaled


@dataclass(frozen=True, eq=False)
class Bands:
    """The bands a model is made for.

    Attributes
    ----------
    good : array of bool, shape (bands,)
    wavelengths : array, shape (bands,), in nm, or None
    """

    good: BoolArray
    wavelengths: Wavelengths | None

    @classmethod
    def of(cls, cube: Cube) -> Bands:
        return cls(cube.good_bands, cube.wavelengths)

    def __len__(self) -> int:
        return len(self.good)

    def same(self, other: Bands) -> bool:
        """Whether both are the same bands."""
        here, there = self.wavelengths, other.wavelengths
        known = here is there if here is None or there is None else np.array_equal(here, there)
        return known and np.array_equal(self.good, other.good)


@dataclass(frozen=True)
class Preprocess:
    """Fitted preprocessing: the bands it was fitted on, and the reflectance channel,
    followed by the unit-norm channel where the configuration asks for it.
    """

    bands: Bands
    channels: tuple[Channel, ...]

    @classmethod
    def fit(
        cls, spectra: FloatArray, patch: npt.NDArray[np.int64], bands: Bands, config: PreprocessConfig
    ) -> Preprocess:
        """Fit to training spectra (n, bands) from patches numbered (n,), background left out."""
        spectra = spectra[:, bands.good]
        views = [spectra, _unit(spectra)] if config.unit_norm else [spectra]
        channels = [Channel.fit(view, patch, config) for view in views]
        depth = max(channel.components.shape[1] for channel in channels)
        return cls(bands, tuple(channel.padded(depth) for channel in channels))

    @property
    def depth(self) -> int:
        """Number of components of each channel."""
        return int(self.channels[0].components.shape[1])

    def transform(self, spectra: FloatArray) -> FloatArray:
        """Spectra (..., bands) to network input (..., channels, depth)."""
        spectra = spectra[..., self.bands.good]
        views = [spectra, _unit(spectra)] if len(self.channels) > 1 else [spectra]
        return np.stack([c.transform(view) for c, view in zip(self.channels, views, strict=True)], axis=-2)

    def black(self) -> FloatArray:
        """Input of a pixel without light, shape (channels, depth).

        Brightness augmentation moves the reflectance channel along the line to this point, the
        image of scaling the spectrum by a factor; the unit-norm channel stays where it is.
        """
        return self.channels[0].transform(np.zeros_like(self.channels[0].mean))


def match_bands(cube: Cube, bands: Bands) -> FloatArray | None:
    """How the bands of `cube` become the model's: a matrix (cube bands, model bands), or None.

    None means that they are the same.  Other wavelengths are interpolated linearly.

    Raises
    ------
    ModelError
        When the bands differ and cannot be resampled: no wavelengths, or a range too small.
    """
    wanted, given = bands.wavelengths, cube.wavelengths
    if wanted is None or given is None:
        if cube.bands == len(bands):
            return None
        raise ModelError(
            "{name} has {bands} bands, the model was made for {known}; without wavelengths on "
            "both sides they cannot be matched. Give the cube wavelengths, or train on a cube of "
            "the same camera.",
            name=cube.name,
            bands=cube.bands,
            known=len(bands),
        )
    if cube.bands == len(bands) and np.allclose(wanted, given, atol=0.05):
        return None
    order = np.flatnonzero(cube.good_bands)
    order = order[np.argsort(given[order])]
    axis = given[order]
    target = wanted[bands.good]
    tolerance = 2 * float(np.median(np.diff(axis))) if len(axis) > 1 else 1.0
    if target.min() < axis[0] - tolerance or target.max() > axis[-1] + tolerance:
        raise ModelError(
            "{name} covers {first:.0f} to {last:.0f} nm, the model needs {low:.0f} to {high:.0f} nm. Train "
            "on a cube of this camera.",
            name=cube.name,
            first=axis[0],
            last=axis[-1],
            low=target.min(),
            high=target.max(),
        )
    matrix = np.zeros((cube.bands, len(bands)), np.float32)
    for band, unit in zip(order, np.eye(len(order)), strict=True):
        matrix[band] = np.interp(wanted, axis, unit)
    return matrix


def apply_bands(block: FloatArray, matrix: FloatArray | None) -> FloatArray:
    """Spectra (..., cube bands) to (..., model bands); missing values count as 0."""
    block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
    if matrix is None:
        return block
    matched: FloatArray = block @ matrix
    return matched


def _unit(spectra: FloatArray) -> FloatArray:
    norm = np.linalg.norm(spectra, axis=-1, keepdims=True)
    unit: FloatArray = spectra / np.maximum(norm, LEAST_NORM)
    return unit
