"""ENVI files written byte by byte, so that no code under test writes what it reads."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube

LINES, SAMPLES, BANDS = 3, 4, 5
CODES = {1: "B", 2: "h", 3: "i", 4: "f", 5: "d", 12: "H", 13: "I", 14: "q", 15: "Q"}
COMPLETE = {
    "samples": "4",
    "lines": "3",
    "bands": "5",
    "header offset": "0",
    "file type": "ENVI Standard",
    "data type": "12",
    "interleave": "bil",
    "byte order": "0",
}
ORDERS = {"bil": "lbs", "bip": "lsb", "bsq": "bls"}
FIVE = "wavelength = {400, 500, 600, 700, 800}\nwavelength units = Nanometers\n"


def value(line: int, sample: int, band: int) -> int:
    """What the files of this module hold; no two places hold the same."""
    return 1 + line + 10 * sample + 50 * band


EXPECTED = np.array([[[value(i, j, k) for k in range(BANDS)] for j in range(SAMPLES)] for i in range(LINES)])


def pixels(
    interleave: str = "bil",
    code: int = 12,
    big: bool = False,
    size: tuple[int, int, int] = (LINES, SAMPLES, BANDS),
) -> bytes:
    """The values of a data file in the order that ENVI's documentation gives."""
    extent = dict(zip("lsb", size, strict=True))
    axes = ORDERS[interleave]
    out = []
    for place in itertools.product(*(range(extent[axis]) for axis in axes)):
        at = dict(zip(axes, place, strict=True))
        out.append(value(at["l"], at["s"], at["b"]) % (256 if code == 1 else 32768))
    return struct.pack(f"{'>' if big else '<'}{len(out)}{CODES[code]}", *out)


def text(changes: dict[str, str | None] | None = None, more: str = "") -> str:
    fields = COMPLETE | (changes or {})
    return "ENVI\n" + "".join(f"{k} = {v}\n" for k, v in fields.items() if v is not None) + more


def pair(folder: Path, header: str | bytes, data: bytes | None = None, suffix: str = "img") -> Path:
    path = folder / "scan.hdr"
    path.write_bytes(header.encode() if isinstance(header, str) else header)
    (folder / f"scan.{suffix}").write_bytes(pixels() if data is None else data)
    return path


def check(cube: Cube, *notes: str) -> None:
    """The values are right, and exactly these notes were made."""
    np.testing.assert_array_equal(np.asarray(cube.data[:, :, :]), EXPECTED)
    assert len(cube.notes) == len(notes), cube.notes
    for wanted, note in zip(notes, cube.notes, strict=True):
        assert wanted in note
