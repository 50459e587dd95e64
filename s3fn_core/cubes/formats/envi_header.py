"""The text header of an ENVI file.

spectral reads such headers too, but stops at a letter that is not UTF-8 and at every missing
field; cameras and converters write both.  The format is a list of ``key = value`` lines, where a
value in braces may go over several lines (NV5 Geospatial, "ENVI Header Files").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s3fn_core.errors import CubeError

_LARGEST_HEADER = 32 << 20  # bytes; nothing that is a header is larger
_DTYPES = {
    1: "u1", 2: "i2", 3: "i4", 4: "f4", 5: "f8", 12: "u2", 13: "u4", 14: "i8", 15: "u8",
}  # fmt: skip
Interleave = Literal["bil", "bip", "bsq"]
_KNOWN_FIELDS = frozenset({
    "samples", "lines", "bands", "header offset", "file type", "data type", "interleave",
    "byte order", "sensor type", "wavelength", "wavelength units", "fwhm", "bbl", "band names",
    "map info", "default bands", "data ignore value", "reflectance scale factor",
    "coordinate system string", "classes", "class names", "class lookup",
})  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What a header says about the layout of its data file."""

    path: Path
    fields: dict[str, str]
    lines: int
    samples: int
    bands: int
    offset: int
    dtype: np.dtype[Any]
    interleave: Interleave
    notes: tuple[str, ...] = field(default=())

    def values(self, key: str) -> list[str]:
        """The items of a list in braces, empty when there is none."""
        return [item.strip() for item in self.fields.get(key, "").split(",") if item.strip()]


def parse(text: str) -> dict[str, str]:
    """Fields of a header: keys in lower case with single blanks, values without braces.

    A list whose brace is never closed ends where a line begins with a field that we know.
    """
    fields: dict[str, str] = {}
    key = ""  # the field whose braces are still open
    for raw in text.splitlines()[1:]:
        line = raw.strip()
        if line.startswith(";"):
            continue
        name, equals, value = line.partition("=")
        name = " ".join(name.lower().split())
        if key and name not in _KNOWN_FIELDS:
            fields[key] += " " + line
        elif equals:
            key, fields[name] = name, value.strip()
        if key and not (fields[key].startswith("{") and "}" not in fields[key]):
            key = ""
    return {name: value.strip("{} \t") for name, value in fields.items()}


def read_header(path: Path) -> Header:
    """Read and check a header.

    Raises
    ------
    CubeError
        When the file is no ENVI header, lacks a field that cannot be assumed, or describes
        something that is not an image.
    """
    if path.stat().st_size > _LARGEST_HEADER:
        raise CubeError(f"{path} is too large for an ENVI header; choose the .hdr text file.")
    raw = path.read_bytes()
    if not raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"ENVI"):
        raise CubeError(
            f'{path} is no ENVI header: its first line is not "ENVI". '
            "Choose the header that belongs to the cube."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # older programs write the local 8-bit code page
    fields = parse(text.lstrip())
    notes: list[str] = []
    if "librar" in fields.get("file type", "").lower():
        raise CubeError(f"{path} is a spectral library, not an image; open an image.")
    if fields.get("file compression", "0") not in ("0", ""):
        raise CubeError(f"{path}: the data are compressed; save them without compression.")
    size = {name: _whole(path, fields, name) for name in ("lines", "samples", "bands")}
    for name, value in size.items():
        if value < 1:
            raise CubeError(f'{path} says "{name} = {value}"; correct it to what was measured.')
    offset = _whole(path, fields, "header offset", 0)
    if offset < 0:
        raise CubeError(f'{path} says "header offset = {offset}"; it cannot be negative.')
    code = _whole(path, fields, "data type")
    if code not in _DTYPES:
        known = ", ".join(map(str, _DTYPES))
        raise CubeError(f'{path} says "data type = {code}"; readable are {known} (real numbers).')
    if "byte order" not in fields:
        notes.append("The header states no byte order; little-endian was assumed.")
    order = _whole(path, fields, "byte order", 0)
    if order not in (0, 1):
        raise CubeError(f'{path} says "byte order = {order}"; write 0 (little) or 1 (big endian).')
    return Header(
        path, fields, size["lines"], size["samples"], size["bands"], offset,
        np.dtype(_DTYPES[code]).newbyteorder(">" if order else "<"),
        _interleave(path, fields, notes), tuple(notes),
    )  # fmt: skip


def _interleave(path: Path, fields: dict[str, str], notes: list[str]) -> Interleave:
    value = fields.get("interleave", "").lower()
    if not value:
        notes.append("The header states no interleave; band sequential (bsq) was assumed.")
        return "bsq"
    if value == "bil":
        return "bil"
    if value == "bip":
        return "bip"
    if value == "bsq":
        return "bsq"
    raise CubeError(f'{path} says "interleave = {value}"; write bil, bip or bsq.')


def _whole(path: Path, fields: dict[str, str], key: str, default: int | None = None) -> int:
    """A field that must be a whole number."""
    text = fields.get(key, "")
    if not text:
        if default is not None:
            return default
        raise CubeError(f'{path} has no field "{key}"; add the line "{key} = ..." to the header.')
    try:
        number = float(text)
        if number != int(number):
            raise ValueError
    except (ValueError, OverflowError):
        raise CubeError(f'{path} says "{key} = {text[:40]}"; a whole number is needed.') from None
    return int(number)
