"""Pixels that stand for a whole cube."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.types import FloatArray

SAMPLE_LINES = 32
"""Lines of a cube that its brightness is judged by."""


def sample_of(cube: Cube) -> FloatArray:
    """Measured spectra (n, bands) of some lines spread over the cube."""
    lines = np.unique(np.linspace(0, cube.lines - 1, SAMPLE_LINES).astype(int))
    sample = np.concatenate([cube.window(slice(int(line), int(line) + 1), slice(None)) for line in lines], 1)
    spectra: FloatArray = np.nan_to_num(sample[valid_pixels(sample)])
    return spectra
