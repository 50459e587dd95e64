"""Wavelengths in the texts that programs write beside bands: descriptions, labels, page names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.wavelengths import (
    SHORTEST,
    band_centres,
    called_wavelengths,
    running_numbers,
    unit_in,
)
from s3fn_core.envi.lists import split_numbers
from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_UNITED = rf"{_NUMBER}\s*(nanomet\w*|nm|micromet\w*|microns?|um|µm|μm)\b"
_UNIT = re.compile(_UNITED, re.IGNORECASE)
# "band 12 (478.2 Nanometers)", "478.2 nm", "0.478 um", "wavelength = 478.2", or a bare "478.2".
_IN_TEXT = re.compile(rf"{_UNITED}|^(?:.*(?:wavelength|lambda|λ|\bwl))?[\s:=_]*{_NUMBER}\s*$", re.IGNORECASE)
# Whole numbers up to it number the bands, or the days of a year; no camera sees light as short.
_COUNTING = 366
_YEARS = (1900, 2101)


def centres_of_texts(
    texts: Sequence[str | None], source: str, *, called: bool = False
) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres, where every band's text holds one.

    Parameters
    ----------
    texts : sequence of str or None
        One for each band.
    source : str
        What the texts are, for the note, e.g. "band descriptions".
    called : bool
        Whether they are called wavelengths, so that bare numbers are some.

    Returns
    -------
    wavelengths : array of float64, shape (bands,), in nm, or None
    notes : tuple of str
    """
    matches = [_IN_TEXT.search(text or "") for text in texts]
    hits = [match for match in matches if match]
    if not hits or len(hits) < len(texts):
        united = sum(1 for hit in hits if hit[2])
        return None, _partly(united, len(texts), source)
    units = ["nm" if unit.lower().startswith("n") else "um" for hit in hits if (unit := hit[2])]
    values = np.array([float((hit[1] or hit[3]).replace(",", ".")) for hit in hits])
    if units:  # "980 nm" and "1.1 um" may stand in one file
        micrometres = [(hit[2] or units[0]).lower().startswith(("u", "µ", "μ", "mic")) for hit in hits]
        found, remarks = band_centres(np.where(micrometres, values * 1e3, values), "nm", len(texts))
    elif not called and _no_wavelengths(values):
        if values.max() < SHORTEST:
            return None, ()
        first, last = values[[0, -1]]
        return None, (
            tr(
                "The {source} from {first:g} to {last:g} were taken for counts or dates: left out.",
                source=source,
                first=first,
                last=last,
            ),
        )
    else:
        found, remarks = band_centres(values, None, len(texts))
    if found is None:
        return None, remarks
    return found, (tr("Wavelengths come from the {source}.", source=source), *remarks)


def _no_wavelengths(values: np.ndarray[Any, Any]) -> bool:
    """Whether bare numbers count the bands, or are years."""
    whole = bool(values.size > 1 and np.all(values % 1 == 0))
    years = bool(values.size > 1 and np.all((values >= _YEARS[0]) & (values < _YEARS[1])))
    return years or (whole and (values.max() <= _COUNTING or running_numbers(values)))


def split_texts(text: str, count: int) -> list[str] | None:
    """The `count` texts of a list, whose separators may also stand within them; None where unclear."""
    for separator in (r"[,;]", r"[,;](?!\d)", ";"):
        items = [item.strip(" \t\r\n\"'") for item in re.split(separator, text.strip("{}[] \t\n"))]
        if len(items) == count:
            return items
    return None


def centres_of_names(text: str, bands: int, source: str) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from the names of all bands in one text; see :func:`centres_of_texts`.

    Where the names hold the separator, so that their number is unclear, the numbers with a unit are
    counted.
    """
    names = split_texts(text, bands)
    if names is None:
        united = [match[0] for match in _UNIT.finditer(text)]
        names = united if len(united) == bands else []
    return centres_of_texts(names, source)


def centres_of_tags(tags: Sequence[dict[str, str]], bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from tags of each band called wavelength, with wavelength_units beside them."""
    key = min((key for key in set().union(*tags) if called_wavelengths(key)), key=len, default="")
    stated = [band[key] for band in tags if key in band]
    if not stated or len(stated) < bands:
        return None, _partly(len(stated), bands, tr("band tags"))
    unit = tags[0].get("wavelength_units") or tags[0].get("wavelength_unit") or unit_in(key)
    if any(_UNIT.search(text) for text in stated):
        return centres_of_texts(stated, tr("band tags"), called=True)
    return band_centres(stated, unit, bands)


def centres_of_file(tags: dict[str, Any], bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from tags of the whole file.

    Either a list called wavelength(s), or Band_1, Band_2 ... as GDAL translates ENVI headers.
    """
    lower = {key.lower(): value for key, value in tags.items()}
    unit = lower.get("wavelength_units") or lower.get("wavelength_unit")
    for key in ("wavelength", "wavelengths", "center_wavelengths", "band_centers"):
        if key in lower:
            listed = lower[key]
            if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
                listed = "; ".join(listed)
            if isinstance(listed, str):
                found, remarks = centres_of_list(listed, unit, bands)
            else:
                found, remarks = band_centres(listed, unit, bands)
            return found, (tr('Wavelengths come from the tag "{key}" of the file.', key=key), *remarks)
    texts = [lower.get(f"band_{band + 1}") for band in range(bands)]
    return centres_of_texts([t if isinstance(t, str) else None for t in texts], tr("tags of the file"))


def centres_of_list(text: str, unit: str | None, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from a list in one text, with a unit of its own or behind each number."""
    values = split_numbers(text, bands)
    if len(values) != bands:
        texts = split_texts(text, bands)
        if texts is not None:
            return centres_of_texts(texts, tr("list"), called=True)
    return band_centres(values, unit, bands)


def _partly(stated: int, bands: int, source: str) -> tuple[str, ...]:
    if not stated:
        return ()
    return (
        tr(
            "{stated} of {bands} {source} state a wavelength: they were left out.",
            stated=stated,
            bands=bands,
            source=source,
        ),
    )
