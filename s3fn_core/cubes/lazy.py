"""An array that reads only the window asked for, for formats that cannot be memory-mapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

ReadWindow = Callable[[slice, slice, list[int]], np.ndarray[Any, Any]]


class LazyArray(Protocol):
    """What a reader gives: an array that reads only what is indexed (a memory map will do)."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...


class WindowedArray:
    """A LazyArray over a function that reads one block.

    Parameters
    ----------
    shape : tuple of int
        (lines, samples, bands).
    dtype : numpy.dtype
    read : callable
        ``read(lines, samples, bands)`` gives an array of shape (lines, samples, bands).  Its
        slices have step 1 and a start below their stop; its bands are ascending and unique, as
        HDF5 demands.
    base : object, optional
        The array that `read` computes from, as NumPy calls it for its views.
    """

    def __init__(
        self, shape: tuple[int, int, int], dtype: Any, read: ReadWindow, base: object = None
    ) -> None:
        self.shape: tuple[int, ...] = shape
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.base = base
        self._read = read

    def __getitem__(self, key: Any, /) -> Any:
        """Index by integers, slices or sequences, each axis by itself (like :func:`numpy.ix_`)."""
        parts: list[Any] = list(key) if isinstance(key, tuple) else [key]
        lines, samples, bands = parts + [slice(None)] * (3 - len(parts))
        line_block, line_rest, _ = block_of(lines, self.shape[0])
        sample_block, sample_rest, _ = block_of(samples, self.shape[1])
        wanted = np.arange(self.shape[2])[bands]
        unique, position = np.unique(np.atleast_1d(wanted), return_inverse=True)
        extent = (line_block.stop - line_block.start, sample_block.stop - sample_block.start)
        if 0 in extent or not unique.size:
            block = np.empty((*extent, unique.size), self.dtype)
        else:
            block = self._read(line_block, sample_block, unique.tolist())
        band_rest: Any = position.reshape(wanted.shape) if wanted.ndim else int(position.ravel()[0])
        if np.array_equal(wanted, unique):
            band_rest = None  # a list of positions would copy the block
        return picked(block, (line_rest, sample_rest, band_rest))


def block_of(key: Any, size: int) -> tuple[slice, Any, int]:
    """Split an index of an axis: the block to read, the index within it (None: all), and its length."""
    if isinstance(key, slice):
        start, stop, step = key.indices(size)
        if step == 1:
            return slice(start, max(start, stop)), None, max(0, stop - start)
        places = range(start, stop, step)
        if not places:
            return slice(0, 0), None, 0
        first, last = min(places[0], places[-1]), max(places[0], places[-1])
        return slice(first, last + 1), slice(None, None, step), len(places)
    chosen = np.asarray(key)
    if chosen.dtype == bool:
        chosen = np.flatnonzero(chosen)
    if chosen.size == 0:
        return slice(0, 0), None, 0
    if chosen.min() < -size or chosen.max() >= size:
        raise IndexError(f"index {key} is out of bounds for an axis of size {size}")
    chosen = np.where(chosen < 0, chosen + size, chosen)
    first, stop = int(chosen.min()), int(chosen.max()) + 1
    if chosen.ndim == 0:
        return slice(first, stop), 0, 1
    rest = chosen - first
    in_order = rest.size == stop - first and np.array_equal(rest, np.arange(rest.size))
    return slice(first, stop), None if in_order else rest, rest.size


def picked(block: np.ndarray[Any, Any], rests: tuple[Any, Any, Any]) -> Any:
    """What :func:`block_of` left to pick on each axis."""
    for axis in (2, 1, 0):  # the last one first: an integer drops its axis, and shifts those behind it
        if rests[axis] is not None:
            block = block[(slice(None),) * axis + (rests[axis],)]
    return block


def contiguous(indices: list[int]) -> slice | list[int]:
    """Ascending indices as a slice where they have no gap; libraries read that much faster."""
    if indices and indices[-1] - indices[0] + 1 == len(indices):
        return slice(indices[0], indices[-1] + 1)
    return indices
