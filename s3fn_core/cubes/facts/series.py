"""Spectra made ready for facts: usable bands in ascending order, on the scale of reflectance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import band_flags
from s3fn_core.cubes.quantity import LARGEST_REFLECTANCE
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Values = npt.NDArray[np.float64]

BRIGHTEST = 0.5
"""What the brightest bands of the brightest class are set to where values are not reflectance."""
LEAST_SMOOTHING, MOST_SMOOTHING = 6.0, 16.0  # nm, standard deviation of the window
STEPS = 2.0  # the window's standard deviation in band steps
MIN_WEIGHT = 2.4  # bands that a parabola needs, counted by their weights
EDGE = 4.0  # times the noise: what differs more is not noise
SPIKE_WINDOW = 7  # bands that a spike is compared with
SPIKE = 0.3  # share of their median by which it differs at least
NEIGHBOURS = 8  # bands on either side that the noise of a band is judged by


@dataclass(frozen=True, eq=False)
class Series:
    """The spectra of one class on the bands that all classes have.

    Attributes
    ----------
    wavelengths : array of float64, shape (bands,), or None
        In nm, ascending; None where those of the cube are not known.
    spectra : array of float64, shape (n, bands)
        Without missing values.
    mean : array of float64, shape (bands,)
    smooth : array of float64, shape (bands,)
        The mean without noise (:func:`smoothed`).
    noise : array of float64, shape (bands,)
        Its standard deviation at each band.
    """

    wavelengths: Wavelengths | None
    spectra: Values
    mean: Values
    smooth: Values
    noise: Values

    @property
    def curve(self) -> tuple[Wavelengths, Values]:
        """Wavelengths and the smoothed mean there; nothing where they are not known."""
        nothing = np.zeros(0)
        return (nothing, nothing) if self.wavelengths is None else (self.wavelengths, self.smooth)

    def at(self, nm: float) -> float:
        """Smoothed mean at a wavelength."""
        return float(np.interp(nm, *self.curve))


def make_series(
    spectra: Mapping[int, FloatArray],
    wavelengths: Wavelengths | None,
    good_bands: BoolArray | None,
    reflectance: bool | None = None,
) -> tuple[dict[int, Series], float]:
    """The series of each class, and the factor that brought them to the scale of reflectance.

    Bands that are bad, that one of the classes misses altogether or that stick out in most classes
    are left out.  Single missing
    values become the band's mean.  Bands of the same wavelength count as one.  The factor is 1
    where the values are `reflectance` (None: look like it), else one number for all classes, so
    that they keep their relation to each other.
    """
    full = {key: np.asarray(values, np.float64) for key, values in spectra.items()}
    kept: BoolArray = np.logical_and.reduce([np.isfinite(values).any(0) for values in full.values()])
    if good_bands is not None:
        kept &= band_flags(good_bands, len(kept))
    if wavelengths is not None:
        kept &= np.isfinite(wavelengths)
    if not kept.any():
        return {}, 1.0
    axis = None if wavelengths is None else wavelengths[kept]
    filled = {key: _filled(values[:, kept]) for key, values in full.items()}
    if axis is not None:
        order = np.argsort(axis, kind="stable")
        order = order[~_spikes([values[:, order].mean(0) for values in filled.values()])]
        axis, filled = axis[order], {key: values[:, order] for key, values in filled.items()}
    factor = _factor([values.mean(0) for values in filled.values()], reflectance)
    return {key: _series(factor * values, axis) for key, values in filled.items()}, factor


def _filled(values: Values) -> Values:
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    mean = np.nanmean(np.where(missing, np.nan, values), axis=0)
    filled: Values = np.where(missing, mean, values)
    return filled


def _spikes(means: list[Values]) -> BoolArray:
    """Single bands that stick out of most classes' means: dead ones, or at the edge of a gap.

    They lie further from the median of the bands around them than four times their median
    deviation (Hampel, J. Am. Stat. Assoc. 69, 383, 1974), and by more than any real feature of one
    band's width does.
    """
    found = np.zeros((len(means), means[0].size), bool)
    for row, mean in zip(found, means, strict=True):
        if mean.size > SPIKE_WINDOW:
            padded = np.pad(mean, SPIKE_WINDOW // 2, mode="reflect")
            around = np.lib.stride_tricks.sliding_window_view(padded, SPIKE_WINDOW)
            middle = np.median(around, axis=1)
            deviation = 1.4826 * np.median(np.abs(around - middle[:, None]), axis=1)
            row[:] = np.abs(mean - middle) > np.maximum(4 * deviation, SPIKE * np.abs(middle))
    spikes: BoolArray = found.mean(0) > 0.5
    return spikes


def _factor(means: list[Values], reflectance: bool | None) -> float:
    high = max(float(np.percentile(mean, 95)) for mean in means)
    if reflectance is None:
        reflectance = high <= LARGEST_REFLECTANCE
    return 1.0 if reflectance or high <= 0 else BRIGHTEST / high


def _series(spectra: Values, wavelengths: Wavelengths | None) -> Series:
    if wavelengths is not None:
        wavelengths, spectra = _ordered(wavelengths, spectra)
    mean = spectra.mean(0)
    smooth = mean if wavelengths is None else smoothed(mean, wavelengths)
    noise = _noise(mean)
    edge = np.abs(mean - smooth) > EDGE * noise  # steeper than the window is wide
    return Series(wavelengths, spectra, mean, np.where(edge, mean, smooth), noise)


def _ordered(axis: Wavelengths, spectra: Values) -> tuple[Wavelengths, Values]:
    ascending, place = np.unique(axis, return_inverse=True)
    merged = np.zeros((len(ascending), len(spectra)))
    np.add.at(merged, place, spectra.T)
    return ascending, (merged / np.bincount(place)[:, None]).T


def smoothed(values: Values, wavelengths: Wavelengths) -> Values:
    """A parabola fitted around each band, with weights that fall like a Gaussian.

    It is what a Savitzky-Golay filter does (Savitzky & Golay, Anal. Chem. 36, 1627, 1964), for
    uneven steps (Cleveland, J. Am. Stat. Assoc. 74, 829, 1979): where two detectors overlap, the
    mean goes between them.  Bands that stand alone keep their value.

    Parameters
    ----------
    values : array, shape (bands,)
    wavelengths : array, shape (bands,)
        In nm, ascending.
    """
    if len(values) < 3:
        return values
    step = np.gradient(wavelengths)
    width = np.clip(STEPS * step, LEAST_SMOOTHING, MOST_SMOOTHING)[:, None]
    away = (wavelengths - wavelengths[:, None]) / width
    weight = np.exp(-0.5 * away**2)
    powers = np.stack([np.sum(weight * away**k, axis=1) for k in range(5)], -1)
    normal = powers[:, np.add.outer(range(3), range(3))]
    enough = (weight.sum(1) >= MIN_WEIGHT) & (np.linalg.cond(normal) < 1e8)
    first = np.linalg.solve(np.where(enough[:, None, None], normal, np.eye(3)), np.eye(3)[0])
    parabola = np.sum([weight * away**k * first[:, k, None] for k in range(3)], axis=0) @ values
    result: Values = np.where(enough, parabola, values)
    return result


def _noise(values: Values) -> Values:
    """Robust standard deviation of the noise of each band, shape (bands,).

    Fourth differences of neighbouring bands hardly see the spectrum itself; 1.4826 times the median
    of their size around a band is the standard deviation of normal noise.
    """
    if len(values) < 5:
        return np.zeros(len(values))
    weights = np.array([1.0, -4.0, 6.0, -4.0, 1.0])
    rough = np.convolve(values, weights / np.linalg.norm(weights), "valid")
    padded = np.pad(np.abs(rough), 2 + NEIGHBOURS, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURS + 1)
    noise: Values = 1.4826 * np.median(windows, axis=1)
    return noise
