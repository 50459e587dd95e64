"""What an ENVI header says about its bands: wavelengths, bad bands, bands to show."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.formats.band_texts import centres_of_list, centres_of_names
from s3fn_core.cubes.formats.wavelengths import called_wavelengths, unit_in
from s3fn_core.envi.text import HeaderText
from s3fn_core.languages import tr
from s3fn_core.quoting import named, shortened
from s3fn_core.types import BoolArray, Wavelengths

_UNITS = ("wavelength units", "wavelength unit")


def wavelengths(text: HeaderText, bands: int, notes: list[str]) -> Wavelengths | None:
    """Band centres in nm, shape (bands,), or None; every guess goes to `notes`.

    They stand under "wavelength", in some files under a key of that kind or in the names of the
    bands.  NaN where a band has none.
    """
    remarks: list[str] = []
    for key in _keys(text):
        stated = (text.get(name) for name in (f"{key} units", *_UNITS) if name in text)
        unit = next(stated, "") or unit_in(key)
        centres, told = centres_of_list(text.get(key), unit, bands)
        if centres is not None:
            notes += (
                remarks
                if key == "wavelength"
                else [*remarks, tr('Wavelengths come from the field "{key}".', key=key)]
            )
            notes += told
            return centres
        remarks += told
    centres, told = centres_of_names(text.get("band names"), bands, tr("band names"))
    notes += [*remarks, *told]
    return centres


def _keys(text: HeaderText) -> list[str]:
    """The fields that may list wavelengths, the usual one first."""
    called = [key for key in text.entries if called_wavelengths(key) and key != "bands" and key in text]
    return sorted(called, key=lambda key: key != "wavelength")


def good_bands(text: HeaderText, promised: int, bands: int, notes: list[str]) -> BoolArray:
    """The bad-band list, in which 0 means bad, shape (bands,).

    A list of another length than the `promised` bands is left out: nobody knows which it means.
    Of a file that was cut only the first `bands` exist.
    """
    everything = np.ones(bands, bool)
    values = text.numbers("bbl", promised)
    if not values:
        return everything
    if len(values) != promised:
        notes.append(
            tr(
                "The bad-band list has {values} values for {promised} bands: left out.",
                values=len(values),
                promised=promised,
            )
        )
        return everything
    numbers = np.array([_float(value) for value in values[:bands]])
    unread = np.flatnonzero(np.isnan(numbers))
    if unread.size:
        notes.append(
            tr(
                "The bad-band list marks band {bands} neither good nor bad; taken as good.",
                bands=named([*unread + 1]),
            )
        )
    good: BoolArray = numbers != 0  # NaN, which says nothing, is not 0 either
    if not good.any():
        notes.append(tr("The bad-band list marks every band as bad and was left out."))
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
        notes.append(
            tr(
                "{quoted} names bands that do not exist (1 to {bands} do): left out.",
                quoted=quoted,
                bands=bands,
            )
        )
        return ()
    if len(numbers) not in (1, 3):
        notes.append(
            tr("{quoted} names neither one band (grey) nor three (colour): left out.", quoted=quoted)
        )
        return ()
    chosen = [int(value) - 1 for value in numbers]
    return tuple(chosen * 3 if len(chosen) == 1 else chosen)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
