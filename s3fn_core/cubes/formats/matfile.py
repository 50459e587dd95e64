"""The numeric arrays of MATLAB files up to version 7, found without trust in what the file says.

SciPy's reader follows damaged tags out of its buffers, which can end the whole program.  Here every
length is checked against the bytes that are there, and arrays that are not compressed are mapped.
The layout is that of "MAT-File Format" (The MathWorks): version 4 is a row of plain matrices,
version 5 (which 6 and 7 write too) a row of tagged elements, each of which may be compressed.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from s3fn_core.languages import tr

_MATRIX, _COMPRESSED = 14, 15
_HEADER = 128
_TAG = 8
_VALUES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_NUMBERS = range(6, 16)  # classes of arrays: double, single, int8 to uint64
_NOT_REAL = 0x0A00  # flags of complex and of logical arrays
_VERSION_4 = ("f8", "f4", "i4", "i2", "u2", "u1")
_LONGEST_NAME = 4096
_MOST_DEFLATED = 1032  # deflate cannot pack tighter: nothing is allocated for a size beyond that
_PIECE = 1 << 20


@dataclass(frozen=True)
class StoredArray:
    """Where an array lies: at `offset` of the file, or of the compressed element at `packed`.

    ``dtype`` is how the values are written; MATLAB writes the whole numbers of a double array in
    the smallest type that holds them.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int
    packed: tuple[int, int] | None = None

    @property
    def nbytes(self) -> int:
        """As stored, once it is unpacked."""
        return math.prod(self.shape) * self.dtype.itemsize


class _Source(Protocol):
    def read(self, count: int, /) -> bytes: ...


class _Inflated:
    """The content of a compressed element, unpacked as far as it is read."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        file.seek(start)
        self._file, self._left = file, size
        self._inflate = zlib.decompressobj()

    def read(self, count: int, /) -> bytes:
        pieces = []
        while count:
            fed = self._inflate.unconsumed_tail
            if not fed:
                fed = self._file.read(min(self._left, _PIECE))
                self._left -= len(fed)
            piece = self._inflate.decompress(fed, count)
            if not piece and not fed:
                break
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)


def numeric_arrays(path: Path) -> dict[str, StoredArray]:
    """The real, full arrays of numbers by name; their values are not read.

    Raises
    ------
    ValueError, zlib.error
        When the file is damaged or cut.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(_HEADER)
        if len(start) < _TAG:
            raise ValueError(tr("it is empty"))
        listed = _version_4(file, size) if 0 in start[:4] else _version_5(file, start, size)
        return dict(listed)


def load(path: Path, array: StoredArray) -> np.ndarray[Any, Any]:
    """The array itself, in MATLAB's order (first axis innermost); mapped where it can be.

    Raises
    ------
    ValueError, zlib.error
        When its values are damaged.
    """
    if array.packed is None:
        if not array.nbytes:
            return np.zeros(array.shape, array.dtype)
        return np.memmap(path, array.dtype, "r", array.offset, array.shape, order="F")
    with path.open("rb") as file:
        source = _Inflated(file, *array.packed)
        _take(source, array.offset)
        content = np.empty(array.nbytes, np.uint8)
        for first in range(0, array.nbytes, _PIECE):
            part = content[first : first + _PIECE]
            part[:] = np.frombuffer(_take(source, part.size), np.uint8)
        source.read(_PIECE)  # its checksum comes at the end
    return np.asarray(content.view(array.dtype).reshape(array.shape, order="F"))


def _take(source: _Source, count: int) -> bytes:
    content = source.read(count)
    if len(content) < count:
        raise ValueError(tr("its end is missing"))
    return content


def _ends(missing: int) -> str:
    return tr("it ends within an array, {missing} bytes are missing", missing=missing)


def _promises(name: str) -> str:
    return tr('"{name}" promises more values than are there', name=name)


# --- version 5 -----------------------------------------------------------------------------------


def _version_5(file: IO[bytes], start: bytes, size: int) -> Iterator[tuple[str, StoredArray]]:
    order = {b"IM": "<", b"MI": ">"}.get(start[126:128])
    if order is None:
        raise ValueError(tr("its byte order is not stated"))
    position = _HEADER
    while position + _TAG <= size:
        file.seek(position)
        kind, count, _ = _tag(file, order)
        inside = position + _TAG
        if inside + count > size:
            raise ValueError(_ends(inside + count - size))
        if kind == _COMPRESSED:
            source = _Inflated(file, inside, count)
            inner, promised, _ = _tag(source, order)
            packed = (inside, count)
            found = _matrix(source, order, _TAG, packed) if inner == _MATRIX else None
            if found and found[1].nbytes > min(promised, count * _MOST_DEFLATED):
                raise ValueError(_promises(found[0]))
        elif kind == _MATRIX:
            found = _matrix(file, order, inside, None)
            if found and found[1].offset + found[1].nbytes > inside + count:
                raise ValueError(_promises(found[0]))
        else:
            raise ValueError(tr("it holds an element of the unknown type {kind}", kind=kind))
        if found:
            yield found
        position = inside + count


def _tag(source: _Source, order: str) -> tuple[int, int, bytes]:
    """Type and bytes of an element, and the content of one so small that its tag holds it."""
    content = _take(source, _TAG)
    first, second = (int(n) for n in np.frombuffer(content, f"{order}u4"))
    if first >> 16:
        if first >> 16 > 4:
            raise ValueError(tr("a small element is larger than its tag"))
        return first & 0xFFFF, first >> 16, content[4 : 4 + (first >> 16)]
    return first, second, b""


def _matrix(
    source: _Source, order: str, position: int, packed: tuple[int, int] | None
) -> tuple[str, StoredArray] | None:
    """Name and place of the array whose content starts here; None where it is of another kind."""
    flags, used = _element(source, order)
    if len(flags) < 4:
        raise ValueError(tr("an array has no flags"))
    stated = int(np.frombuffer(flags[:4], f"{order}u4")[0])
    if stated & 0xFF not in _NUMBERS or stated & _NOT_REAL:
        return None
    position += used
    sides, used = _element(source, order)
    position += used
    shape = tuple(int(n) for n in np.frombuffer(sides[: len(sides) // 4 * 4], f"{order}i4"))
    name, used = _element(source, order)
    position += used
    kind, count, small = _tag(source, order)
    if kind not in _VALUES or len(shape) < 2 or min(shape) < 0:
        raise ValueError(tr("the head of an array makes no sense"))
    dtype = np.dtype(order + _VALUES[kind])
    array = StoredArray(shape, dtype, position + (4 if small else _TAG), packed)
    if array.nbytes != count:
        raise ValueError(tr("an array of {shape} has {count} bytes of values", shape=shape, count=count))
    called = name.split(b"\0")[0].decode("latin-1")
    return (called, array) if called else None  # workspaces of functions have no name


def _element(source: _Source, order: str) -> tuple[bytes, int]:
    """A small part of an array's head, and how many bytes it takes up."""
    _, count, small = _tag(source, order)
    if small:
        return small, _TAG
    if count > _LONGEST_NAME:
        raise ValueError(tr("the head of an array is too long"))
    padded = -(-count // _TAG) * _TAG
    return _take(source, padded)[:count], _TAG + padded


# --- version 4 -----------------------------------------------------------------------------------


def _version_4(file: IO[bytes], size: int) -> Iterator[tuple[str, StoredArray]]:
    position = 0
    while position + 20 <= size:
        file.seek(position)
        content = _take(file, 20)
        order = "<" if 0 <= int.from_bytes(content[:4], "little", signed=True) < 5000 else ">"
        kind, lines, columns, imaginary, length = (int(n) for n in np.frombuffer(content, f"{order}i4"))
        machine, values, form = kind // 1000, kind // 10 % 10, kind % 10
        if machine != (order == ">") or values >= len(_VERSION_4) or kind // 100 % 10:
            raise ValueError(tr("the head of an array makes no sense"))
        if min(lines, columns) < 0 or not 0 < length <= _LONGEST_NAME:
            raise ValueError(tr("the head of an array makes no sense"))
        name = _take(file, length).split(b"\0")[0].decode("latin-1")
        start = position + 20 + length
        array = StoredArray((lines, columns), np.dtype(order + _VERSION_4[values]), start)
        position = start + array.nbytes * (2 if imaginary else 1)
        if position > size:
            raise ValueError(_ends(position - size))
        if form == 0 and not imaginary and name:
            yield name, array
