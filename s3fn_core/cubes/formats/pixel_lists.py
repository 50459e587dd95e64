"""Lists of pixels: arrays without an image shape.

Published cubes often come as a matrix of pixels.  Neighbours in an image look alike, so the right
length of the fast axis shows in the pixels themselves: pixel i and pixel i + n are most alike where
n is one step across the fast axis.  What cannot be seen is whether the image
is mirrored at its diagonal (row by row or column by column of the same length); there the habit
of the program that wrote the file decides, and the alternative is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Layout
from s3fn_core.errors import CubeError

Array = np.ndarray[Any, np.dtype[Any]]

_WIDEST = 8.0  # longest side over shortest side of a layout that is still plausible
_LOOK_AT = 200_000  # pixels
_MOST_ALTERNATIVES = 7


def asked_layout(layout: Arrangement | None, where: str) -> Layout | None:
    """The user's word on a list of pixels.

    Raises
    ------
    CubeError
        When it is one on an array of three axes.
    """
    if isinstance(layout, Axes):
        raise CubeError(
            "{where} is a list of pixels and has no axes {layout}; give its lines and samples, for "
            "example Layout(95, 95).",
            where=where,
            layout=layout,
        )
    return layout


def pixel_axis(
    shape: tuple[int, int], where: str, pixels: int | None = None, bands: int | None = None
) -> int:
    """Which axis of a matrix counts the pixels.

    Parameters
    ----------
    shape : tuple of int
    where : str
        The file and array, for messages.
    pixels, bands : int, optional
        Known numbers, from a layout or from the wavelengths.

    Raises
    ------
    CubeError
        When a known number fits neither axis, or the matrix looks like a single image.
    """
    if pixels is not None:
        if pixels not in shape:
            raise CubeError(
                "{where} is {size}; neither is {pixels} pixels. Give lines and samples whose product is the "
                "number of pixels.",
                where=where,
                size=" x ".join(map(str, shape)),
                pixels=pixels,
            )
        return shape.index(pixels) if shape[0] != shape[1] else 0
    if bands is not None and bands in shape and shape[0] != shape[1]:
        return 1 - shape.index(bands)
    if max(shape) < 2 * min(shape):
        raise CubeError(
            "{where} is a single {size} image, not a cube; a label map is imported as labels, a matrix of "
            "pixels needs its lines and samples.",
            where=where,
            size=" x ".join(map(str, shape)),
        )
    return int(np.argmax(shape))


def rank_layouts(
    pixels: Array, *, by_column: bool, size: tuple[int, int] | None = None
) -> tuple[Layout, ...]:
    """Plausible layouts of a list of pixels, best first.

    Parameters
    ----------
    pixels : array, shape (pixels, bands)
    by_column : bool
        The habit of the format: MATLAB counts down the columns, NumPy along the rows.
    size : (lines, samples), optional
        Where the file states it.
    """
    count = len(pixels)
    if size is not None:
        lines, samples = size
        order = [Layout(lines, samples, by_column), Layout(lines, samples, not by_column)]
        fast = [lines if layout.by_column else samples for layout in order]
        if lines != samples:
            score = _gamma(pixels, fast)
            order.sort(key=lambda layout: score[lines if layout.by_column else samples])
        return tuple(order)
    lengths = [n for n in range(1, count + 1) if count % n == 0] if count < 10**8 else []
    lengths = [n for n in lengths if max(n, count // n) <= _WIDEST * min(n, count // n)]
    if not lengths:
        return (Layout(1, count),)
    score = _gamma(pixels, lengths)
    lengths.sort(key=lambda n: score[n])
    ranked = [layout for n in lengths for layout in _both(n, count // n, by_column)]
    return tuple(ranked[: _MOST_ALTERNATIVES + 1])


def _both(fast: int, slow: int, by_column: bool) -> tuple[Layout, Layout]:
    """The two readings of one fast axis, the habitual one first."""
    column, row = Layout(fast, slow, by_column=True), Layout(slow, fast)
    return (column, row) if by_column else (row, column)


def _gamma(pixels: Array, lengths: Sequence[int]) -> dict[int, float]:
    """How unlike pixels are that lie each of `lengths` apart in the list.

    A semivariogram (Matheron 1963): at the length of the fast axis the two pixels are neighbours
    in the image, at any other plausible length they are not.  The square root instead of the
    square keeps a few sharp edges (the rim of a tray) from deciding.
    """
    count = len(pixels)
    bands = np.unique(np.linspace(0, pixels.shape[1] - 1, 8).round().astype(int))
    start = max(0, (count - _LOOK_AT) // 2)
    part = np.asarray(pixels[start : start + _LOOK_AT, bands], np.float64)
    part = np.nan_to_num(part, posinf=0.0, neginf=0.0)
    part = (part - part.mean(0)) / np.where(part.std(0) > 0, part.std(0), 1.0)
    return {
        n: float(np.mean(np.sqrt(np.abs(part[n:] - part[:-n])))) if n < len(part) else np.inf for n in lengths
    }


def arrange(matrix: Array, axis: int, layout: Layout) -> Array:
    """View a matrix of pixels as (lines, samples, bands), without copying where possible.

    Parameters
    ----------
    matrix : array, shape (pixels, bands) or (bands, pixels)
    axis : int
        The axis that counts the pixels.
    layout : Layout
    """
    pixels = matrix if axis == 0 else matrix.T
    bands = pixels.shape[1]
    if layout.by_column:
        return pixels.reshape(layout.samples, layout.lines, bands).transpose(1, 0, 2)
    return pixels.reshape(layout.lines, layout.samples, bands)
