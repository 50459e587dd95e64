"""Wavelengths that an analyst states: pasted, read from another file, or evenly spaced."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.formats import can_open, header_bands, open_cube
from s3fn_core.cubes.formats.wavelengths import LONGEST as LONGEST_NM
from s3fn_core.cubes.formats.wavelengths import SHORTEST, to_nm
from s3fn_core.cubes.spectra.library import read_library
from s3fn_core.cubes.treating.number_column import LONGEST, number_column
from s3fn_core.envi.text import read_text
from s3fn_core.errors import CubeError
from s3fn_core.files import decoded, reason, require_file
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import named
from s3fn_core.types import Wavelengths

UNITS = ("nm", "µm", "cm-1")
TABLES = (".txt", ".csv", ".tsv", ".asc")


@dataclass(frozen=True)
class StatedWavelengths:
    """Band centres as somebody wrote them.

    Attributes
    ----------
    values : tuple of float
    unit : {"nm", "µm", "cm-1"}
    notes : tuple of str
        What was guessed.
    """

    values: tuple[float, ...]
    unit: str
    notes: tuple[str, ...] = ()


def in_nm(values: Any, unit: str) -> tuple[Wavelengths | None, str]:
    """Stated values in nm, or None and why they cannot be wavelengths."""
    with np.errstate(over="ignore"):
        centres, notes = to_nm(values, unit, len(values))
    if centres is None or not np.isfinite(centres).all():
        return None, " ".join(notes) or tr("The wavelengths are far too large.")
    return centres, ""


def from_text(text: str, bands: int) -> StatedWavelengths:
    """The wavelengths in a text; see :func:`number_column`, which raises CubeError.

    Where the text names no unit it is guessed, as it is for a file.
    """
    column = number_column(text, bands)
    if column.unit:
        return StatedWavelengths(column.values, column.unit, column.notes)
    unit = _guessed_unit(column.values)
    note = tr("No unit is stated: taken as {unit}.", unit=unit)
    return StatedWavelengths(column.values, unit, (*column.notes, note))


def _guessed_unit(values: tuple[float, ...]) -> str:
    """The unit by which :func:`to_nm` understands bare numbers."""
    understood, _ = to_nm(values, None, len(values))
    for unit in UNITS:
        centres, _ = in_nm(values, unit)
        if understood is not None and centres is not None and np.allclose(centres, understood):
            return unit
    return UNITS[0]


def from_file(path: Path, bands: int) -> StatedWavelengths:
    """The wavelengths that a file holds: a table, an ENVI header, a library or another cube.

    Raises
    ------
    CubeError
        When it cannot be read or holds none.
    """
    suffix = path.suffix.lower()
    try:
        require_file(path)
        if suffix in TABLES:
            return _with_source(from_text(_text(path), bands), path)
        notes: list[str] = []
        if suffix == ".hdr":
            header = read_text(path)
            count = len(header.numbers("wavelength")) or bands
            centres = header_bands.wavelengths(header, count, notes)
        elif suffix == ".sli":
            centres = read_library(path).wavelengths
        elif can_open(path):
            cube = open_cube(path)
            centres, notes = cube.wavelengths, []
        else:
            raise CubeError(
                "{path} holds no wavelengths that can be read; choose a table (.txt, .csv), an ENVI "
                "header, a spectral library or a cube.",
                path=path,
            )
    except OSError as error:
        raise CubeError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    if centres is None:
        raise CubeError(
            "{path} states no wavelengths; choose another file. {notes}", path=path, notes=" ".join(notes)
        )
    values = tuple(float(centre) for centre in centres)
    return _with_source(StatedWavelengths(values, "nm", tuple(notes)), path)


def _text(path: Path) -> str:
    """The text of a table in one of the codes that spreadsheets write."""
    if path.stat().st_size > LONGEST:
        raise CubeError("{path} is too large for a list of wavelengths; choose another file.", path=path)
    return decoded(path.read_bytes())


def _with_source(stated: StatedWavelengths, path: Path) -> StatedWavelengths:
    notes = (tr("Read from {name}.", name=path.name), *stated.notes)
    return StatedWavelengths(stated.values, stated.unit, notes)


def evenly(first: float, last: float, bands: int) -> tuple[float, ...]:
    """Evenly spaced values from `first` to `last`."""
    return tuple(float(value) for value in np.linspace(first, last, bands))


def in_steps(first: float, step: float, bands: int) -> tuple[float, ...]:
    """Values from `first` on, `step` apart."""
    return tuple(float(first + step * band) for band in range(bands))


def remarks(wavelengths: Wavelengths) -> tuple[str, ...]:
    """What is odd about wavelengths, though it is allowed."""
    steps = np.diff(wavelengths)
    falling = bool(steps.sum() < 0)
    repeated = np.flatnonzero(steps == 0)
    turned = np.flatnonzero(steps > 0 if falling else steps < 0)
    found = []
    if repeated.size:
        found.append(tr("The wavelength repeats at band {bands}.", bands=named([*repeated + 2])))
    elif len(np.unique(wavelengths)) < len(wavelengths):
        found.append(tr("Some bands have the wavelength of another."))
    if turned.size:
        found.append(
            plural(
                "The wavelengths turn back at band {bands}.",
                "The wavelengths turn back at bands {bands}.",
                turned.size,
                bands=named([*turned + 2]),
            )
        )
    low, high = float(wavelengths.min()), float(wavelengths.max())
    if low < SHORTEST or high > LONGEST_NM:
        found.append(
            tr(
                "Optical sensors do not measure at {nm:g} nm; is the unit right?",
                nm=low if low < SHORTEST else high,
            )
        )
    return tuple(found)
