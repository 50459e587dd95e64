"""What an ENVI header says about its bands: wavelengths, bad bands, bands to show."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.formats.envi_text import HeaderText, named, shortened
from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.types import BoolArray, Wavelengths

# How a unit is recognised in what people write ("Wavenumber (cm-1)", "[Nanometers]"), in order.
_FRAGMENTS = (
    ("wavenum", "cm-1"), ("cm-1", "cm-1"), ("cm^-1", "cm-1"), ("1/cm", "cm-1"), ("nano", "nm"),
    ("micro", "um"), ("(nm", "nm"), ("(um", "um"), ("(µm", "um"), ("milli", "mm"),
    ("angstr", "angstrom"), ("ångstr", "angstrom"),
)  # fmt: skip
_NO_LENGTH = ("index", "ghz", "mhz")  # units that ENVI offers for other things than wavelengths
# nm; no optical sensor measures beyond: what does is stated in another unit than the header says.
_SHORTEST, _LONGEST = 100.0, 100_000.0


def wavelengths(text: HeaderText, bands: int, notes: list[str]) -> Wavelengths | None:
    """Band centres in nm, shape (bands,), or None; every guess goes to `notes`."""
    values = text.numbers("wavelength")
    if not values:
        return None
    stated = text.get("wavelength units")
    unit = _unit(stated)
    if unit in _NO_LENGTH:
        notes.append(f'The wavelengths are in "{shortened(stated)}", no length: left out.')
        return None
    with np.errstate(over="ignore"):
        centres, remarks = to_nm(values, unit, bands)
    if centres is not None and not np.isfinite(centres).all():
        centres, remarks = None, ("The wavelengths are beyond all measure and were left out.",)
    if centres is None:
        notes += remarks
        return None
    if unit in ("", "unknown"):
        notes += remarks
    elif remarks:  # to_nm guessed, for it does not know the unit
        notes.append(
            f'The wavelength unit "{shortened(stated)}" is unknown; {_taken_as(values, centres)}.'
        )
    elif centres.max() < _SHORTEST or centres.min() > _LONGEST:
        guess, _ = to_nm(values, None, bands)
        if guess is not None and guess.max() >= _SHORTEST and guess.min() <= _LONGEST:
            notes.append(
                f'Wavelengths from {values[0]} to {values[-1]} cannot be in "{shortened(stated)}"; '
                f"{_taken_as(values, guess)}."
            )
            centres = guess
    notes += _order(centres)
    return centres


def _unit(stated: str) -> str:
    unit = stated.lower().strip()
    return next((name for part, name in _FRAGMENTS if part in unit), unit.strip("[]()\"' "))


def _taken_as(values: list[str], centres: Wavelengths) -> str:
    """How a guess by :func:`to_nm` without a unit came out."""
    return f"they were taken as {'nm' if centres[0] == float(values[0]) else 'micrometres'}"


def _order(centres: Wavelengths) -> list[str]:
    """Tell wavelengths that turn back or repeat; they are kept in the order of the file."""
    notes = []
    steps = np.diff(centres)
    same = np.flatnonzero(steps == 0)
    if len(np.unique(centres)) < len(centres):
        where = f" (band {named([*(same + 2)])})" if same.size else ""
        notes.append(f"Some bands have the wavelength of another{where}; all were kept.")
    direction = np.sign(steps.sum())
    turned = np.flatnonzero(steps * direction < 0) if direction else np.flatnonzero(steps < 0)
    if turned.size:
        notes.append(
            f"The wavelengths turn back at band {named([*(turned + 2)])}; "
            "the order of the file was kept."
        )
    return notes


def good_bands(text: HeaderText, promised: int, bands: int, notes: list[str]) -> BoolArray:
    """The bad-band list, in which 0 means bad, shape (bands,).

    A list of another length than the `promised` bands is left out: nobody knows which it means.
    Of a file that was cut only the first `bands` exist.
    """
    everything = np.ones(bands, bool)
    values = text.numbers("bbl")
    if not values:
        return everything
    if len(values) != promised:
        notes.append(f"The bad-band list has {len(values)} values for {promised} bands: left out.")
        return everything
    numbers = np.array([_float(value) for value in values[:bands]])
    unread = np.flatnonzero(np.isnan(numbers))
    if unread.size:
        notes.append(
            "The bad-band list says neither good nor bad of band "
            f"{named([*(unread + 1)])}; taken as good."
        )
    good: BoolArray = numbers != 0  # NaN, which says nothing, is not 0 either
    if not good.any():
        notes.append("The bad-band list marks every band as bad and was left out.")
        return everything
    return good


def default_bands(text: HeaderText, bands: int, notes: list[str]) -> tuple[int, ...]:
    """Bands to show, from 0: three (red, green, blue), or three times the same one for grey."""
    values = text.numbers("default bands")
    if not values:
        return ()
    numbers = [_float(value) for value in values]
    quoted = f'"default bands = {shortened(text.get("default bands"))}"'
    if any(value not in range(1, bands + 1) for value in numbers):
        notes.append(f"{quoted} names bands that do not exist (1 to {bands} do): left out.")
        return ()
    if len(numbers) not in (1, 3):
        notes.append(f"{quoted} names neither one band (grey) nor three (colour): left out.")
        return ()
    chosen = [int(value) - 1 for value in numbers]
    return tuple(chosen * 3 if len(chosen) == 1 else chosen)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
