"""Bands that hold no measurement anywhere (processors leave them in the file as no-data)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube, LazyArray
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray

_SAMPLES = 1024  # looked at in a line
_FEWEST_PIXELS = 4
# In a band-sequential file every band is a place of its own on the disk, and opening should not
# wait for hundreds of them: one line is looked at in all bands, others in the suspects only.
_OTHER_LINES = 8


def without_empty_bands(cube: Cube) -> Cube:
    """Mark as bad the bands that are missing in every pixel looked at.

    Notes say which bands the file itself marks, and which were found.
    """
    if not cube.good_bands.all():
        note = tr("The file marks as bad: {ranges}.", ranges=_ranges(cube, ~cube.good_bands))
        cube = cube.with_(notes=(*cube.notes, note))
    if cube.nodata is None and not np.issubdtype(cube.data.dtype, np.floating):
        return cube  # whole numbers without a no-data value cannot say "missing"
    empty = _empty(cube)
    if not empty.any() or np.array_equal(empty, cube.good_bands):
        return cube
    note = tr("No data in any pixel looked at, hence taken as bad: {ranges}.", ranges=_ranges(cube, empty))
    return cube.with_(good_bands=cube.good_bands & ~empty, notes=(*cube.notes, note))


def without_nameless_bands(cube: Cube) -> Cube:
    """Without the bands whose wavelength is NaN: the file says that they hold nothing."""
    if cube.wavelengths is None or not np.isnan(cube.wavelengths).any():
        return cube
    nameless = np.isnan(cube.wavelengths)
    left = np.flatnonzero(~nameless)
    note = tr("Without a wavelength, hence left out: {ranges}.", ranges=_ranges(cube, nameless))
    default = [int(np.searchsorted(left, band)) for band in cube.default_bands if not nameless[band]]
    return cube.with_(
        data=_bands_of(cube, left),
        wavelengths=cube.wavelengths[left],
        good_bands=cube.good_bands[left],
        default_bands=tuple(default) if len(default) == len(cube.default_bands) else (),
        notes=(*cube.notes, note),
    )


def _bands_of(cube: Cube, chosen: npt.NDArray[np.intp]) -> LazyArray:
    """Some bands of the stored values; a view where they follow each other."""
    source, bands = cube.data, contiguous(chosen.tolist())
    if isinstance(source, MappedArray) and isinstance(bands, slice):
        return source.base[:, :, bands]

    def read(lines: slice, samples: slice, wanted: list[int]) -> np.ndarray[Any, Any]:
        return np.asarray(source[lines, samples, contiguous(chosen[wanted].tolist())])

    return WindowedArray((cube.lines, cube.samples, len(chosen)), source.dtype, read, base=source)


def _empty(cube: Cube) -> BoolArray:
    """Good bands in which nothing is measured, shape (bands,)."""
    samples = slice(0, cube.samples, max(1, cube.samples // _SAMPLES))
    empty = np.zeros(cube.bands, bool)
    for line in dict.fromkeys((cube.lines // 2, cube.lines // 4, 3 * cube.lines // 4)):
        measured = np.isfinite(cube.window(slice(line, line + 1), samples)[0])
        pixels = measured[measured.any(axis=1)]
        if len(pixels) >= _FEWEST_PIXELS:  # an empty border says nothing about the bands
            empty = ~pixels.any(axis=0) & cube.good_bands
            break
    for line in np.linspace(0, cube.lines - 1, _OTHER_LINES).astype(int).tolist():
        suspects = np.flatnonzero(empty)
        if not suspects.size:
            break
        block = cube.window(slice(line, line + 1), samples, suspects.tolist())[0]
        empty[suspects[np.isfinite(block).any(axis=0)]] = False
    return empty


def _ranges(cube: Cube, chosen: BoolArray) -> str:
    """Name the chosen bands as ranges, counted from 1 like everywhere on screen."""
    indices = np.flatnonzero(chosen)
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    texts = []
    for run in runs:
        first, last = int(run[0]), int(run[-1])
        if first == last:
            text = tr("band {number}", number=first + 1)
        else:
            text = tr("bands {first} to {last}", first=first + 1, last=last + 1)
        if cube.wavelengths is not None and not np.isnan(cube.wavelengths[[first, last]]).any():
            low, high = cube.wavelengths[first], cube.wavelengths[last]
            text += f" ({low:.0f} nm)" if first == last else f" ({low:.0f}-{high:.0f} nm)"
        texts.append(text)
    return ", ".join(texts)
