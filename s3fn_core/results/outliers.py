"""Labelled pixels that do not look like their class: slips of the brush, glints, mixed edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.similar import spectral_angles
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray, IdArray

Lengths = np.ndarray[Any, np.dtype[np.intp]]

FENCE = 3.0
"""Quartile ranges beyond the upper quartile from which on a value is "far out"."""
_FEWEST = 8  # labelled pixels: quartiles of fewer say nothing
_LEAST_ANGLE = np.radians(1.0)  # of noise alone, where a class hardly varies
_CENTRE_SAMPLE = 5000  # pixels that decide a median spectrum
_BLOCK_PIXELS = 4000


@dataclass(frozen=True, eq=False)
class Outliers:
    """How far labelled pixels are from their classes.

    Attributes
    ----------
    lines, samples : arrays of int, shape (n,)
        The outliers, the farthest first.
    angles : array of float32, shape (n,)
        Spectral angle to the class's median spectrum, in radians.
    limits : dict of class id to float
        The angle from which on a pixel of that class is an outlier.
    """

    lines: Lengths
    samples: Lengths
    angles: FloatArray
    limits: dict[int, float]


def find_outliers(cube: Cube, ids: IdArray) -> Operation[Outliers]:
    """Labelled pixels whose spectral angle to their class is far out of what the class shows.

    Far out is more than three quartile ranges above the upper quartile (Tukey 1977, "Exploratory
    Data Analysis", section 2D), at least one degree.  Classes with fewer than 8 labelled pixels
    are passed over.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples)
    """
    found: list[tuple[Lengths, Lengths, FloatArray]] = []
    limits: dict[int, float] = {}
    present = [int(i) for i in np.unique(ids) if i]
    for done, class_id in enumerate(present):
        yield Progress("outliers", done / len(present), tr("Comparing labels with their class"))
        lines, samples = np.nonzero(ids == class_id)
        if len(lines) < _FEWEST:
            continue
        angles = yield from _angles(cube, lines, samples, done / len(present))
        low, high = np.nanpercentile(angles, (25, 75)) if np.isfinite(angles).any() else (0.0, 0.0)
        limits[class_id] = max(float(high + FENCE * (high - low)), _LEAST_ANGLE)
        far = ~(angles <= limits[class_id])  # without a spectrum it is not an example either
        found.append((lines[far], samples[far], angles[far]))
    if not found:
        nowhere = np.zeros(0, np.intp)
        return Outliers(nowhere, nowhere, np.zeros(0, np.float32), limits)
    lines, samples = (np.concatenate([part[axis] for part in found]) for axis in (0, 1))
    angles = np.concatenate([part[2] for part in found])
    order = np.argsort(-np.nan_to_num(angles, nan=np.inf), kind="stable")
    return Outliers(lines[order], samples[order], angles[order], limits)


def _angles(cube: Cube, lines: Lengths, samples: Lengths, done: float) -> Operation[FloatArray]:
    """Angles of a class's pixels to its median spectrum."""
    step = -(-len(lines) // _CENTRE_SAMPLE)
    chosen = _spectra(cube, lines[::step], samples[::step])
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(np.nan_to_num(chosen), axis=1, keepdims=True)
        measured = lengths[:, 0] > 0
        if not measured.any():
            return np.full(len(lines), np.nan, np.float32)
        # Unit length first: shading must not decide which spectrum is in the middle.
        centre = np.nanmedian(chosen[measured] / lengths[measured], axis=0)
    parts = []
    for start in range(0, len(lines), _BLOCK_PIXELS):
        yield Progress("outliers", done, tr("Comparing labels with their class"))
        block = slice(start, start + _BLOCK_PIXELS)
        spectra = _spectra(cube, lines[block], samples[block])
        parts.append(spectral_angles(spectra, centre))
    return np.concatenate(parts)


def _spectra(cube: Cube, lines: Lengths, samples: Lengths) -> FloatArray:
    """Good bands of some pixels, shape (n, good bands), read line by line."""
    good = np.flatnonzero(cube.good_bands)
    rows = []
    for line in np.unique(lines):
        here = samples[lines == line]
        first = int(here.min())
        window = cube.window(slice(int(line), int(line) + 1), slice(first, int(here.max()) + 1))
        rows.append(window[0, here - first][:, good])
    return np.concatenate(rows)
