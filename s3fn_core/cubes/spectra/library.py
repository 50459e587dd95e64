"""Spectral libraries: named spectra in a file, as CSV and as ENVI spectral library."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.formats.envi.library import read_envi_library
from s3fn_core.cubes.formats.wavelengths import LONGEST, SHORTEST, to_nm
from s3fn_core.envi.files import headers_of
from s3fn_core.envi.text import read_text
from s3fn_core.errors import CubeError
from s3fn_core.files import reason, require_file, whole_file
from s3fn_core.types import FloatArray, Wavelengths

_TABLES = (".csv", ".txt")
SUFFIXES = (*_TABLES, ".hdr", ".sli")
_LARGEST_TABLE = 256 << 20  # bytes; no library is larger, but a measured cube as text may be
_LOOKED_AT = 16 << 20  # bytes of a table of which it is not known what it holds
_DELIMITERS = (",", ";", "\t")
# A band's response is taken as a Gaussian and looked at from -1 to 1 full widths at half maximum.
_OFFSETS = np.linspace(-1, 1, 21)
_RESPONSE = np.exp(-4 * np.log(2) * _OFFSETS**2)


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class SpectralLibrary:
    """Named spectra over common wavelengths.

    Attributes
    ----------
    names : tuple of str, n names
    wavelengths : array of float64, shape (bands,)
        In nm, in the order of the file.
    spectra : array of float32, shape (n, bands)
        NaN where a value is missing.
    notes : tuple of str
        What was guessed while reading.

    Raises
    ------
    CubeError
        When the three do not fit, or a wavelength is not above 0.
    """

    names: tuple[str, ...]
    wavelengths: Wavelengths
    spectra: FloatArray
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):  # beyond float32 is missing
            spectra = np.asarray(self.spectra).astype(np.float32)
        spectra[~np.isfinite(spectra)] = np.nan
        object.__setattr__(self, "spectra", spectra)
        expected = (len(self.names), len(self.wavelengths))
        if spectra.shape != expected or not spectra.size:
            raise CubeError(
                f"A spectral library needs spectra, a name for each and a wavelength per band; "
                f"here {expected[0]} names and {expected[1]} wavelengths came with {spectra.shape}."
            )
        if not (np.isfinite(self.wavelengths) & (self.wavelengths > 0)).all():
            raise CubeError("The wavelengths of a spectral library must be numbers above 0.")

    def at(self, wavelengths: Wavelengths) -> FloatArray:
        """The spectra as a sensor with other bands would have measured them.

        The spectra are taken as straight between their bands and averaged with Gaussian responses,
        whose full width at half maximum is the distance to the nearer neighbouring band.

        Parameters
        ----------
        wavelengths : array, shape (m,)
            Band centres of a cube in nm, in any order.

        Returns
        -------
        array of float32, shape (n, m)
            NaN outside of the library's wavelengths and where it has no value.
        """
        points = wavelengths + _widths(wavelengths) * _OFFSETS[:, None]
        inside = (wavelengths >= self.wavelengths.min()) & (wavelengths <= self.wavelengths.max())
        nearest = np.abs(self.wavelengths[:, None] - wavelengths).argmin(axis=0)
        order = np.argsort(self.wavelengths, kind="stable")
        result = np.full((len(self.names), len(wavelengths)), np.nan, np.float32)
        for shown, spectrum in zip(result, self.spectra, strict=True):
            known = order[np.isfinite(spectrum[order])]
            if known.size:
                values = np.interp(points, self.wavelengths[known], spectrum[known])
                here = inside & np.isfinite(spectrum[nearest])
                shown[here] = np.average(values[:, here], axis=0, weights=_RESPONSE)
        return result


def _widths(wavelengths: Wavelengths) -> npt.NDArray[np.float64]:
    """Distance of every band to the nearer of its neighbours, shape (m,)."""
    nodes, place = np.unique(wavelengths, return_inverse=True)
    if len(nodes) == 1:
        return np.zeros(len(wavelengths))
    steps = np.diff(nodes)
    nearer = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    widths: npt.NDArray[np.float64] = nearer[place]
    return widths


@checked(CubeError)
def write_library(library: SpectralLibrary, path: str | PathLike[str]) -> Path:
    """Write a library; the suffix says how: ``.csv``, or ``.hdr`` or ``.sli`` for ENVI.

    CSV holds a column of wavelengths in nm, then a column per spectrum under its name; a missing
    value is an empty cell.  ENVI's names know neither commas, braces nor line breaks; they become
    semicolons, parentheses and blanks.

    Returns
    -------
    Path
        The file (of ENVI the header).

    Raises
    ------
    CubeError
        When the suffix is none of these, or the disk refuses.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".csv":
            with whole_file(path) as temporary:
                temporary.write_text(_table(library), "utf-8", newline="")
            return path
        if path.suffix.lower() in (".hdr", ".sli"):
            return _write_envi(library, path.with_suffix(".hdr"))
    except OSError as error:
        raise CubeError(f"{path} cannot be written: {reason(error)}.") from error
    except UnicodeError as error:
        raise CubeError(f"{path} cannot be written: a name holds a character of no code.") from error
    raise CubeError(f"{path}: a spectral library ends in .csv, or in .hdr or .sli for ENVI.")


def _table(library: SpectralLibrary) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["wavelength (nm)", *library.names])
    for nm, values in zip(library.wavelengths, library.spectra.T, strict=True):
        # The shortest text of a float32 that reads back as the same number.
        writer.writerow([float(nm), *("" if np.isnan(v) else str(v) for v in values)])
    return text.getvalue()


def _write_envi(library: SpectralLibrary, header: Path) -> Path:
    from spectral.io import envi

    fields = {
        "wavelength": library.wavelengths.tolist(),
        "wavelength units": "Nanometers",
        "spectra names": [_envi_name(name, i) for i, name in enumerate(library.names)],
    }
    with whole_file(header) as text, whole_file(header.with_suffix(".sli")) as raw:
        written = text.with_suffix(".sli")  # spectral names the data file after the header
        try:
            envi.SpectralLibrary(library.spectra, fields).save(str(text.with_suffix("")))
            written.replace(raw)
        finally:
            written.unlink(missing_ok=True)
    return header


def _envi_name(name: str, index: int) -> str:
    plain = name.translate(str.maketrans(",{}", ";()"))
    return " ".join(plain.split()) or f"spectrum {index + 1}"


def is_library(path: Path) -> bool:
    """Whether a file that is no image holds spectra: an ENVI library, or a table of them."""
    if path.suffix.lower() not in _TABLES:
        headers = [path] if path.suffix.lower() == ".hdr" else headers_of(path)
        return any(_describes_library(header) for header in headers)
    try:
        waves = read_library(path).wavelengths if path.stat().st_size <= _LOOKED_AT else np.zeros(0)
    except (CubeError, OSError):
        return False
    rising = np.diff(waves) > 0
    usual = len(waves) > 2 and waves.min() >= SHORTEST and waves.max() <= LONGEST
    return bool(usual and (rising.all() or not rising.any()))


def _describes_library(header: Path) -> bool:
    try:
        return "librar" in read_text(header).get("file type").lower()
    except (CubeError, OSError):
        return False


@checked(CubeError)
def read_library(path: str | PathLike[str]) -> SpectralLibrary:
    """Read a library that this or another program wrote.

    A table has the wavelengths in its first column and a spectrum in each other one, separated by
    commas, semicolons (then with decimal points or commas) or tabs; names in the first row may be
    missing.  The wavelengths' unit is read from their heading (``wavelength (um)``), else guessed.

    Parameters
    ----------
    path : path
        ``.csv`` or ``.txt``; of ENVI the header or the data file.

    Raises
    ------
    CubeError
        Naming the file, what is wrong with it and what to do.
    """
    path = Path(path)
    try:
        require_file(path)
        if path.suffix.lower() in (".hdr", ".sli"):
            return _checked(path, *read_envi_library(path))
        if path.stat().st_size > _LARGEST_TABLE:
            raise CubeError(f"{path} is too large for a table of spectra; choose another file.")
        return _parse_table(path, path.read_bytes())
    except OSError as error:
        raise CubeError(f"{path} cannot be read: {reason(error)}.") from error


def _parse_table(path: Path, content: bytes) -> SpectralLibrary:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # older programs write the local 8-bit code page
    delimiter, rows = _rows(path, text)
    heading: list[str] = [] if _is_number(rows[0][0], delimiter) else rows.pop(0)
    table = [_numbers(path, number, row, delimiter) for number, row in enumerate(rows, 1)]
    if not table:
        raise CubeError(f"{path} holds names but no values; choose a table of spectra.")
    values = np.array(table)
    wavelengths, notes = _wavelengths(values[:, 0], heading[0] if heading else "")
    if wavelengths is None:
        raise CubeError(f"{path}: the first column must be the wavelengths. {' '.join(notes)}")
    names = heading[1:] or [f"spectrum {i + 1}" for i in range(values.shape[1] - 1)]
    return _checked(path, tuple(names), wavelengths, values[:, 1:].T, notes)


def _checked(
    path: Path,
    names: tuple[str, ...],
    wavelengths: Wavelengths,
    spectra: npt.NDArray[Any],
    notes: tuple[str, ...],
) -> SpectralLibrary:
    """The library of a file, which a refusal names."""
    try:
        return SpectralLibrary(names, wavelengths, spectra, notes)
    except CubeError as error:
        raise CubeError(f"{path}: {error}") from error


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
        f"{path} is no table of spectra: its rows need the same number of cells, at least two, "
        "separated by commas, semicolons or tabs."
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
        raise CubeError(f"{path}, row {number} of the values: {error}. Correct it.") from error


def _wavelengths(
    centres: npt.NDArray[np.float64], heading: str
) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Wavelengths in nm by the first word of their heading that is a unit, else by a guess."""
    for word in re.split(r"[\s()\[\]_,;:]+", heading):
        wavelengths, notes = to_nm(centres, word, len(centres))
        if not notes:
            return wavelengths, notes
    return to_nm(centres, None, len(centres))
