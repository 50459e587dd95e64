"""Tables of spectra: wavelengths in the first column, a spectrum in each other one."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.formats.wavelengths import LONGEST, SHORTEST, to_nm
from s3fn_core.cubes.spectra.library.single import library_of
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.files import decoded
from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths

NAME = tr("Table of spectra")
SUFFIXES = (".csv", ".txt")
_LARGEST = 256 << 20  # bytes; no library is larger, but a measured cube as text may be
_LOOKED_AT = 16 << 20  # bytes of a table of which it is not known what it holds
_DELIMITERS = (",", ";", "\t")


def can_open(path: Path) -> bool:
    """Whether a table begins with a column of wavelengths of light, in order."""
    try:
        known = path.suffix.lower() in SUFFIXES and path.stat().st_size <= _LOOKED_AT
        waves = read(path).wavelengths if known else np.zeros(0)
    except (CubeError, OSError):
        return False
    rising = np.diff(waves) > 0
    usual = len(waves) > 2 and waves.min() >= SHORTEST and waves.max() <= LONGEST
    return bool(usual and (rising.all() or not rising.any()))


def read(path: Path) -> SpectralLibrary:
    """Read a table of text, separated by commas, semicolons or tabs."""
    if path.stat().st_size > _LARGEST:
        raise CubeError("{path} is too large for a table of spectra; choose another file.", path=path)
    return _parse_table(path, path.read_bytes())


def _parse_table(path: Path, content: bytes) -> SpectralLibrary:
    text = decoded(content)
    delimiter, rows = _rows(path, text)
    heading: list[str] = [] if _is_number(rows[0][0], delimiter) else rows.pop(0)
    table = [_numbers(path, number, row, delimiter) for number, row in enumerate(rows, 1)]
    if not table:
        raise CubeError("{path} holds names but no values; choose a table of spectra.", path=path)
    values = np.array(table)
    wavelengths, notes = _wavelengths(values[:, 0], heading[0] if heading else "")
    if wavelengths is None:
        raise CubeError(
            "{path}: the first column must be the wavelengths. {notes}", path=path, notes=" ".join(notes)
        )
    names = heading[1:] or [tr("spectrum {number}", number=i + 1) for i in range(values.shape[1] - 1)]
    return library_of(path, tuple(names), wavelengths, values[:, 1:].T, notes)


def _rows(path: Path, text: str) -> tuple[str, list[list[str]]]:
    """The cells of a table, by the first delimiter that makes all its rows equally long."""
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        rows = [row for row in rows if row]
        lengths = {len(row) for row in rows}
        if len(lengths) == 1 and lengths.pop() > 1:
            return delimiter, rows
    raise CubeError(
        "{path} is not a table of spectra: its rows need the same number of cells, at least "
        "two, separated by commas, semicolons or tabs.",
        path=path,
    )


def _number(cell: str, delimiter: str) -> float:
    cell = cell.strip()
    if delimiter != ",":
        cell = cell.replace(",", ".")  # the decimal sign of half of Europe
    return float(cell) if cell else np.nan


def _is_number(cell: str, delimiter: str) -> bool:
    try:
        return bool(np.isfinite(_number(cell, delimiter)))
    except ValueError:
        return False


def _numbers(path: Path, number: int, row: list[str], delimiter: str) -> list[float]:
    try:
        return [_number(cell, delimiter) for cell in row]
    except ValueError as error:
        raise CubeError(
            "{path}, row {number} of the values: {error}. Correct it.", path=path, number=number, error=error
        ) from error


def _wavelengths(
    centres: npt.NDArray[np.float64], heading: str
) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Wavelengths in nm by the first word of their heading that is a unit, else by a guess."""
    for word in re.split(r"[\s()\[\]_,;:]+", heading):
        wavelengths, notes = to_nm(centres, word, len(centres))
        if not notes:
            return wavelengths, notes
    return to_nm(centres, None, len(centres))
