"""NumPy arrays (.npy), memory-mapped; arrays of Python objects are refused."""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube
from s3fn_core.cubes.formats.axes import ASKED, alternatives, asked_axes, guessed_axes, note_on, transposed
from s3fn_core.cubes.formats.pixel_lists import arrange, asked_layout, pixel_axis, rank_layouts
from s3fn_core.cubes.formats.variables import array_of
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

NAME = tr("NumPy array")
SUFFIXES = (".npy",)

# What numpy raises on a header that is none.
HEADER_FAILURES = (ValueError, EOFError, SyntaxError, TypeError, OverflowError, KeyError, TokenError)


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open an array (lines, samples, bands), or a list of pixels (pixels, bands).

    Raises
    ------
    CubeError
        No array, truncated, Python objects inside, or a shape that is not a cube.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except HEADER_FAILURES as error:
        raise CubeError(
            "{path} is not a complete array of numbers ({first_line}); save it again with "
            "numpy.save as (lines, samples, bands).",
            path=path,
            first_line=first_line(error),
        ) from error
    if not isinstance(array, np.ndarray):  # a renamed .npz
        raise CubeError("{path} is an archive of arrays; rename it to {stem}.npz.", path=path, stem=path.stem)
    return cube_of_array(array, path, layout=layout)


def cube_of_array(
    array: np.ndarray[Any, Any],
    path: Path,
    *,
    variable: str = "",
    layout: Arrangement | None = None,
    size: tuple[int, int] | None = None,
    bands: int | None = None,
    plane: tuple[int, int] | None = None,
    by_column: bool = False,
) -> Cube:
    """Make a cube of an array with two or three axes.

    Parameters
    ----------
    array : array
        (lines, samples, bands), (bands, lines, samples) where that is clear, or a matrix of
        pixels and bands.
    path : Path
    variable : str
        Name of the array within its file.
    layout : Layout or Axes, optional
        The user's word on how it is an image.
    size : (lines, samples), optional
        The file's own word on it.
    bands : int, optional
        Number of wavelengths beside it.
    plane : (int, int), optional
        The axes that a map beside it has.
    by_column : bool
        Habit of the format.
    """
    where = array_of(path, variable) if variable else str(path)
    if array.dtype.kind not in "fiub":
        raise CubeError(
            "{where} holds {dtype} values; a cube holds real numbers.", where=where, dtype=array.dtype
        )
    if array.ndim not in (2, 3) or 0 in array.shape:
        sides = " x ".join(map(str, array.shape)) or tr("of a single value")
        raise CubeError(
            "{where} has the shape {sides}; a cube is lines x samples x bands, or a matrix of "
            "pixels x bands.",
            where=where,
            sides=sides,
        )
    if array.ndim == 3:
        asked = asked_axes(layout, where)
        axes, why = (asked, ASKED) if asked else guessed_axes(array, bands, plane=plane)
        return _solid(array, path, axes, why)
    layout = asked_layout(layout, where)
    stated = (layout.lines, layout.samples) if layout is not None else size
    count = stated[0] * stated[1] if stated else None
    shape = (array.shape[0], array.shape[1])
    axis = pixel_axis(shape, where, count, bands)
    pixels = array if axis == 0 else array.T
    layouts = rank_layouts(pixels, by_column=by_column, size=size)
    if layout is not None:
        layouts = (layout, *(other for other in layouts if other != layout))
        note = tr("Pixels arranged as {layout}, as asked for.", layout=layouts[0])
    elif size is not None:
        note = tr(
            "A list of {pixels} pixels; the file states its size: {layout}.",
            pixels=len(pixels),
            layout=layouts[0],
        )
    else:
        note = tr(
            "A list of {pixels} pixels without a shape; the most plausible: {layout}.",
            pixels=len(pixels),
            layout=layouts[0],
        )
    return Cube(
        arrange(array, axis, layouts[0]),
        path.stem,
        path,
        interleave="bip" if axis == 0 else "bsq",
        layouts=layouts,
        notes=(note,),
    )


def _solid(array: np.ndarray[Any, Any], path: Path, axes: Axes, why: str) -> Cube:
    """A cube of an array with three axes, which stays as it lies (mapped, if it is)."""
    return Cube(
        transposed(array, axes),
        path.stem,
        path,
        interleave=_interleave(array, axes),
        layouts=alternatives(axes),
        notes=(note_on(axes, why),) if why else (),
    )


def _interleave(array: np.ndarray[Any, Any], axes: Axes) -> str:
    """By the steps in memory: MATLAB and Fortran store the first axis innermost."""
    strides = transposed(array, axes).strides
    further = sum(abs(strides[2]) < abs(other) for other in strides[:2])
    return ("bsq", "bil", "bip")[further]


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
