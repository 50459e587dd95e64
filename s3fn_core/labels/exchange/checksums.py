"""Whether an image of labels is whole: what libraries for pictures pass over changes an id here.

A picture with a damaged stretch is better than none; a label map is not.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from s3fn_core.languages import tr

_PNG_START = 8
_DEFLATE, _PLAIN = (8, 32946), 1
_TILE_WIDTH, _TILE_LENGTH = 322, 323
_PIECE = 1 << 20  # bytes


def check_png(path: Path) -> None:
    """Compare the checksum of every chunk (PNG, section 5.3).

    Raises
    ------
    ValueError
        When a chunk holds something else than was written, or is cut.
    """
    with path.open("rb") as file:
        file.seek(_PNG_START)
        kind = b""
        while kind != b"IEND":
            size, kind = int.from_bytes(file.read(4), "big"), file.read(4)
            digest = zlib.crc32(kind)
            for piece in _pieces(file, size):
                digest = zlib.crc32(piece, digest)
            if file.read(4) != digest.to_bytes(4, "big"):
                raise ValueError(tr("its chunk {kind!r} is damaged", kind=kind))


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (piece := file.read(min(size, _PIECE))):
        yield piece
        size -= len(piece)


def check_tiff(path: Path) -> None:
    """Compare the size of every strip or tile with what the tags state, and deflate's checksum.

    Without its tag for the compression or the bits of a pixel, a file is read as another one.

    Raises
    ------
    ValueError
        When a part is damaged, or shorter or longer than stated.
    """
    import tifffile

    with tifffile.TiffFile(path) as file, path.open("rb") as raw:
        page: Any = file.pages[0]
        if (_TILE_WIDTH in page.tags) != (_TILE_LENGTH in page.tags):
            raise ValueError(tr("its tags are damaged"))
        if page.compression not in (_PLAIN, *_DEFLATE):
            return  # those have neither
        for offset, count, sizes in _parts(page):
            if not count:  # left out: all of it is empty
                continue
            raw.seek(offset)
            present = count
            if page.compression != _PLAIN:
                present = _unpacked_size(raw.read(count), max(sizes))
            elif present > max(sizes):
                present = max(sizes)
            if present not in sizes:
                raise ValueError(tr("a part of it is damaged, or its tags are"))


def _parts(page: Any) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Offset, bytes in the file, and bytes unpacked: of the whole part, or of its lines in the image."""
    samples = 1 if page.planarconfig == 2 else page.samplesperpixel
    lines, width = (
        (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    )
    lines = lines if page.is_tiled else min(lines, page.imagelength)
    line = math.ceil(width * samples * page.bitspersample / 8)
    down = math.ceil(page.imagelength / lines)
    for number, (offset, count) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        rest = lines if page.is_tiled else min(lines, page.imagelength - number % down * lines)
        yield offset, count, (lines * line, rest * line)


def _unpacked_size(content: bytes, most: int) -> int:
    """Bytes that come of a stream of deflate, where its checksum holds; no more than are looked for."""
    stream, size = zlib.decompressobj(), 0
    try:
        while size <= most and not stream.eof:
            piece = stream.decompress(content, _PIECE)
            if not piece and not stream.unconsumed_tail:
                break
            size, content = size + len(piece), stream.unconsumed_tail
    except zlib.error as error:
        raise ValueError(tr("a part of it is damaged ({error})", error=error)) from error
    return size if stream.eof or size > most else -1
