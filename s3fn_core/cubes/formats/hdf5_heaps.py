"""Damaged heaps of an HDF5 file, on which the HDF5 library would go round for ever.

Texts of any length lie in "global heap collections" (HDF5 File Format Specification 3.0, III.E): a
mark, the collection's size, then objects one after the other, each with its own size.  The library
steps from object to object by these sizes without a look at where it comes to.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any, BinaryIO

from s3fn_core.languages import tr

_MARK = b"GCOL\x01\0\0\0"
_HEAD = 16  # bytes: the mark and the size; those before an object are as many
_MOST_OBJECTS = 65_536  # they are numbered by 16 bits
# Heaps lie where the attributes were written, before the large arrays or behind them; a search of
# all of a large file would take longer than opening it.
_LOOK_AT = 16 << 20


def check_heaps(file: Any) -> None:
    """Go through the heaps of an open ``h5py.File`` that can be found quickly.

    Raises
    ------
    ValueError
        When the objects of one are not what its size says.
    """
    if file.id.get_create_plist().get_sizes()[1] != 8:
        return  # its numbers are of another length, as no program of today writes them
    with Path(file.filename).open("rb") as raw, _mapped(raw) as content:
        size = len(content)
        spans = [(0, min(size, _LOOK_AT)), (max(_LOOK_AT, size - _LOOK_AT), size)]
        for start, stop in spans:
            place = content.find(_MARK, start, stop)
            while place >= 0:
                _check_heap(content, place)
                place = content.find(_MARK, place + 1, stop)


def _mapped(raw: BinaryIO) -> mmap.mmap:
    return mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ)


def _check_heap(content: mmap.mmap, place: int) -> None:
    end = place + _number(content, place + 8)
    place += _HEAD
    for _ in range(_MOST_OBJECTS):
        if end > len(content):
            break
        if place + _HEAD > end:
            return
        index, size = struct.unpack_from("<H", content, place)[0], _number(content, place + 8)
        place += size if index == 0 else _HEAD + -(-size // 8) * 8  # 0: free space, head included
        if size < _HEAD and index == 0:
            break
    raise ValueError(tr("its heap of texts is damaged"))


def _number(content: mmap.mmap, place: int) -> int:
    if place + 8 > len(content):
        raise ValueError(tr("its heap of texts is cut off"))
    return int(struct.unpack_from("<Q", content, place)[0])
