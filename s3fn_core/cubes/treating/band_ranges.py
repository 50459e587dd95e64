"""Bands as people write them: "1-5, 103-110, 900-980 nm", counted from 1."""

from __future__ import annotations

import re

import numpy as np

from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

_UNIT = r"(nm|um|[µμ]m)?"
_RANGE = re.compile(
    rf"(?:bands?\s)?(\d+(?:\.\d+)?)\s?{_UNIT}"
    rf"(?:\s?(?:-|–|—|\.\.|to\s)\s?(\d+(?:\.\d+)?)\s?{_UNIT})?(?=[\s,;]|$)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s,;]*")


def parse_bands(text: str, bands: int, wavelengths: Wavelengths | None = None) -> BoolArray:
    """The bands that a text names.

    Parameters
    ----------
    text : str
        Numbers of bands from 1, and ranges of them; wavelengths with nm or µm behind.
    bands : int
    wavelengths : array, shape (bands,), optional
        In nm.

    Returns
    -------
    array of bool, shape (bands,)

    Raises
    ------
    CubeError
        When a part is neither a band nor a range, or names none that exists.
    """
    text = " ".join(text.split())
    chosen = np.zeros(bands, bool)
    place = 0
    while (place := _end(_SEPARATORS, text, place)) < len(text):
        part = _RANGE.match(text, place)
        if part is None:
            wrong = re.split(r"[,;]", text[place:])[0].strip()[:30]
            raise CubeError(
                '"{wrong}" is neither a band nor a range; write like "1-5, 103-110, 900-980 nm".', wrong=wrong
            )
        first, last = float(part[1]), float(part[3] or part[1])
        unit = part[4] or part[2]
        if unit is None:
            chosen |= _by_number(first, last, bands)
        else:
            factor = 1.0 if unit.lower() == "nm" else 1e3
            chosen |= _by_wavelength(factor * first, factor * last, wavelengths)
        place = part.end()
    return chosen


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return place if found is None else found.end()


def _by_number(first: float, last: float, bands: int) -> BoolArray:
    low, high = min(first, last), max(first, last)
    for number in (low, high):
        if number not in range(1, bands + 1):
            raise CubeError(
                "There is no band {number:g}; bands are numbered 1 to {bands}. Wavelengths need their unit: "
                '"{low:g}-{high:g} nm".',
                number=number,
                bands=bands,
                low=low,
                high=high,
            )
    numbers = np.arange(1, bands + 1)
    return (numbers >= low) & (numbers <= high)


def _by_wavelength(first: float, last: float, wavelengths: Wavelengths | None) -> BoolArray:
    if wavelengths is None:
        raise CubeError("The bands have no wavelengths; name them by their numbers, from 1.")
    low, high = min(first, last), max(first, last)
    chosen: BoolArray = (wavelengths >= low) & (wavelengths <= high)
    if low == high:  # a line falls into the band next to it
        distance = np.abs(wavelengths - low)
        steps = np.diff(np.unique(wavelengths))
        if distance.min() <= (np.median(steps) if steps.size else 0):
            chosen = distance == distance.min()
    if not chosen.any():
        first, last = wavelengths.min(), wavelengths.max()
        if low == high:
            raise CubeError(
                "There is no band at {nm:g} nm; the bands range from {first:g} to {last:g} nm.",
                nm=low,
                first=first,
                last=last,
            )
        raise CubeError(
            "There is no band between {low:g} and {high:g} nm; the bands range from {first:g} to "
            "{last:g} nm.",
            low=low,
            high=high,
            first=first,
            last=last,
        )
    return chosen


def band_ranges(chosen: BoolArray) -> str:
    """Write chosen bands, shape (bands,), as :func:`parse_bands` reads them; "" for none."""
    edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).reshape(-1, 2)
    runs = [(int(start) + 1, int(stop)) for start, stop in edges]
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
