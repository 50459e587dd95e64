"""Going through a cube that may be larger than memory, or through pixels that stand for all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.types import BoolArray, FloatArray

_BLOCK = 64 << 20  # bytes of float32 in one block
SAMPLE_LINES = 32
"""Lines of a cube that its brightness is judged by."""


def line_blocks(
    cube: Cube, bands: int | None = None, block: int = _BLOCK, lines: slice = slice(None)
) -> Iterator[slice]:
    """Blocks of whole lines, from first to last, each about `block` bytes of float32.

    Parameters
    ----------
    cube : Cube
    bands : int, optional
        How many bands are read of each pixel, by default all.
    block : int
        Size in bytes; a block holds at least one line.
    lines : slice
        Consecutive lines, by default all.
    """
    first, stop, _ = lines.indices(cube.lines)
    line = max(1, cube.samples * (bands or cube.bands) * 4)
    step = max(1, block // line)
    for start in range(first, stop, step):
        yield slice(start, min(start + step, stop))


def sample_pixels(cube: Cube, bands: list[int], count: int) -> FloatArray:
    """Spectra of about `count` pixels on a regular grid, shape (pixels, bands).

    Line by line, since a strided window of a lazy array may read everything between.
    """
    every = max(1, int(np.ceil(np.sqrt(cube.lines * cube.samples / count))))
    line, sample = min(every // 2, cube.lines - 1), min(every // 2, cube.samples - 1)
    rows = [
        cube.window(slice(chosen, chosen + 1), slice(None), bands)[0, sample::every]
        for chosen in range(line, cube.lines, every)
    ]
    release(cube.data)
    return np.concatenate(rows)


def pixels_with_values(cube: Cube, bands: int = 4) -> BoolArray:
    """Which pixels of the whole cube hold values in some good bands, shape (lines, samples)."""
    good = np.flatnonzero(cube.good_bands)
    some = good[np.unique(np.linspace(0, len(good) - 1, bands).astype(int))]
    found = np.zeros((cube.lines, cube.samples), bool)
    for lines in line_blocks(cube, len(some)):
        found[lines] = valid_pixels(cube.window(lines, slice(None), some))
        release(cube.data)
    return found


def sampled_lines(cube: Cube) -> list[int]:
    """Lines spread over the cube that :func:`sample_of` reads."""
    lines: list[int] = np.unique(np.linspace(0, cube.lines - 1, SAMPLE_LINES).astype(int)).tolist()
    return lines


def sample_of(cube: Cube) -> FloatArray:
    """Measured spectra (n, bands) of some lines spread over the cube."""
    lines = sampled_lines(cube)
    if 2 * len(lines) >= cube.lines:  # one read is faster than many
        sample = cube.window(slice(None), slice(None))[lines]
    else:
        sample = np.concatenate([cube.window(line, slice(None)) for line in lines])
    release(cube.data)
    spectra: FloatArray = np.nan_to_num(sample[valid_pixels(sample)])
    return spectra
