"""The text of an ENVI header: fields, the lines they stand in, and what had to be mended.

The format is a list of ``key = value`` lines, where a value in braces may go over several lines
and a line that begins with ``;`` is a comment (NV5 Geospatial, "ENVI Header Files").  spectral
reads it too, but stops at a letter that is not UTF-8 and at a brace that is never closed, and it
does not know the line of a field, which a user who has to mend it wants to be told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s3fn_core.envi.lists import split_numbers
from s3fn_core.errors import CubeError
from s3fn_core.files import read_file, require_file
from s3fn_core.languages import tr
from s3fn_core.quoting import named, shortened

_LARGEST_HEADER = 32 << 20  # bytes; nothing that is a header is larger
_LINE_END = re.compile(r"\r\n?|\n")  # str.splitlines also breaks at letters of Latin-1
_NUMBERS = re.compile(r"[\d\s.,;+\-eE]*")
_KNOWN_FIELDS = frozenset(
    {
        "samples",
        "lines",
        "bands",
        "header offset",
        "file type",
        "data type",
        "interleave",
        "byte order",
        "sensor type",
        "wavelength",
        "wavelength units",
        "fwhm",
        "bbl",
        "band names",
        "map info",
        "default bands",
        "data ignore value",
        "reflectance scale factor",
        "coordinate system string",
        "classes",
        "class names",
        "class lookup",
    }
)
Row = tuple[int, str]  # number of a line from 1, and its text


@dataclass(frozen=True)
class Entry:
    """A field's value without braces, and the line (from 1) in which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class HeaderText:
    """The fields of a header; keys in lower case with single blanks."""

    path: Path
    entries: Mapping[str, Entry]
    notes: tuple[str, ...] = field(default=())

    def __contains__(self, key: str) -> bool:
        return bool(self.get(key))

    def get(self, key: str) -> str:
        """The value of a field, "" when it is missing or empty."""
        entry = self.entries.get(key)
        return entry.text if entry else ""

    def numbers(self, key: str, count: int | None = None) -> list[str]:
        """The texts of a list of numbers, of which there should be `count`."""
        return split_numbers(self.get(key), count)

    def field_error(self, key: str, mend: str, /, **values: object) -> CubeError:
        """An error about one field, naming file and line; `mend` has `values` in its places."""
        mend = tr(mend, **values)
        entry = self.entries.get(key)
        if entry is None:
            return CubeError('{path} has no field "{key}"; {advice}.', path=self.path, key=key, advice=mend)
        place = tr("{path}, line {line}", path=self.path, line=entry.line)
        if not entry.text:
            return CubeError('{place}: "{key}" is empty; {advice}.', place=place, key=key, advice=mend)
        return CubeError(
            '{place} says "{key} = {text}"; {advice}.',
            place=place,
            key=key,
            text=shortened(entry.text),
            advice=mend,
        )


def read_text(path: Path) -> HeaderText:
    """Read a header's fields.

    Raises
    ------
    CubeError
        When the file is not an ENVI header.
    """
    require_file(path)
    if path.stat().st_size > _LARGEST_HEADER:
        raise CubeError("{path} is too large for an ENVI header; choose the .hdr text file.", path=path)
    text, notes = _decoded(read_file(path))
    if not text.lstrip().startswith("ENVI"):
        raise CubeError(
            '{path}, line 1: this is not an ENVI header, its first line is not "ENVI". Choose the '
            "header that belongs to the cube.",
            path=path,
        )
    entries, repairs = parse(text)
    return HeaderText(path, entries, (*notes, *repairs))


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace"), [tr("The header is UTF-16; it was read as such.")]
    for code in ("utf-16-le", "utf-16-be"):  # some programs leave the mark out
        if raw.startswith("ENVI".encode(code)):
            return raw.decode(code, "replace"), [tr("The header is UTF-16; it was read as such.")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:  # older programs write the local 8-bit code page
        return raw.decode("latin-1"), [tr("The header is not UTF-8; it was read as Latin-1.")]


def parse(text: str) -> tuple[dict[str, Entry], list[str]]:
    """Fields of a header, and what was mended to get them.

    A value whose brace is never closed ends where a line begins with a field that we know.
    """
    numbered = enumerate(map(_uncommented, _LINE_END.split(text)), start=1)
    rows = [(number, row) for number, row in numbered if row]
    entries: dict[str, Entry] = {}
    unclosed, repeated, stray = [], [], []
    balanced = True  # until a brace is never closed: then counting them says nothing any more
    i = 1  # the first row is the word "ENVI"
    while i < len(rows):
        number, row = rows[i]
        key, value = _key(row), row.partition("=")[2].strip()
        i += 1
        if not key:
            stray.append(number)
            continue
        if not value and i < len(rows) and rows[i][1].startswith("{"):
            value, i = rows[i][1], i + 1
        if value.startswith("{"):
            end = _closing(rows, i, value) if balanced else None
            if end is None:
                balanced, end = False, _next_field(rows, i, value)
            value = " ".join([value, *(row for _, row in rows[i:end])])
            i = end
            if "}" not in value:
                unclosed.append(f'"{key}" (line {number})')
        if key in entries:
            repeated.append(f'"{key}" (line {number})')
        value = value.strip("{} ")
        if value or key not in entries:
            entries[key] = Entry(value, number)
    return entries, _repairs(unclosed, repeated, stray)


def _repairs(unclosed: list[str], repeated: list[str], stray: list[int]) -> list[str]:
    notes = []
    if unclosed:
        notes.append(
            tr(
                "The header never closes the brace of {unclosed}; the next field ends it.",
                unclosed=named(unclosed),
            )
        )
    if repeated:
        notes.append(tr("The header repeats {repeated}; the last one was used.", repeated=named(repeated)))
    if stray:
        notes.append(
            tr('Lines of the header without "key = value" were left out: {stray}.', stray=named(stray))
        )
    return notes


def _uncommented(row: str) -> str:
    """A line with single blanks and without its comment."""
    row = " ".join(row.split())
    if row.startswith(";"):
        return ""
    before, _, comment = row.partition(" ;")
    # Text in braces may hold a semicolon; what closes a brace, or goes on with a list, is not a comment.
    listed = _NUMBERS.fullmatch(comment) and ("{" in before or "=" not in before)
    return row if listed or "{" in comment or "}" in comment else before


def _key(row: str) -> str:
    """The key of a row in lower case with blanks for underscores, "" when it has none."""
    key, equals, _ = row.partition("=")
    return " ".join(key.replace("_", " ").lower().split()) if equals else ""


def _closing(rows: Sequence[Row], start: int, first: str) -> int | None:
    """Index after the row that closes the braces of `first`; None when none does."""
    depth = first.count("{") - first.count("}")
    for i in range(start, len(rows)):
        if depth <= 0:
            return i
        depth += rows[i][1].count("{") - rows[i][1].count("}")
    return len(rows) if depth <= 0 else None


def _next_field(rows: Sequence[Row], start: int, first: str) -> int:
    """Index of the row after a value of which only a brace or the next field shows the end."""
    if "}" in first:
        return start
    for i in range(start, len(rows)):
        if _key(rows[i][1]) in _KNOWN_FIELDS:
            return i
        if "}" in rows[i][1]:
            return i + 1
    return len(rows)
