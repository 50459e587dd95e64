"""The column of numbers in a text that somebody copied from a table, a report or a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

LONGEST = 8 << 20  # characters; no list of bands is longer
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?:nm|um|[µμ]m|cm-1)?", re.IGNORECASE)
_UNITS = (
    ("cm-1", re.compile(r"wavenum|cm\s?\^?[-⁻][1¹]|1\s?/\s?cm", re.IGNORECASE)),
    ("µm", re.compile(r"(?<![a-z])(?:um|[µμ]m|microm\w*|microns?)(?![a-z])", re.IGNORECASE)),
    ("nm", re.compile(r"(?<![a-z])(?:nm|nanom\w*)(?![a-z])", re.IGNORECASE)),
)
Rows = list[list[float | None]]


@dataclass(frozen=True)
class Column:
    """Numbers of a text.

    Attributes
    ----------
    values : tuple of float
    unit : str
        ``"nm"``, ``"µm"`` or ``"cm-1"`` where the text names one, else empty.
    notes : tuple of str
        What was guessed.
    """

    values: tuple[float, ...]
    unit: str = ""
    notes: tuple[str, ...] = ()


def number_column(text: str, count: int) -> Column:
    """The numbers meant by a text, of which `count` are expected.

    They may stand one below the other, in one of several columns, or in a list over any number of
    lines, separated by tabs, semicolons, commas or blanks; a comma may be the decimal sign.  Of
    several columns the one is taken that holds as many numbers as expected and grows or falls all
    along, as wavelengths do, without being a mere numbering.

    Raises
    ------
    CubeError
        When there is no number in it.
    """
    if len(text) > LONGEST:
        raise CubeError("The text is far too long for a list of wavelengths; copy only these.")
    plain = re.sub(r"[{}\[\]\"']", " ", text)
    best: tuple[tuple[bool, bool, int], tuple[float, ...], bool] | None = None
    for rows, decimal in _readings(plain):
        for values in _candidates(rows):
            rank = (len(values) == count, _like_wavelengths(values), len(values))
            if best is None or rank > best[0]:
                best = (rank, values, decimal)
    if best is None:
        raise CubeError("There is no number in that text; copy a column or a list of numbers.")
    _, values, decimal = best
    notes = (tr("Commas were read as decimal signs."),) if decimal else ()
    return Column(values, _unit(plain), notes)


def _readings(text: str) -> Iterator[tuple[Rows, bool]]:
    """The text cut into rows of cells, in each sensible way; True where commas are decimal."""
    rows = [row.strip(" ,") for row in text.splitlines() if row.strip(" ,\t;")]
    decimal = "," in text and not re.search(r"\d\.\d", text)
    for delimiter in ("\t", ";"):
        if delimiter in text:
            if "," in text and not decimal:
                break  # both: everything separates
            yield [_cells(row.strip(" ").split(delimiter), decimal) for row in rows], decimal
            return
    if decimal and all(re.fullmatch(r"[^,]*(?:\d,\d[^,]*)?", c) for r in rows for c in r.split()):
        yield [_cells(row.split(), True) for row in rows], True
    for separator in (r"[,;\t]", r"\s*[,;\t]\s*|\s+"):  # a heading may hold blanks
        yield [_cells(re.split(separator, row), False) for row in rows], False


def _cells(texts: list[str], decimal: bool) -> list[float | None]:
    return [_number(text.replace(",", ".") if decimal else text) for text in texts]


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    value = float(found[1])
    return value if np.isfinite(value) else None


def _candidates(rows: Rows) -> Iterator[tuple[float, ...]]:
    """Columns of the rows that hold numbers, then all numbers one after another."""
    numeric = [row for row in rows if any(cell is not None for cell in row)]
    widths = {len(row) for row in numeric}
    if len(numeric) > 1 and len(widths) == 1:
        for column in zip(*numeric, strict=True):
            cells = column[1:] if column[0] is None else column  # below its heading
            values = tuple(cell for cell in cells if cell is not None)
            if len(values) == len(cells):
                yield values
    if numeric:
        yield tuple(cell for row in numeric for cell in row if cell is not None)


def _like_wavelengths(values: tuple[float, ...]) -> bool:
    """Positive, growing or falling all along, and no numbering 0, 1, 2 ... or 1, 2, 3 ..."""
    array = np.array(values)
    steps = np.diff(array)
    if not (array > 0).any() or (array < 0).any() or not steps.size:
        return False
    numbering = array[0] in (0, 1) and bool((steps == 1).all())
    return not numbering and bool((steps > 0).all() or (steps < 0).all())


def _unit(text: str) -> str:
    """The unit that is named first."""
    found = [(hit.start(), unit) for unit, pattern in _UNITS if (hit := pattern.search(text))]
    return min(found)[1] if found else ""
