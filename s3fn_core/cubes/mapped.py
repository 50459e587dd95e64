"""Arrays in files that stay open: a file that gets shorter is an error and not the program's end.

To touch a page of a memory map that the file no longer has ends the process (SIGBUS).  Whatever can
be read as few long pieces is therefore read, and the map serves for what lies scattered (one band of
a BIP file) only, right after a look at the file's size.
"""

from __future__ import annotations

import contextlib
import os
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.lazy import block_of, picked
from s3fn_core.errors import CubeError
from s3fn_core.files import reason

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

_SMALL = 1 << 16  # bytes that are read at once whatever is wanted of them
_PIECE = 1 << 15  # bytes from which on a piece is read by itself
_DENSE = 2  # what is read may be so many times what is wanted
_ALL = slice(None)
_FILES = 1 << 16
_CAN_READ = hasattr(os, "preadv")  # Windows has none, and lets nobody shorten a mapped file


class MappedArray:
    """A LazyArray over a view of a memory-mapped file.

    Parameters
    ----------
    view : array, shape (lines, samples, bands)
        Of a part of the map, in any order of axes.
    file : memmap
        That it is a view of.
    """

    def __init__(self, view: np.ndarray[Any, Any], file: np.memmap[Any, Any]) -> None:
        self.shape, self.dtype, self.base = view.shape, view.dtype, view
        self._path, self._strides, self._size = Path(str(file.filename)), view.strides, view.itemsize
        self._first = file.offset + _address(view) - _address(file)
        self._end = self._first + view.itemsize
        self._end += sum((n - 1) * step for n, step in zip(view.shape, view.strides, strict=True))
        self._outer = int(np.argmax(view.strides))
        self._mapping: Any = file.base
        _allow_many_files()
        self._handle = _opened(self._path)
        if self._handle >= 0:
            weakref.finalize(self, os.close, self._handle)

    def __getitem__(self, key: Any, /) -> Any:
        """Index by integers, slices or sequences, each axis by itself (like :func:`numpy.ix_`)."""
        parts = key if isinstance(key, tuple) else () if key is Ellipsis else (key,)
        lines, samples, bands = (*parts, _ALL, _ALL, _ALL)[:3]
        a, line_rest, i = block_of(lines, self.shape[0])
        b, sample_rest, j = block_of(samples, self.shape[1])
        c, band_rest, k = block_of(bands, self.shape[2])
        rests = (line_rest, sample_rest, band_rest)
        if not (i and j and k):
            return picked(np.empty((i, j, k), self.dtype), rests)
        block = self._read(a, b, c, i * j * k * self._size)
        if block is not None:
            return picked(block, rests)
        if self._mapping.size() < self._end:
            raise self._shortened()
        return np.array(picked(self.base[a, b, c], rests))[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        whole: np.ndarray[Any, Any] = self[...]
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def _read(self, a: slice, b: slice, c: slice, wanted: int) -> np.ndarray[Any, Any] | None:
        """A block, if `wanted` bytes of it lie so close together that reading does not take longer."""
        x, y, z = self._strides
        counts = (a.stop - a.start, b.stop - b.start, c.stop - c.start)
        first = self._first + a.start * x + b.start * y + c.start * z
        span = self._size + (counts[0] - 1) * x + (counts[1] - 1) * y + (counts[2] - 1) * z
        if self._handle < 0:
            return None
        if span <= _SMALL or span <= _DENSE * wanted:
            content = np.empty(span, np.uint8)
            self._fill(content, first)
            return np.ndarray(counts, self.dtype, content, 0, self._strides)
        many, step = counts[self._outer], self._strides[self._outer]
        piece = span - (many - 1) * step
        if piece < _PIECE or piece * many > _DENSE * wanted:
            return None
        pieces = np.empty((many, piece), np.uint8)
        for number, part in enumerate(pieces):
            self._fill(part, first + number * step)
        strides = tuple(piece if axis == self._outer else own for axis, own in enumerate(self._strides))
        return np.ndarray(counts, self.dtype, pieces, 0, strides)

    def _fill(self, content: np.ndarray[Any, Any], place: int) -> None:
        """Fill `content` from a place in the file."""
        rest: Any = content.data
        try:
            while rest and (count := os.preadv(self._handle, [rest], place)):
                rest, place = rest[count:], place + count
        except OSError as error:
            raise CubeError(
                "{path} cannot be read: {error}. Check its disk.", path=self._path, error=reason(error)
            ) from error
        if rest:
            raise self._shortened()

    def _shortened(self) -> CubeError:
        return CubeError(
            "{path} has become shorter since it was opened, so this part of it is missing. Copy the "
            "file again, then open it again.",
            path=self._path,
        )


def guarded(data: Any) -> Any:
    """`data`, as a MappedArray where it is a view of a memory-mapped file."""
    if not isinstance(data, np.ndarray) or data.ndim != 3 or not data.size or min(data.strides) < 0:
        return data
    base: Any = data
    file = data if isinstance(data, np.memmap) else None
    while isinstance(base, np.ndarray):
        file = base if isinstance(base, np.memmap) else file
        base = base.base
    if file is None or file.filename is None or file.mode == "c":
        return data
    return MappedArray(data, file)


@cache
def _allow_many_files() -> None:
    """Let this program keep as many files open as the system allows: a data set has hundreds of cubes."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # a sandbox may forbid it
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _opened(path: Path) -> int:
    """A handle to read by; -1 where there is none, as when the file has been replaced or removed."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC) if _CAN_READ else -1
    except OSError:
        return -1


def _address(array: np.ndarray[Any, Any]) -> int:
    return int(array.__array_interface__["data"][0])
