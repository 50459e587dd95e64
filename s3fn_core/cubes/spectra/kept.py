"""A spectrum that stays: of a pinned pixel, a region, a class, or from a library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.files import read_record, without_nan
from s3fn_core.languages import tr
from s3fn_core.types import Box, FloatArray


@dataclass(frozen=True, eq=False)
class KeptSpectrum:
    """One of the spectra that are compared with the one under the cursor.

    Attributes
    ----------
    number : int
        Tells it from all others of the session.
    name : str
    colour : str
        On the image, in the plot and in the list.
    axis : BandAxis
    values : array of float32, shape (bands,), or None
        Reflectance; None while it is being read.
    deviation : array of float32, shape (bands,), or None
        Standard deviation, where `values` is a mean.
    cube : Cube or None
        What it was read from.
    box : Box or None
        The pixels of the cube, where they are a rectangle.
    note : str
        Where it came from, for people.
    """

    number: int
    name: str
    colour: str
    axis: BandAxis
    values: FloatArray | None
    deviation: FloatArray | None = None
    cube: Cube | None = None
    box: Box | None = None
    note: str = ""

    @property
    def pixel(self) -> tuple[int, int] | None:
        """(line, sample) of a pin."""
        if self.box is None or area(self.box) != 1:
            return None
        return self.box[0], self.box[1]

    @property
    def origin(self) -> str:
        """Where it came from, in words."""
        place = self._place
        return place if self.cube is None else tr("{place} of {cube}", place=place, cube=self.cube.name)

    @property
    def _place(self) -> str:
        if self.box is None:
            return self.note
        top, left, bottom, right = self.box
        if self.pixel is not None:
            return tr("line {line}, sample {sample}", line=top, sample=left)
        return tr(
            "mean of {pixels:,} pixels in lines {top} to {bottom}, samples {left} to {right}",
            pixels=area(self.box),
            top=top,
            bottom=bottom - 1,
            left=left,
            right=right - 1,
        )

    def read_again(self, cube: Cube, axis: BandAxis) -> KeptSpectrum:
        """The same place of a cube that is treated in another way; a mean has to be waited for."""
        values = None if self.pixel is None else cube.spectrum(*self.pixel)
        return replace(self, cube=cube, axis=axis, values=values, deviation=None)


def area(box: Box) -> int:
    """Number of pixels."""
    top, left, bottom, right = box
    return (bottom - top) * (right - left)


UNNUMBERED = 0  # until somebody takes it up


@dataclass(frozen=True)
class _Record:
    """A kept spectrum in the settings of a project: its place on a cube, or its values.

    What was not measured is null: JSON knows no NaN.
    """

    name: str
    colour: str
    box: Box | None = None
    values: list[float | None] | None = None
    deviation: list[float | None] | None = None
    wavelengths: list[float] | None = None
    note: str = ""

    def kept(self, axis: BandAxis, shape: tuple[int, int]) -> KeptSpectrum | None:
        """The spectrum; None where it does not fit a cube of `shape` (lines, samples)."""
        if self.box is not None:
            top, left, bottom, right = self.box
            if not (0 <= top < bottom <= shape[0] and 0 <= left < right <= shape[1]):
                return None
            return KeptSpectrum(UNNUMBERED, self.name, self.colour, axis, None, box=self.box)
        values, deviation = (
            None if v is None else np.array(v, np.float32) for v in (self.values, self.deviation)
        )
        if values is None or any(v is not None and len(v) != axis.bands for v in (values, deviation)):
            return None
        return KeptSpectrum(UNNUMBERED, self.name, self.colour, axis, values, deviation, note=self.note)


def records_of(kept: Iterable[KeptSpectrum]) -> list[dict[str, Any]]:
    """Plain values; without what is still being read."""
    known = (one for one in kept if one.box is not None or one.values is not None)
    return [{k: v for k, v in asdict(_record(one)).items() if v is not None} for one in known]


def _record(kept: KeptSpectrum) -> _Record:
    if kept.box is not None:
        return _Record(kept.name, kept.colour, kept.box)
    own = kept.axis.wavelengths if kept.cube is None else None
    values, deviation = (
        without_nan(None if v is None else v.tolist()) for v in (kept.values, kept.deviation)
    )
    wavelengths = None if own is None else own.tolist()
    return _Record(kept.name, kept.colour, None, values, deviation, wavelengths, kept.note)


def kept_from(records: Any, shape: tuple[int, int], axis: BandAxis) -> tuple[KeptSpectrum, ...]:
    """Spectra of a cube, shape (lines, samples); those that do not fit it any more are dropped."""
    found = (record.kept(axis, shape) for record in _read(records))
    return tuple(one for one in found if one is not None)


def libraries_from(records: Any) -> tuple[KeptSpectrum, ...]:
    """Spectra of libraries, each with wavelengths of its own."""
    known = [
        (record, np.array(record.wavelengths, np.float64)) for record in _read(records) if record.wavelengths
    ]
    found = (record.kept(BandAxis(nm, np.ones(len(nm), bool), stored=False), (0, 0)) for record, nm in known)
    return tuple(one for one in found if one is not None)


def _read(records: Any) -> Iterator[_Record]:
    """What can be read of a list in a project's settings."""
    for record in records if isinstance(records, list) else ():
        with suppress(ValueError):
            yield read_record(_Record, record)
