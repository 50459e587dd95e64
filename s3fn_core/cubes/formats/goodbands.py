"""Bands that hold no measurement anywhere (processors leave them in the file as no-data)."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.types import BoolArray

_READ_WHOLE = 2_000_000  # values; a small cube is looked at in full, a large one in three lines
_FEWEST_PIXELS = 4


def without_empty_bands(cube: Cube) -> Cube:
    """Mark as bad the bands that are missing in every pixel looked at, and say so in a note."""
    if cube.nodata is None and not np.issubdtype(cube.data.dtype, np.floating):
        return cube  # whole numbers without a no-data value cannot say "missing"
    measured = _measured(cube)
    pixels = measured[measured.any(axis=1)]
    if len(pixels) < _FEWEST_PIXELS:  # an empty border says nothing about the bands
        return cube
    empty = ~pixels.any(axis=0) & cube.good_bands
    if not empty.any() or np.array_equal(empty, cube.good_bands):
        return cube
    note = f"No data in any pixel looked at, left out: {_ranges(cube, empty)}."
    return cube.with_(good_bands=cube.good_bands & ~empty, notes=(*cube.notes, note))


def _measured(cube: Cube) -> BoolArray:
    """Which values are there in a few pixels, shape (pixels, bands)."""
    everything = slice(None)
    if cube.lines * cube.samples * cube.bands <= _READ_WHOLE:
        block = cube.window(everything, everything)
    else:
        step = max(1, cube.samples // 64)
        rows = sorted({cube.lines // 4, cube.lines // 2, 3 * cube.lines // 4})
        samples = slice(0, cube.samples, step)
        block = np.concatenate([cube.window(slice(row, row + 1), samples) for row in rows])
    return np.isfinite(block).reshape(-1, cube.bands)


def _ranges(cube: Cube, chosen: BoolArray) -> str:
    """Name the chosen bands as ranges, counted from 1 like everywhere on screen."""
    indices = np.flatnonzero(chosen)
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    texts = []
    for run in runs:
        first, last = int(run[0]), int(run[-1])
        text = f"band {first + 1}" if first == last else f"bands {first + 1} to {last + 1}"
        if cube.wavelengths is not None:
            low, high = cube.wavelengths[first], cube.wavelengths[last]
            text += f" ({low:.0f} nm)" if first == last else f" ({low:.0f}-{high:.0f} nm)"
        texts.append(text)
    return ", ".join(texts)
