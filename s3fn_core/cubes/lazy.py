"""An array that reads only the window asked for, for formats that cannot be memory-mapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

ReadWindow = Callable[[slice, slice, list[int]], np.ndarray[Any, Any]]


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
        line_block, line_rest = _block(lines, self.shape[0])
        sample_block, sample_rest = _block(samples, self.shape[1])
        wanted = np.arange(self.shape[2])[bands]
        unique, position = np.unique(np.atleast_1d(wanted), return_inverse=True)
        extent = (line_block.stop - line_block.start, sample_block.stop - sample_block.start)
        if 0 in extent or not unique.size:
            block = np.empty((*extent, unique.size), self.dtype)
        else:
            block = self._read(line_block, sample_block, unique.tolist())
        band_rest: Any = position.reshape(wanted.shape) if wanted.ndim else int(position.ravel()[0])
        if np.array_equal(wanted, unique):
            band_rest = slice(None)  # a list of positions would copy the block
        # Last axis first: an integer drops its axis, which must not shift the ones before it.
        return block[:, :, band_rest][:, sample_rest][line_rest]


def _block(key: Any, size: int) -> tuple[slice, Any]:
    """Split an index into the contiguous block to read and the index within that block."""
    if isinstance(key, slice):
        places = range(size)[key]
        if not places:
            return slice(0, 0), slice(None)
        first, last = min(places[0], places[-1]), max(places[0], places[-1])
        return slice(first, last + 1), slice(None, None, places.step)
    chosen = np.asarray(key)
    if chosen.dtype == bool:
        chosen = np.flatnonzero(chosen)
    if chosen.size == 0:
        return slice(0, 0), slice(None)
    if chosen.min() < -size or chosen.max() >= size:
        raise IndexError(f"index {key} is out of bounds for an axis of size {size}")
    chosen = np.where(chosen < 0, chosen + size, chosen)
    first = int(chosen.min())
    block = slice(first, int(chosen.max()) + 1)
    return block, 0 if chosen.ndim == 0 else chosen - first


def contiguous(indices: list[int]) -> slice | list[int]:
    """Ascending indices as a slice where they have no gap; libraries read that much faster."""
    if indices and indices[-1] - indices[0] + 1 == len(indices):
        return slice(indices[0], indices[-1] + 1)
    return indices
