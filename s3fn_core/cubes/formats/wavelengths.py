"""Band centres in nm, whatever unit a file states or forgets to state."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import named, shortened
from s3fn_core.types import BoolArray, Wavelengths

_LIKE = ("wavelen", "wavenum", "lambda", "wvl", "bandcent", "centers", "centres", "centerwave", "listcw")
_EXACTLY = {"wl", "waves", "bands", "band"}
_OTHERWISE = ("unit", "fwhm", "width", "good", "flag", "std", "error", "uncert", "index")
_TO_NM = {
    "nm": 1.0,
    "nanometer": 1.0,
    "nanometers": 1.0,
    "nanometre": 1.0,
    "nanometres": 1.0,
    "um": 1e3,
    "µm": 1e3,
    "μm": 1e3,
    "micron": 1e3,
    "microns": 1e3,
    "micrometer": 1e3,
    "micrometers": 1e3,
    "micrometre": 1e3,
    "micrometres": 1e3,
    "m": 1e9,
    "mm": 1e6,
    "angstrom": 0.1,
    "angstroms": 0.1,
}
_WAVENUMBER = {"wavenumber", "wavenumbers", "cm-1", "1/cm"}
# No optical sensor measures beyond 100 µm or below 100 nm: a list below 100 is in µm.
_MICROMETRE_LIMIT = 100.0
SHORTEST, LONGEST = 100.0, 100_000.0  # nm; what lies beyond is in another unit than stated
# How a unit is recognised in what people write ("Wavenumber (cm-1)", "[Nanometers]"), in order.
_FRAGMENTS = (
    ("wavenum", "cm-1"),
    ("cm-1", "cm-1"),
    ("cm^-1", "cm-1"),
    ("1/cm", "cm-1"),
    ("nano", "nm"),
    ("micro", "um"),
    ("(nm", "nm"),
    ("(um", "um"),
    ("(µm", "um"),
    ("milli", "mm"),
    ("angstr", "angstrom"),
    ("ångstr", "angstrom"),
)
_MOST_NAMELESS = 0.5  # share of the bands that may have no wavelength: fewer have one than not
_NO_LENGTH = ("index", "ghz", "mhz")  # units that ENVI offers for other things than wavelengths


def band_centres(values: Any, unit: str | None, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Convert the wavelengths that a file states to nm, however it words their unit.

    Parameters
    ----------
    values : sequence of numbers or of their texts
        Band centres in the file's unit.
    unit : str or None
        As the file spells it.
    bands : int
        How many there must be.

    Returns
    -------
    wavelengths : array of float64, shape (bands,), or None
        In the order of the file, NaN for a band that has none (0); None where
        the list is of no use.
    notes : tuple of str
        What was guessed or dropped, and whether they turn back or repeat.
    """
    known = _known(values, bands)
    if known is None or known.all():
        return _all_centres(values, unit, bands)
    found, notes = _all_centres(np.asarray(values, np.float64)[known], unit, int(known.sum()))
    if found is None:
        return None, notes
    centres = np.full(bands, np.nan)
    centres[known] = found
    return centres, notes


def _known(values: Any, bands: int) -> BoolArray | None:
    """Which bands have a wavelength, where only a few have none; else None."""
    try:
        numbers = np.asarray(values, np.float64).ravel()
    except (TypeError, ValueError):
        return None
    none = numbers == 0
    return ~none if len(numbers) == bands and none.mean() < _MOST_NAMELESS else None


def _all_centres(values: Any, unit: str | None, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """:func:`band_centres` of a list in which every band has one."""
    stated = (unit or "").strip()
    name = _unit(stated)
    if name in _NO_LENGTH:
        return None, (
            tr('The wavelengths are in "{stated}", not a length: left out.', stated=shortened(stated)),
        )
    with np.errstate(over="ignore"):
        centres, remarks = to_nm(values, name, bands)
    if centres is None:
        return None, remarks
    if not np.isfinite(centres).all():
        return None, (tr("The wavelengths are far too large and were left out."),)
    if name in ("", "unknown"):
        notes = remarks
    elif remarks:  # to_nm guessed, for it does not know the unit
        notes = (
            tr(
                'The wavelength unit "{stated}" is unknown; they were taken as {unit}.',
                stated=shortened(stated),
                unit=_guessed_unit(values, centres),
            ),
        )
    else:
        centres, notes = _possible(values, stated, centres)
    if centres.min() < SHORTEST or centres.max() > LONGEST:
        first, last = np.asarray(values, np.float64)[[0, -1]]
        return None, (
            tr(
                "Numbers from {first:g} to {last:g} are not wavelengths of light (100 nm to 100 µm): "
                "left out.",
                first=first,
                last=last,
            ),
        )
    return centres, (*notes, *_order(centres))


def _unit(stated: str) -> str:
    unit = stated.lower()
    return next((name for part, name in _FRAGMENTS if part in unit), unit.strip("[]()\"' "))


def unit_in(name: str) -> str | None:
    """The unit that the name of a field or variable states, such as ``wavelength_um``."""
    words = re.split(r"[^a-zµμå]+", name.lower())
    if any(word.startswith("wavenum") for word in words):
        return "cm-1"
    return next((_unit(word) for word in words if word != "m" and _unit(word) in _TO_NM), None)


def _possible(values: Any, stated: str, centres: Wavelengths) -> tuple[Wavelengths, tuple[str, ...]]:
    """The centres, or where no sensor measures these, what they are in another unit."""
    if centres.max() >= SHORTEST and centres.min() <= LONGEST:
        return centres, ()
    guess, _ = to_nm(values, None, len(centres))
    if guess is None or guess.max() < SHORTEST or guess.min() > LONGEST:
        return centres, ()
    note = tr(
        'Wavelengths from {first} to {last} cannot be in "{stated}"; they were taken as {unit}.',
        first=values[0],
        last=values[-1],
        stated=shortened(stated),
        unit=_guessed_unit(values, guess),
    )
    return guess, (note,)


def _guessed_unit(values: Any, centres: Wavelengths) -> str:
    """How a guess by :func:`to_nm` without a unit came out."""
    return "nm" if centres[0] == float(values[0]) else tr("micrometres")


def _order(centres: Wavelengths) -> list[str]:
    """Tell wavelengths that turn back or repeat; they are kept in the order of the file."""
    notes = []
    steps = np.diff(centres)
    same = np.flatnonzero(steps == 0)
    if len(np.unique(centres)) < len(centres):
        notes.append(
            tr(
                "Some bands have the wavelength of another (band {bands}); all were kept.",
                bands=named([*same + 2]),
            )
            if same.size
            else tr("Some bands have the wavelength of another; all were kept.")
        )
    direction = np.sign(steps.sum())
    turned = np.flatnonzero(steps * direction < 0) if direction else np.flatnonzero(steps < 0)
    if turned.size:
        notes.append(
            plural(
                "The wavelengths turn back at band {bands}; the order of the file was kept.",
                "The wavelengths turn back at bands {bands}; the order of the file was kept.",
                turned.size,
                bands=named([*turned + 2]),
            )
        )
    return notes


def to_nm(values: Any, unit: str | None, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Convert numbers to nm.

    Parameters
    ----------
    values : sequence of numbers or of their texts
        Band centres.
    unit : str or None
        The plain name of their unit; guessed from the magnitude where it says nothing.
    bands : int
        How many there must be.

    Returns
    -------
    wavelengths : array of float64, shape (bands,), or None
        None where the list is of no use.
    notes : tuple of str
        What was guessed or dropped.
    """
    try:
        centres = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        return None, (tr("The wavelengths are not numbers and were left out."),)
    if centres.size != bands:
        return None, (
            tr("{count} wavelengths for {bands} bands: they were left out.", count=centres.size, bands=bands),
        )
    usable = bool(np.all(np.isfinite(centres)) and np.all(centres > 0))
    if not usable or (bands > 1 and np.ptp(centres) == 0):  # filled in for want of knowledge
        return None, (tr("The wavelengths are not positive, different numbers: left out."),)
    name = (unit or "").strip().lower()
    if name in _WAVENUMBER:
        return 1e7 / centres, ()
    if name in _TO_NM:
        return centres * _TO_NM[name], ()
    if centres.max() < _MICROMETRE_LIMIT:
        return centres * 1e3, (tr("The wavelengths state no unit; they were taken as micrometres."),)
    return centres, (tr("The wavelengths state no unit; they were taken as nm."),)


def called_wavelengths(name: str) -> bool:
    """Whether a field, a variable or an attribute of this name is expected to hold band centres."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    if any(part in plain for part in _OTHERWISE):
        return False
    return plain in _EXACTLY or any(part in plain for part in _LIKE)


def running_numbers(values: np.ndarray[Any, Any]) -> bool:
    """Whether a vector merely counts the bands, from 0 or 1."""
    return bool(
        values.size > 1
        and values.dtype.kind in "fiu"
        and values[0] in (0, 1)
        and np.all(np.diff(values.astype(np.float64)) == 1)
    )
