"""Grey PNG images of few bits hold small numbers, not shades of 8 bits."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube
from s3fn_core.labels.exchange import read_labels


def grey_png(path: Path, values: np.ndarray, bits: int, clear: int | None = None) -> None:
    """Written byte by byte: Pillow writes no grey of 2 or 4 bits."""
    lines, samples = values.shape
    each = 8 // bits
    rows = np.zeros((lines, -(-samples // each) * each), np.uint8)
    rows[:, :samples] = values
    packed = sum(rows[:, i::each].astype(int) << (8 - bits * (i + 1)) for i in range(each))
    raw = b"".join(b"\0" + bytes(row.tolist()) for row in packed)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", samples, lines, bits, 0, 0, 0, 0)
    seen = b"" if clear is None else chunk(b"tRNS", struct.pack(">H", clear))
    chunks = chunk(b"IHDR", head) + seen + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_values_stay_as_they_are_stored(tmp_path: Path, bits: int) -> None:
    values = np.random.default_rng(0).integers(0, min(2**bits, 9), (6, 7, 3)).astype(np.uint8)
    for band in range(3):
        grey_png(tmp_path / f"b{band}.png", values[:, :, band], bits)
    np.testing.assert_array_equal(read_labels(tmp_path / "b0.png", shape=(6, 7)), values[:, :, 0])
    cube = open_cube(tmp_path)
    np.testing.assert_array_equal(cube.read(), values)
    assert cube.data.dtype == np.uint8


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_transparent_value_is_missing(tmp_path: Path, bits: int) -> None:
    values = np.random.default_rng(0).integers(0, min(2**bits, 9), (6, 7, 3)).astype(np.uint8)
    for band in range(3):
        grey_png(tmp_path / f"b{band}.png", values[:, :, band], bits, clear=1)
    labels = read_labels(tmp_path / "b0.png", shape=(6, 7))
    np.testing.assert_array_equal(labels, np.where(values[:, :, 0] == 1, 0, values[:, :, 0]))
    np.testing.assert_array_equal(open_cube(tmp_path).read(), np.where(values == 1, np.nan, values))
