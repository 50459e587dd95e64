"""Which entries of a library a measured spectrum is most like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import WordsError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths
from s3fn_core.words.expectation import MIN_BANDS
from s3fn_core.words.library.absorptions import Features
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.sensing import sensed, spacing

By = Literal["angle", "features"]
COUNT = 20
LEAST_SHARE = 0.5
"""Of the compared bands that an entry must know: angles over much fewer cannot be ranked with the
others."""

Values = npt.NDArray[np.float64]
_Group = tuple[npt.NDArray[np.intp], BoolArray, Features]


@dataclass(frozen=True, eq=False)
class Match:
    """An entry beside a measured spectrum.

    Attributes
    ----------
    entry : Entry
    angle : float
        Spectral angle in degrees.
    feature_fit : float
        Agreement of the absorption features, 0 to 1; NaN where the entry has none in the range.
    bands : int
        Bands that were compared.
    scale : float
        Factor that brings the entry to the spectrum, by least squares.
    """

    entry: Entry
    angle: float
    feature_fit: float
    bands: int
    scale: float


@checked(WordsError)
def identify(
    spectrum: FloatArray,
    wavelengths: Wavelengths,
    good_bands: BoolArray,
    entries: Sequence[Entry],
    *,
    range_nm: tuple[float, float] | None = None,
    by: By = "angle",
    collections: Sequence[str] | None = None,
    count: int = COUNT,
) -> tuple[Match, ...]:
    """The entries that are most like a spectrum, the likeliest first.

    The spectral angle (Kruse et al., Remote Sens. Environ. 44, 145, 1993) is the arccosine of
    ``o . l / (|o| |l|)``: it knows no brightness, but the slope of the illumination counts.
    Features are compared with the continuum removed
    (:class:`~s3fn_core.words.library.absorptions.Features`).

    Parameters
    ----------
    spectrum : array, shape (bands,)
        NaN where nothing is known.  Reflectance, or anything proportional to it.
    wavelengths : array, shape (bands,)
        In nm, in any order.
    good_bands : array of bool, shape (bands,)
    entries : sequence of Entry
    range_nm : (float, float), optional
        Only bands inside are compared.
    by : "angle" or "features"
        What the order follows.
    collections : sequence of str, optional
        Only entries of these.
    count : int
        Matches at most.

    Raises
    ------
    WordsError
        When nothing can be compared: the spectrum is zero, has too few bands in the range, or no
        entry covers half of them; by features also when no entry absorbs there.
    """
    wanted = tuple(e for e in entries if collections is None or e.collection in collections)
    if not wanted:
        raise WordsError("No entries to compare with; choose another collection or library.")
    axis, widths, values = _used(spectrum, wavelengths, good_bands, range_nm)
    seen = _seen(wanted, axis.tobytes(), widths.tobytes())
    if not len(seen.entries):
        raise WordsError(
            "No entry covers half of the {bands} bands from {first:.0f} to {last:.0f} nm; choose a range "
            "that an entry covers (they reach {reach}).",
            bands=len(axis),
            first=axis[0],
            last=axis[-1],
            reach=_reach(wanted),
        )
    angles, scales = seen.angles(values)
    if by == "angle":
        order = np.argsort(angles, kind="stable")[:count]
        fits = seen.fits(values, order)
    else:
        every = seen.fits(values, np.arange(len(angles)))
        ranked = np.lexsort((angles, -np.nan_to_num(every)))
        order = ranked[np.isfinite(every[ranked])][:count]
        fits = every[order]
    if not len(order):
        raise WordsError(
            "No entry has absorption features from {first:.0f} to {last:.0f} nm; choose a wider "
            "range, or compare by angle.",
            first=axis[0],
            last=axis[-1],
        )
    return tuple(
        Match(seen.entries[i], float(angles[i]), float(fit), int(seen.bands[i]), float(scales[i]))
        for i, fit in zip(order.tolist(), fits.tolist(), strict=True)
    )


def _used(
    spectrum: FloatArray,
    wavelengths: Wavelengths,
    good_bands: BoolArray,
    range_nm: tuple[float, float] | None,
) -> tuple[Wavelengths, Wavelengths, Values]:
    """Ascending, different wavelengths in the range, the bands' widths, and the spectrum there."""
    if not spectrum.shape == wavelengths.shape == good_bands.shape:
        raise WordsError(
            "The spectrum has {values} values, {wavelengths} wavelengths and {flags} band flags; "
            "give as many of each.",
            values=spectrum.size,
            wavelengths=wavelengths.size,
            flags=good_bands.size,
        )
    low, high = range_nm or (0.0, np.inf)
    usable = good_bands & np.isfinite(spectrum) & (wavelengths >= low) & (wavelengths <= high)
    axis, first = np.unique(wavelengths[usable], return_index=True)
    if len(axis) < MIN_BANDS and range_nm is None:
        raise WordsError(
            "The spectrum has {count} usable bands, and {needed} are needed; use another spectrum.",
            count=len(axis),
            needed=MIN_BANDS,
        )
    if len(axis) < MIN_BANDS:
        raise WordsError(
            "The spectrum has {count} usable bands from {low:.0f} to {high:.0f} nm, and {needed} are "
            "needed; choose a wider range.",
            count=len(axis),
            low=low,
            high=high,
            needed=MIN_BANDS,
        )
    values = spectrum[usable][first].astype(np.float64)
    if not values.any():
        raise WordsError("The spectrum is zero in all bands; choose a pixel or region with values.")
    every = np.unique(wavelengths[np.isfinite(wavelengths)])
    return axis, spacing(every)[np.searchsorted(every, axis)], values


def _reach(entries: Sequence[Entry]) -> str:
    ranges = [entry.range_nm for entry in entries]
    return tr(
        "{low:.0f} to {high:.0f} nm", low=min(low for low, _ in ranges), high=max(high for _, high in ranges)
    )


class _Seen:
    """Those entries that cover half of some bands, as a camera with these bands sees them."""

    def __init__(self, entries: Sequence[Entry], axis: Wavelengths, widths: Wavelengths) -> None:
        curves = sensed(entries, axis, widths)
        bands = np.isfinite(curves).sum(axis=1)
        enough = np.flatnonzero(bands >= max(MIN_BANDS, LEAST_SHARE * len(axis)))
        self.entries = tuple(entries[i] for i in enough.tolist())
        self.bands = bands[enough]
        self._axis, self._curves = axis, curves[enough]
        self._known = np.isfinite(self._curves)
        self._filled = np.where(self._known, self._curves, 0)
        self._squares = np.einsum("ij,ij->i", self._filled, self._filled)

    def angles(self, values: Values) -> tuple[Values, Values]:
        """Angles in degrees, 90 for a zero curve, and scales, over the bands that each curve knows."""
        inner = self._filled @ values
        lengths = np.sqrt(self._squares * (self._known @ (values * values)))
        cosines = np.where(lengths > 0, inner / np.where(lengths > 0, lengths, 1), 0)
        angles = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
        return angles, inner / np.where(self._squares > 0, self._squares, np.nan)

    def fits(self, values: Values, places: npt.NDArray[np.intp]) -> Values:
        """Feature fits of some of the curves."""
        every = len(places) == len(self.entries)
        groups = self._features if every else self._grouped(places)
        found = np.full(len(self.entries), np.nan)
        for rows, bands, features in groups:
            found[rows] = features.fits(values[bands])
        return found[places]

    @cached_property
    def _features(self) -> list[_Group]:
        """Those of all curves: they take ten times as long as comparing them."""
        return self._grouped(np.arange(len(self.entries)))

    def _grouped(self, places: npt.NDArray[np.intp]) -> list[_Group]:
        """Curves that know the same bands, together."""
        known = self._known[places]
        if known.all():
            return [(places, np.ones(len(self._axis), bool), Features(self._curves[places], self._axis))]
        patterns, members = np.unique(known, axis=0, return_inverse=True)
        groups = []
        for number, bands in enumerate(patterns):
            rows = places[members.ravel() == number]
            groups.append((rows, bands, Features(self._curves[np.ix_(rows, bands)], self._axis[bands])))
        return groups


@lru_cache(maxsize=2)
def _seen(entries: tuple[Entry, ...], axis: bytes, widths: bytes) -> _Seen:
    """Kept, because one spectrum after another is looked up."""
    return _Seen(entries, np.frombuffer(axis), np.frombuffer(widths))
