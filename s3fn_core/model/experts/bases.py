"""What an expert looks at: the spectrum or its shape, of a pixel, its neighbourhood or an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.ndimage import uniform_filter

from s3fn_core.types import BoolArray, FloatArray

Base = Literal["reflectance", "shape", "spread", "texture"]
"""The last two only of whole objects (:mod:`s3fn_core.model.experts.whole`)."""
LEAST_NORM = np.float32(1e-9)


def reflectance(spectra: FloatArray) -> FloatArray:
    """Spectra (..., bands) as they are."""
    return spectra


def shape(spectra: FloatArray) -> FloatArray:
    """Spectra (..., bands) scaled to unit length, which illumination does not change."""
    norm = np.linalg.norm(spectra, axis=-1, keepdims=True)
    scaled: FloatArray = spectra / np.maximum(norm, LEAST_NORM)
    return scaled


BASES: dict[Base, Callable[[FloatArray], FloatArray]] = {"reflectance": reflectance, "shape": shape}


def window_mean(values: FloatArray, measured: BoolArray, window: int) -> FloatArray:
    """Mean of the measured pixels in the window around every pixel.

    Parameters
    ----------
    values : array, shape (lines, samples, n)
    measured : array of bool, shape (lines, samples)
    window : int
        Side in pixels, odd.

    Returns
    -------
    array, shape (lines - window + 1, samples - window + 1, n)
        0 where the window holds no measured pixel.
    """
    reach = window // 2
    if not reach:
        return values
    inner = (slice(reach, -reach), slice(reach, -reach))
    known = uniform_filter(measured.astype(np.float32), window, mode="constant")[inner]
    total = np.where(measured[..., None], values, np.float32(0))
    total = uniform_filter(total, (window, window, 1), mode="constant")[inner]
    mean: FloatArray = total / np.maximum(known, np.float32(0.5 / window**2))[..., None]
    return mean


def middle_mean(values: FloatArray, measured: BoolArray, window: int) -> FloatArray:
    """:func:`window_mean` around the middle pixels of patches.

    Parameters
    ----------
    values : array, shape (patches, side, side, n)
        `side` is odd and no less than `window`.
    measured : array of bool, shape (patches, side, side)

    Returns
    -------
    array, shape (patches, n)
    """
    trim = (values.shape[1] - window) // 2
    inner = (slice(None), slice(trim, trim + window), slice(trim, trim + window))
    if window == 1:
        return values[inner][:, 0, 0]
    known = measured[inner].astype(np.float32)
    total = np.einsum("plsn,pls->pn", values[inner], known)
    mean: FloatArray = total / np.maximum(known.sum((1, 2)), np.float32(0.5))[:, None]
    return mean
