"""One entry of a library of materials: a curve under a name, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from s3fn_core.errors import WordsError
from s3fn_core.languages import plural, tr
from s3fn_core.types import FloatArray, Wavelengths
from s3fn_core.words.claims import expected_line

Geometry = Literal["canopy", "leaf", "lab", "field", "image", "modelled", "unknown"]
"""How a curve was measured.  A leaf in the laboratory is much brighter than a canopy."""

_MEASURED: dict[Geometry, str] = {
    "canopy": tr("canopy"),
    "leaf": tr("leaf"),
    "lab": tr("lab"),
    "field": tr("field"),
    "image": tr("image"),
    "modelled": tr("modelled"),
    "unknown": tr("unknown"),
}

KNOTS = (
    *(430, 480, 550, 600, 640, 670, 700, 720, 740, 760, 800),
    *(900, 1000, 1100, 1200, 1300, 1550, 1650, 1750, 2100, 2200, 2300),
)
"""Wavelengths in nm that a closing line states: dense at the red edge, none in the bands of water
vapour."""
LEAST_KNOTS = 3


@dataclass(frozen=True, eq=False)
class Entry:
    """One curve with its names.

    Attributes
    ----------
    name : str
    collection : str
        "materials", "minerals" or "spectra" of the bundled library, or the name of a user's file.
    group : str
        "vegetation", "roof", "mineral", ...; empty where nobody says.
    geometry : Geometry
    count : int
        Spectra behind the curve; 0 where it is stated or modelled.
    source, licence : str
    wavelengths : array of float64, shape (bands,)
        In nm, increasing.
    reflectance : array of float32, shape (bands,)
        Fraction; NaN where it is not known.
    deviation : array of float32, shape (bands,), or None
        Standard deviation of the spectra behind it.
    synonyms : tuple of str
    title : str
        As the source calls the spectrum.
    """

    name: str
    collection: str
    group: str
    geometry: Geometry
    count: int
    source: str
    licence: str
    wavelengths: Wavelengths
    reflectance: FloatArray
    deviation: FloatArray | None = None
    synonyms: tuple[str, ...] = ()
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)

    @property
    def origin(self) -> str:
        """Geometry and number of spectra: "canopy, 25 spectra"."""
        how = _MEASURED[self.geometry]
        if not self.count:
            return how
        return plural("{how}, {count} spectrum", "{how}, {count} spectra", self.count, how=how)

    @property
    def summary(self) -> str:
        """Names, origin and range: "pine (Pinus sylvestris): leaf, 3 spectra, 400 to 2500 nm"."""
        first, last = self.range_nm
        known = {"name": self.name, "title": self.title, "origin": self.origin, "first": first, "last": last}
        if self.title and self.title != self.name:
            return tr("{name} ({title}): {origin}, {first:.0f} to {last:.0f} nm", **known)
        return tr("{name}: {origin}, {first:.0f} to {last:.0f} nm", **known)

    @property
    def provenance(self) -> str:
        """What a description that was taken from it keeps: material, collection, licence."""
        return f"{self.name} in {self.collection} ({self.licence})"

    def at(self, wavelengths: Wavelengths) -> FloatArray:
        """Reflectance at other wavelengths, NaN beyond the known ones."""
        known = np.isfinite(self.reflectance)
        return np.interp(
            wavelengths, self.wavelengths[known], self.reflectance[known], left=np.nan, right=np.nan
        ).astype(np.float32)

    def knots(self, range_nm: tuple[float, float] | None = None) -> tuple[tuple[float, float], ...]:
        """Wavelength and reflectance at those :data:`KNOTS` that lie in a range and are known."""
        low, high = range_nm or (0.0, np.inf)
        places = np.array([nm for nm in KNOTS if low <= nm <= high], np.float64)
        values = self.at(places)
        return tuple(
            (float(nm), float(np.clip(value, 0, 1)))
            for nm, value in zip(places, values, strict=True)
            if np.isfinite(value)
        )

    def line(self, range_nm: tuple[float, float] | None = None) -> str:
        """The closing line "Expected reflectance: ..." within a cube's range.

        Raises
        ------
        WordsError
            When the curve and the range share fewer than three knots.
        """
        knots = self.knots(range_nm)
        if len(knots) < LEAST_KNOTS:
            low, high = self.range_nm
            raise WordsError(
                '"{name}" is known from {low:.0f} to {high:.0f} nm, which the cube hardly covers; take '
                "another entry.",
                name=self.name,
                low=low,
                high=high,
            )
        return expected_line(knots)

    @property
    def range_nm(self) -> tuple[float, float]:
        known = self.wavelengths[np.isfinite(self.reflectance)]
        return float(known[0]), float(known[-1])
