"""What an expert looks at on a whole object: its pixels' mean, how they spread, how they lie.

All of it is of one value a band, so experts on objects are linear like those on pixels.
"""

from __future__ import annotations

import numpy as np

from s3fn_core.model.experts.bases import BASES, Base, window_mean
from s3fn_core.types import BoolArray, FloatArray

WHOLE = 0
"""The window of an expert that looks at the object."""
VIEWS: tuple[Base, ...] = ("reflectance", "shape", "spread", "texture")
SAMPLED = 64
"""Pixels of an object that stand for what differs inside of it."""
NEAR = 3
"""Side in pixels of what is looked at around a pixel that may be part of a defect."""
_FLOOR = np.float32(1e-4)
"""Of a standard deviation, before its logarithm is taken."""


def views_of(block: FloatArray, mask: BoolArray) -> dict[Base, FloatArray]:
    """The VIEWS of an object, each (bands,).

    Parameters
    ----------
    block : array, shape (lines, samples, bands)
        A box that holds the object; missing values 0.
    mask : array of bool, shape (lines, samples)
        The object's measured pixels, one at least.
    """
    spectra = block[mask]
    shape = BASES["shape"](spectra)
    return {
        "reflectance": spectra.mean(0),
        "shape": shape.mean(0),
        "spread": np.log(shape.std(0) + _FLOOR),
        "texture": _texture(block, mask, spectra),
    }


def differing(block: FloatArray, mask: BoolArray) -> dict[Base, FloatArray]:
    """How SAMPLED pixels differ from their object's mean, (SAMPLED, bands), where that is a spectrum."""
    spectra = block[mask]
    some = np.linspace(0, len(spectra) - 1, SAMPLED).astype(int)
    found: dict[Base, FloatArray] = {}
    for base, look in BASES.items():
        values = look(spectra)
        found[base] = values[some] - values.mean(0)
    return found


def contrasts(block: FloatArray, mask: BoolArray) -> FloatArray:
    """What sets each pixel of an object apart from the object, shape (pixels, bands).

    Mean shape of NEAR x NEAR pixels minus the object's median: what differs from object to object goes,
    so that small spots show.
    """
    reach = NEAR // 2
    around = ((reach, reach), (reach, reach))
    values = np.pad(BASES["shape"](block) * mask[..., None], (*around, (0, 0)))
    near = window_mean(values, np.pad(mask, around), NEAR)[mask]
    apart: FloatArray = near - np.median(near, axis=0).astype(np.float32)
    return apart


def _texture(block: FloatArray, mask: BoolArray, spectra: FloatArray) -> FloatArray:
    """How far neighbours differ against how far any two pixels do, as a logarithm, shape (bands,).

    0 where pixels lie at random, less the smoother the surface is.
    """
    down, right = mask[1:] & mask[:-1], mask[:, 1:] & mask[:, :-1]
    steps = np.concatenate([(block[1:] - block[:-1])[down], (block[:, 1:] - block[:, :-1])[right]])
    if not len(steps):
        return np.zeros(block.shape[2], np.float32)
    least = _FLOOR * np.maximum(np.abs(spectra).mean(0), _FLOOR)
    near = np.sqrt(np.square(steps).mean(0) / 2)
    texture: FloatArray = np.log((near + least) / (spectra.std(0) + least))
    return texture
