"""Which axis of a stored array counts the lines, the samples, the bands: guessed, or as asked for.

Whatever the order, nothing is read for it: arrays in memory or mapped are transposed as views,
others are read window by window and each block is transposed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Layout, LazyArray
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

# Ends of a sentence, see `note_on`.
BY_WAVELENGTHS = tr("as the number of wavelengths shows")
BY_VALUES = tr("as the values suggest")
BY_PLANE = tr("as a map next to it shows")
BY_LENGTH = tr("as the short one is likely to be that of the bands")
BY_NAMES = tr("as the file names them")
UNKNOWN = tr("as the file does not name them")
ASKED = tr("as asked for")

_CUBE = "lsb"
_FEWEST_BANDS = 8  # fewer say nothing about smoothness
_SHORT = 4  # times shorter than the others: rather bands than lines or samples
_SHORTER, _ALIKE = 2, 1.5  # where the others hardly differ
_WITH_BANDS_AT = ("bls", "lbs", "lsb")  # by the place of the bands, lines before samples
_INTERLEAVES = ("bsq", "bil", "bip")


def asked_axes(layout: Arrangement | None, where: str) -> Axes | None:
    """The user's word on an array of three axes.

    Raises
    ------
    CubeError
        When it is one on a list of pixels.
    """
    if isinstance(layout, Layout):
        raise CubeError(
            "{where} has three axes and cannot be arranged as {layout}; give the order of its axes, "
            'for example Axes("{cube}").',
            where=where,
            layout=layout,
            cube=_CUBE,
        )
    return layout


def guessed_axes(
    array: LazyArray, wavelengths: int | None, habit: Axes | None = None, plane: tuple[int, int] | None = None
) -> tuple[Axes, str]:
    """The likely axes of an array, and why; an empty reason where they are the format's habit.

    Spectra are smoother than images, so the band axis is the one along which neighbours differ
    least.  Only a clear case counts: one axis by far the smoothest and the other two alike.  A
    number of wavelengths that fits an axis settles it, or a map of the lines and samples.  Where
    nothing else tells, an axis much shorter than the others is that of the bands.

    Parameters
    ----------
    array : LazyArray
        With its axes as they are stored.
    wavelengths : int, optional
        How many are known.
    habit : Axes, optional
        What the format's programs write, by default lines, samples, bands.
    plane : (int, int), optional
        The axes that a map beside the array has.
    """
    usual = habit or Axes(_CUBE)
    fits = [axis for axis in (2, 0, 1) if array.shape[axis] == wavelengths]
    other = None if plane is None else 3 - sum(plane)
    place, why = None, ""
    if len(fits) > 1:  # the smoothest of them, else the usual one
        smoothest = _smoothest(array)
        fits = [next((axis for axis in (other, smoothest) if axis in fits), fits[0])]
    if fits:
        place, why = fits[0], BY_WAVELENGTHS
    elif other is not None:
        place, why = other, BY_PLANE
    elif (smoothest := _smoothest(array)) is not None:
        place, why = smoothest, BY_VALUES
    elif (shortest := _shortest(array.shape)) is not None:
        place, why = shortest, BY_LENGTH
    axes = usual if place is None else Axes(_WITH_BANDS_AT[place])
    return axes, "" if axes == usual else why


def _shortest(shape: Sequence[int]) -> int | None:
    """The axis that is much shorter than the others, where one is; less much where those are alike."""
    place = min(range(3), key=shape.__getitem__)
    less, more = sorted(side for axis, side in enumerate(shape) if axis != place)
    times = _SHORT if more > _ALIKE * less else _SHORTER
    return place if shape[place] * times <= less else None


def _smoothest(array: LazyArray) -> int | None:
    """The axis along which neighbours are alike by far the most, where one is."""
    middle = tuple(
        slice(max(0, s // 2 - 32), s // 2 + 32) if axis else slice(0, min(s, 256))
        for axis, s in enumerate(array.shape)
    )
    block = np.nan_to_num(np.asarray(array[middle], np.float64), posinf=0.0, neginf=0.0)
    low, high = np.percentile(block, (5, 95))  # no-data values would outweigh everything
    with np.errstate(over="ignore", invalid="ignore"):  # of values that are none
        block = block.clip(low, high)
        rough = [_roughness(block, axis) for axis in range(3)]
    place = int(np.argmin(rough))
    least, second, most = sorted(rough)
    clear = least < 0.5 * second and most < 2 * second
    return place if clear and array.shape[place] >= _FEWEST_BANDS else None


def _roughness(block: np.ndarray[Any, Any], axis: int) -> float:
    """Mean absolute step along an axis, relative to the spread of the block."""
    if block.shape[axis] < 2 or not block.std() > 0:
        return 1.0
    return float(np.mean(np.abs(np.diff(block, axis=axis))) / block.std())


def note_on(axes: Axes, why: str) -> str:
    """What to tell of a guess."""
    return tr("The axes were taken as {axes}, {why}.", axes=axes, why=why)


def alternatives(axes: Axes) -> tuple[Axes, ...]:
    """All orders of axes: the one in use, its mirror image at the diagonal, then the others."""
    others = [Axes("".join(order)) for order in permutations(_CUBE)]
    mirrored = axes.order.translate(str.maketrans("ls", "sl"))
    return tuple(sorted(others, key=lambda other: (other != axes, other.order != mirrored)))


def interleave(axes: Axes) -> str:
    """What an array with these axes is called, stored from the outermost to the innermost."""
    return _INTERLEAVES[axes.order.index("b")]


def transposed(array: np.ndarray[Any, Any], axes: Axes) -> np.ndarray[Any, Any]:
    """View an array with `axes` as (lines, samples, bands)."""
    return array.transpose([axes.order.index(axis) for axis in _CUBE])


def windows(
    shape: Sequence[int], dtype: Any, read: Callable[[tuple[Any, ...]], np.ndarray[Any, Any]], axes: Axes
) -> WindowedArray:
    """View an array that is read block by block as (lines, samples, bands).

    Parameters
    ----------
    shape : sequence of int
        Of the three axes as stored.
    dtype : numpy.dtype
    read : callable
        ``read(index)`` gives the block of the stored array at an index of three slices, or
        ascending lists where there are gaps.
    axes : Axes
    """
    size = dict(zip(axes.order, shape, strict=True))

    def block(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        wanted = {"l": lines, "s": samples, "b": contiguous(bands)}
        return transposed(np.asarray(read(tuple(wanted[axis] for axis in axes.order))), axes)

    return WindowedArray((size["l"], size["s"], size["b"]), dtype, block)
