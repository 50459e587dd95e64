"""What an ENVI header says about the layout of its data file, checked.

Cameras and converters leave out fields; what has one likely value is assumed and noted, what has
none ends in an error that names file, line and mend.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s3fn_core.envi.text import HeaderText, read_text
from s3fn_core.languages import tr
from s3fn_core.quoting import shortened

Interleave = Literal["bil", "bip", "bsq"]
INTERLEAVES: tuple[Interleave, ...] = ("bil", "bip", "bsq")
_DTYPES = {1: "u1", 2: "i2", 3: "i4", 4: "f4", 5: "f8", 12: "u2", 13: "u4", 14: "i8", 15: "u8"}
# Fields that turn the data file into something else than a plain block of numbers.
_NOT_PLAIN = {
    "file compression": tr("save the data without compression"),
    "major frame offsets": tr("save the image without gaps between its frames"),
    "minor frame offsets": tr("save the image without gaps between its frames"),
}
NO_FILE_TYPE = tr('The header states no file type; "ENVI Standard" was assumed.')
IS_LABEL_MAP = tr("The header says that this is a classification map, not a measurement.")
SMALLEST = 1e-30
"""Of a scale: beyond it, and beyond its inverse, what float32 holds becomes zero or infinite."""
# Others than the first are the words of converters.
_IGNORED = ("data ignore value", "no data value", "nodata value", "nodata", "missing value", "fill value")
_OTHER_FORMATS = ("tiff", "jpeg", "png", "hdf", "nitf", "netcdf", "meta file", "virtual mosaic")


@dataclass(frozen=True)
class Header:
    """The layout of a data file.

    Attributes
    ----------
    text : HeaderText
        All fields.
    lines, samples, bands : int
        At least 1 each, and perhaps more than the data file holds.
    offset : int
        Bytes before the first value.
    dtype : numpy.dtype
        With the byte order.
    interleave : {"bil", "bip", "bsq"} or None
        None where the header does not say.
    notes : tuple of str
        What was mended or assumed.
    """

    text: HeaderText
    lines: int
    samples: int
    bands: int
    offset: int
    dtype: np.dtype[Any]
    interleave: Interleave | None
    notes: tuple[str, ...] = field(default=())

    @property
    def path(self) -> Path:
        return self.text.path

    @property
    def fields(self) -> dict[str, str]:
        """All fields as texts: keys in lower case, values without braces."""
        return {key: entry.text for key, entry in self.text.entries.items()}

    @property
    def promised(self) -> int:
        """Bytes of the image that the header promises."""
        return self.lines * self.samples * self.bands * self.dtype.itemsize


def read_header(path: Path) -> Header:
    """Read and check a header.

    Raises
    ------
    CubeError
        When the file is not an ENVI header, lacks a field that cannot be assumed, or describes
        something that is not an image.
    """
    text = read_text(path)
    notes = list(text.notes)
    _check_file_type(text, notes)
    _check_plain(text)
    lines, samples, bands = (_size(text, name) for name in ("lines", "samples", "bands"))
    dtype = _dtype(text)
    offset = _assumed(text, "header offset", "0", notes)
    if offset < 0:
        raise text.field_error("header offset", "it cannot be negative")
    if dtype.itemsize > 1:  # single bytes have no order
        order = _assumed(text, "byte order", "0 (little-endian)", notes)
        if order not in (0, 1):
            raise text.field_error("byte order", "write 0 (little-endian) or 1 (big-endian)")
        dtype = dtype.newbyteorder(">" if order else "<")
    return Header(text, lines, samples, bands, offset, dtype, _interleave(text), tuple(notes))


def _check_file_type(text: HeaderText, notes: list[str]) -> None:
    kind = text.get("file type").lower()
    if not kind:
        notes.append(NO_FILE_TYPE)
    elif "librar" in kind:
        raise text.field_error("file type", "this is a spectral library, not an image; load it as spectra")
    elif any(name in kind for name in _OTHER_FORMATS):
        raise text.field_error("file type", "open the file that this header describes by itself")
    elif "classification" in kind:
        notes.append(IS_LABEL_MAP)
    elif "standard" not in kind:
        quoted = shortened(text.get("file type"))
        notes.append(
            tr('The file type "{quoted}" is unknown; it was read as "ENVI Standard".', quoted=quoted)
        )


def _check_plain(text: HeaderText) -> None:
    for key, mend in _NOT_PLAIN.items():
        if any(value.strip("0.") for value in text.numbers(key)):
            raise text.field_error(key, mend)


def _size(text: HeaderText, key: str) -> int:
    value = _whole(text, key)
    if value < 1:
        raise text.field_error(key, "correct it to what was measured")
    return value


def _dtype(text: HeaderText) -> np.dtype[Any]:
    code = _whole(text, "data type")
    if code not in _DTYPES:
        known = ", ".join(map(str, _DTYPES))
        raise text.field_error("data type", "readable are {known} (real numbers)", known=known)
    return np.dtype(_DTYPES[code])


def _interleave(text: HeaderText) -> Interleave | None:
    value = text.get("interleave").lower()
    if not value:
        return None
    if value not in INTERLEAVES:
        raise text.field_error("interleave", "write bil, bip or bsq")
    return value


def _assumed(text: HeaderText, key: str, otherwise: str, notes: list[str]) -> int:
    """A whole number that is 0 where the header does not state it."""
    if key in text:
        return _whole(text, key)
    notes.append(tr("The header states no {key}; {otherwise} was assumed.", key=key, otherwise=otherwise))
    return 0


def _whole(text: HeaderText, key: str) -> int:
    """A field that must be a whole number."""
    if key not in text:
        raise text.field_error(key, 'write "{key} = " and the number that belongs there', key=key)
    try:
        number = float(text.get(key))
        if number != int(number):
            raise ValueError
    except (ValueError, OverflowError):
        raise text.field_error(key, "a whole number is needed") from None
    return int(number)


def number(text: HeaderText, key: str, notes: list[str], *, positive: bool = False) -> float | None:
    """An optional number; None, with a note, where the text is none.

    A `positive` one must also be of a size that can be divided by.  Other non-finite numbers give
    None without a note: such values count as missing anyway.
    """
    if key not in text:
        return None
    try:
        value = float(text.get(key))
    except ValueError:
        value = np.nan
        if not positive:
            notes.append(
                tr(
                    '"{key} = {text}" is not a number and was left out.',
                    key=key,
                    text=shortened(text.get(key)),
                )
            )
    if positive and not SMALLEST < value < 1 / SMALLEST:
        notes.append(
            tr(
                '"{key} = {text}" is not a usable positive number: left out.',
                key=key,
                text=shortened(text.get(key)),
            )
        )
        return None
    return value if np.isfinite(value) else None


def ignore_value(text: HeaderText, notes: list[str]) -> float | None:
    """The stored value that means "not measured", or "no class" in a label map."""
    key = next((key for key in _IGNORED if key in text), _IGNORED[0])
    value = number(text, key, notes)
    if value is not None and key != _IGNORED[0]:
        notes.append(tr('{value:g} counts as missing ("{key}").', value=value, key=key))
    return value
