"""ENVI classification: a text header with class names and colours beside a raw file of ids.

Read without spectral, which stops at headers in Latin-1 and allocates what a header promises.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.rasters import Array, Place, write_envi
from s3fn_core.types import IdArray

NAME = "ENVI classification"
SUFFIXES = (".hdr", ".img", ".dat", ".bin", ".raw")

_LARGEST_HEADER = 1 << 25
_FIELD = re.compile(r"^[ \t]*([^=;{}\r\n]+?)[ \t]*=[ \t]*(\{[^{}]*\}|[^\r\n]*)", re.MULTILINE)
_TYPES = {
    1: "u1",
    2: "i2",
    3: "i4",
    4: "f4",
    5: "f8",
    6: "c8",
    9: "c16",
    12: "u2",
    13: "u4",
    14: "i8",
    15: "u8",
}


def read(wanted: Wanted) -> Stored:
    """Read the map of a header, or of a data file with its header beside it."""
    header = envi_header(wanted.path)
    if header is None:
        raise wanted.error(
            "is no label map that can be read: its suffix is unknown and no ENVI header (.hdr) "
            "lies beside it. Export it as .tif, .png, .npy or ENVI classification."
        )
    fields = _fields(header, wanted)
    if (bands := int(fields.get("bands", "1"))) != 1:
        raise wanted.error(f"has {bands} bands, so it is a cube and no label map (one band).")
    values = _values(fields, _data_file(wanted, header), wanted)
    if "data ignore value" in fields:
        values[values == float(fields["data ignore value"])] = 0
    names = {i: name.strip() for i, name in enumerate(_items(fields.get("class names", "")))}
    lookup = [int(value) & 255 for value in re.findall(r"\d+", fields.get("class lookup", ""))]
    colors = {i // 3: f"#{bytes(lookup[i : i + 3]).hex()}" for i in range(0, len(lookup) // 3 * 3, 3)}
    return Stored(values, names, colors)


def _fields(header: Path, wanted: Wanted) -> dict[str, str]:
    """The fields of a header, keys in lower case, values with their braces."""
    if header.stat().st_size > _LARGEST_HEADER:
        raise wanted.error(f"is no label map: {header.name} is too large for an ENVI header.")
    raw = header.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # older programs write the local 8-bit code page
        text = raw.decode("latin-1")
    if not text.lstrip().startswith("ENVI"):
        raise wanted.error(
            f'is no label map: the first line of {header.name} is not "ENVI". Choose the header '
            "that belongs to the map."
        )
    return {" ".join(key.lower().split()): value.strip() for key, value in _FIELD.findall(text)}


def _items(value: str) -> list[str]:
    inner = value.strip().strip("{}").strip()
    return inner.split(",") if inner else []


def _values(fields: dict[str, str], data: Path, wanted: Wanted) -> Array:
    try:
        lines, samples = int(fields["lines"]), int(fields["samples"])
        offset = int(fields.get("header offset", "0"))
        order = ">" if fields.get("byte order", "0") == "1" else "<"
        dtype = np.dtype(order + _TYPES[int(fields["data type"])])
    except (KeyError, ValueError) as error:
        raise wanted.error(
            f"is no label map that can be read: its header lacks a whole number for lines, samples "
            f"or data type ({error}). Correct the header."
        ) from error
    wanted.check_size((lines, samples), dtype.itemsize)
    promised, found = offset + lines * samples * dtype.itemsize, data.stat().st_size
    if not (lines > 0 < samples and offset >= 0) or found < promised:
        raise wanted.error(
            f"cannot be read as {wanted.what}: its header promises {promised} bytes, {data.name} "
            f"has {found}. Copy the data file again, or correct the header."
        )
    return np.array(np.memmap(data, dtype, "r", offset, (lines, samples)))


def _data_file(wanted: Wanted, header: Path) -> Path:
    """The file itself, or what lies beside the header under the header's name."""
    if wanted.path != header:
        return wanted.path
    names = {header.stem.lower()} | {header.stem.lower() + s for s in (*SUFFIXES[1:], ".bsq")}
    beside = [f for f in sorted(header.parent.iterdir()) if f.name.lower() in names and f.is_file()]
    if not beside:
        raise wanted.error(
            f"is the header of a label map whose data file is missing; put {header.stem}.img beside it."
        )
    return beside[0]


def envi_header(path: Path) -> Path | None:
    """The ENVI header of a data file (x.hdr or x.img.hdr beside it), or the file itself."""
    if path.suffix.lower() == ".hdr":
        return path
    candidates = [path.with_name(path.name + ".hdr")]
    if not path.suffix[1:].isdecimal():  # map_2024.11.29 is a whole name
        candidates.insert(0, path.with_suffix(".hdr"))
    return next((file for file in candidates if file.is_file()), None)


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write header and data file (.img) with class names and class lookup."""
    write_envi(ids, path, place, class_legend(classes, ids))
