"""Whether a TIFF holds what its head promises: GDAL reads images without end out of damaged ones.

An image lies in blocks (strips or tiles).  The head lists where each lies and how many bytes it
takes; a list that is too short, or bytes that cannot hold the pixels of a block, are a lie.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import Any

from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.languages import tr

# Bytes that one byte of a file can stand for, by TIFF's numbers of compressions.
_LZW, _DEFLATE, _PACKBITS = 5, (8, 32946), 32773
_RATIOS = {1: 1.0, _PACKBITS: 128.0, _LZW: 1400.0, **dict.fromkeys(_DEFLATE, 1400.0)}
_OTHERS = 50_000.0  # ZSTD and its kin pack long runs of one value as tightly as that
_LARGEST_HOLE = 64 << 20  # bytes of a block that sparse files leave out
# What tifffile raises on damaged files.
FAILURES = (
    ValueError,
    OSError,
    IndexError,
    KeyError,
    RuntimeError,
    AttributeError,
    TypeError,
    ArithmeticError,
    AssertionError,
    struct.error,
    zlib.error,
)
_SLACK = 4096.0  # for what a compression adds, or a last block that is cut


def check_promise(path: Path, index: int = 0) -> None:
    """Compare the size of an image, by default the first one, with what the file can hold.

    Raises
    ------
    ValueError
        When the image cannot be there, or the file is not a TIFF.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            check_page(file.pages[index], path.stat().st_size)
    except FAILURES as error:
        raise ValueError(first_line(error)) from error


def check_page(page: Any, size: int) -> None:
    """Compare what a page of a file of `size` bytes promises with what its blocks can hold.

    Raises
    ------
    ValueError
        When they cannot hold it.
    """
    if page.dtype is None:
        raise ValueError(tr("it holds no image of numbers"))
    bits = page.bitspersample
    each = sum(bits) / len(bits) if isinstance(bits, tuple) else int(bits)  # samples may differ
    promised = float(math.prod(page.shape) * each / 8)
    listed = tuple(int(count) for count in page.databytecounts)
    blocks, ratio = int(math.prod(page.chunked)), _RATIOS.get(int(page.compression), _OTHERS)
    if not promised:
        raise ValueError(tr("it holds no image of numbers"))
    if blocks > len(listed):
        raise ValueError(
            tr("it promises {blocks} blocks and lists {listed}", blocks=blocks, listed=len(listed))
        )
    hole = promised / blocks
    present = sum(min(count, size) * ratio + _SLACK if count else hole for count in listed)
    if promised > present or (0 in listed and hole > _LARGEST_HOLE):
        raise ValueError(
            tr(
                "it promises {promised:.0f} bytes of pixels, more than can be in its {size} bytes",
                promised=promised,
                size=size,
            )
        )
