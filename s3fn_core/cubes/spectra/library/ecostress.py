"""Spectra of the ECOSTRESS and ASTER libraries: a header of ``Key: value``, then two columns.

The layout is that of the files themselves (speclib.jpl.nasa.gov, Meerdink et al. 2019, Remote
Sensing of Environment 230, 111196).
"""

from __future__ import annotations

import re
from pathlib import Path

from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.cubes.spectra.library.single import IN_PER_CENT, columns, head_of, lines_of, one_spectrum
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import one_line, shortened

NAME = tr("ECOSTRESS or ASTER spectrum")
SUFFIXES = (".txt",)
ANCILLARY = ".ancillary.txt"  # a file beside a spectrum that holds more about the sample
_FIELD = re.compile(r"\s*([A-Za-z][^:\t]{0,40}?)\s*:(.*)")
_KIND = ("type", "class", "subclass")
_ORIGIN = (
    ("sample no.", tr("sample")),
    ("owner", tr("owner")),
    ("origin", tr("origin")),
    ("measurement", tr("measured as")),
)
_NOTHING = ("", "none", "n/a", "unknown")
_HIGHEST = 2.0  # above it, a reflectance whose unit is not stated is in per cent


def can_open(path: Path) -> bool:
    """Whether the head names a sample and the unit of its wavelengths."""
    head = head_of(path).lower()
    return head.lstrip().startswith("name:") and "\nx units:" in head.replace("\r", "\n")


def read(path: Path) -> SpectralLibrary:
    """Read one spectrum of the library."""
    lines = lines_of(path)
    fields, start = _header(lines)
    if "x units" not in fields:
        raise CubeError('{path} has no line "X Units:" above its numbers; copy the file again.', path=path)
    unit = fields.get("y units", "").lower()
    if unit and "reflect" not in unit:
        raise CubeError(
            '{path} holds "{unit}"; choose a file of reflectance.', path=path, unit=shortened(one_line(unit))
        )
    table = columns(path, lines, start, 2)
    if not len(table):
        raise CubeError("{path} ends before its numbers; copy the file again.", path=path)
    centres, notes = band_centres(table[:, 0], fields["x units"], len(table))
    if centres is None:
        raise CubeError(
            "{path}: the first column must be wavelengths. {notes}", path=path, notes=" ".join(notes)
        )
    stated = fields.get("number of x values", "")
    if stated.isdecimal() and int(stated[:9]) != len(table):
        notes += (
            tr(
                "{name} states {stated} values and holds {count}.",
                name=path.name,
                stated=stated[:9],
                count=len(table),
            ),
        )
    values = table[:, 1]
    if "percent" in unit or "%" in unit or (unit in ("", "reflectance") and values.max() > _HIGHEST):
        values, notes = values / 100, (*notes, IN_PER_CENT)
    return one_spectrum(path, fields.get("name", ""), centres, values, notes, _source(fields))


def _header(lines: list[str]) -> tuple[dict[str, str], int]:
    """The fields, by their keys in lower case, and the place of the first line of numbers.

    A description may go over several lines, so the header ends where two numbers stand alone.
    """
    fields: dict[str, str] = {}
    for place, line in enumerate(lines):
        if _is_numbers(line):
            return fields, place
        if found := _FIELD.match(line):
            fields.setdefault(found[1].lower(), found[2].strip())
    return fields, len(lines)


def _is_numbers(line: str) -> bool:
    cells = line.split()
    try:
        return len(cells) == 2 and [float(cell) for cell in cells] != []
    except ValueError:
        return False


def _source(fields: dict[str, str]) -> list[str]:
    kind = ", ".join(fields[key] for key in _KIND if fields.get(key, "").lower() not in _NOTHING)
    rest = [f"{word} {fields[key]}" for key, word in _ORIGIN if fields.get(key, "").lower() not in _NOTHING]
    return [kind, *rest]
