"""What the readers share: text in any code, columns of numbers, and a file that holds one spectrum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.formats.wavelengths import LONGEST, SHORTEST
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.files import decoded, read_file, require_file
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import one_line, shortened
from s3fn_core.types import Wavelengths

IN_PER_CENT = tr("Reflectance in per cent was divided by 100.")
_LARGEST = 16 << 20  # bytes; the file of one spectrum is a thousandth of that
_HEAD = 1 << 13  # bytes that tell one format from another
_MISSING = 1e30  # numbers of this size and more stand for no value
_LONGEST_SOURCE = 300


def head_of(path: Path) -> str:
    """The start of a file as text; empty if it cannot be read, which the reader then reports."""
    try:
        require_file(path)
        with path.open("rb") as file:
            return decoded(file.read(_HEAD))
    except OSError:
        return ""


def content_of(path: Path) -> bytes:
    """The bytes of a file that holds one spectrum; an OSError where it is too large for that."""
    return read_file(path, _LARGEST)


def lines_of(path: Path) -> list[str]:
    """The lines of a file of text that holds one spectrum."""
    return decoded(content_of(path)).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def columns(path: Path, lines: Sequence[str], start: int, wanted: int) -> npt.NDArray[np.float64]:
    """The numbers of the lines from index `start` on, shape (lines that are not empty, wanted).

    More columns than that are passed over.  Numbers may have decimal commas.
    """
    rows = [line.split()[:wanted] for line in lines[start:]]
    numbers = _plain(rows, wanted)
    if numbers is None:  # slower, but it knows the line of an error
        numbers = [
            n for i, row in enumerate(rows, start) if row for n in _row(path, i, row, lines[i], wanted)
        ]
    return np.array(numbers, np.float64).reshape(-1, wanted)


def _plain(rows: list[list[str]], wanted: int) -> list[float] | None:
    """All numbers, where they are as Python writes them."""
    try:
        whole = all(len(row) == wanted for row in rows if row)
        return [float(cell) for row in rows for cell in row] if whole else None
    except ValueError:
        return None


def _row(path: Path, index: int, cells: list[str], line: str, wanted: int) -> list[float]:
    try:
        numbers = [float(cell.replace(",", ".")) for cell in cells]
    except ValueError:
        numbers = []
    if len(numbers) < wanted:
        raise CubeError(
            plural(
                '{path}, line {index} says "{line}" where {count} number is needed; correct it, or copy '
                "the file again.",
                '{path}, line {index} says "{line}" where {count} numbers are needed; correct it, or '
                "copy the file again.",
                wanted,
                path=path,
                index=index + 1,
                line=shortened(one_line(line)),
            )
        )
    return numbers


def one_spectrum(
    path: Path,
    name: str,
    wavelengths: Wavelengths,
    values: npt.NDArray[np.float64],
    notes: tuple[str, ...] = (),
    source: Iterable[str] = (),
) -> SpectralLibrary:
    """The library of a file with one spectrum, by rising wavelengths.

    Parameters
    ----------
    wavelengths : array of float64, shape (bands,)
        In nm.  Bands beyond 100 nm to 100 µm, or without a wavelength, are left out with a note.
    values : array of float64, shape (bands,)
        Reflectance 0..1; NaN and numbers of 1e30 and more are missing.
    source : strings
        What the file says about where the spectrum is from.

    Raises
    ------
    CubeError
        Where nothing is left.
    """
    with np.errstate(invalid="ignore"):
        light = (wavelengths >= SHORTEST) & (wavelengths <= LONGEST)
        values = np.where(np.abs(values) < _MISSING, values, np.nan)
    if not light.any():
        raise CubeError(
            "{path} holds no wavelengths of light (100 nm to 100 µm); copy the file again.", path=path
        )
    if not np.isfinite(values[light]).any():
        raise CubeError("{path} holds no value that is a number; choose another file.", path=path)
    if not light.all():
        notes += (tr("Bands beyond 100 nm to 100 µm were left out: {count}.", count=int((~light).sum())),)
    wavelengths, values = wavelengths[light], values[light]
    if (np.diff(wavelengths) < 0).all():
        wavelengths, values = wavelengths[::-1], values[::-1]
    text = one_line("; ".join(part for part in source if part))[:_LONGEST_SOURCE]
    title = one_line(name) or path.stem
    return library_of(path, (title,), wavelengths, values[None], notes, (text or path.name,))


def library_of(
    path: Path,
    names: tuple[str, ...],
    wavelengths: Wavelengths,
    spectra: npt.NDArray[Any],
    notes: tuple[str, ...],
    sources: tuple[str, ...] = (),
) -> SpectralLibrary:
    """The library of a file, which a refusal names."""
    try:
        return SpectralLibrary(names, wavelengths, spectra, notes, sources)
    except CubeError as error:
        raise CubeError("{path}: {error}", path=path, error=error) from error
