"""A spectrum that stays: of a pinned pixel, a region, a class, or from a library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.axis import BandAxis
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
        source = "" if self.cube is None else f" of {self.cube.name}"
        if self.box is None:
            return f"{self.note}{source}"
        top, left, bottom, right = self.box
        if self.pixel is not None:
            return f"line {top}, sample {left}{source}"
        return (
            f"mean of {area(self.box):,} pixels{source}: "
            f"lines {top} to {bottom - 1}, samples {left} to {right - 1}"
        )

    def read_again(self, cube: Cube, axis: BandAxis) -> KeptSpectrum:
        """The same place of a cube that is treated in another way; a mean has to be waited for."""
        values = None if self.pixel is None else cube.spectrum(*self.pixel)
        return replace(self, cube=cube, axis=axis, values=values, deviation=None)


def area(box: Box) -> int:
    """Number of pixels."""
    top, left, bottom, right = box
    return (bottom - top) * (right - left)


UNNUMBERED = 0  # until the session takes it up


def records_of(kept: Iterable[KeptSpectrum]) -> list[dict[str, Any]]:
    """Plain values; without what is still being read."""
    return [_record(one) for one in kept if one.box is not None or one.values is not None]


def kept_from(records: Any, shape: tuple[int, int], axis: BandAxis) -> tuple[KeptSpectrum, ...]:
    """Spectra of a cube, shape (lines, samples); those that do not fit it any more are left out."""
    found = (_of_cube(record, shape, axis) for record in _listed(records))
    return tuple(one for one in found if one is not None)


def libraries_from(records: Any) -> tuple[KeptSpectrum, ...]:
    """Spectra of libraries, each with wavelengths of its own."""
    found: list[KeptSpectrum] = []
    for record in _listed(records):
        try:
            wavelengths = np.array(record["wavelengths"], np.float64)
            axis = BandAxis(wavelengths, np.ones(len(wavelengths), bool), stored=False)
            found.append(_of_values(record, axis))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def _record(kept: KeptSpectrum) -> dict[str, Any]:
    record: dict[str, Any] = {"name": kept.name, "colour": kept.colour}
    if kept.box is not None:
        return record | {"box": list(kept.box)}
    record |= {"values": _numbers(kept.values), "note": kept.note}
    if kept.deviation is not None:
        record["deviation"] = _numbers(kept.deviation)
    if kept.cube is None and kept.axis.wavelengths is not None:
        record["wavelengths"] = kept.axis.wavelengths.tolist()
    return record


def _of_cube(record: dict[str, Any], shape: tuple[int, int], axis: BandAxis) -> KeptSpectrum | None:
    try:
        if "box" not in record:
            return _of_values(record, axis)
        box = _box(record["box"], shape)
        return KeptSpectrum(UNNUMBERED, str(record["name"]), str(record["colour"]), axis, None, box=box)
    except (KeyError, TypeError, ValueError):
        return None


def _of_values(record: dict[str, Any], axis: BandAxis) -> KeptSpectrum:
    deviation = record.get("deviation")
    return KeptSpectrum(
        UNNUMBERED,
        str(record["name"]),
        str(record["colour"]),
        axis,
        _array(record["values"], axis),
        None if deviation is None else _array(deviation, axis),
        note=str(record.get("note", "")),
    )


def _box(value: Any, shape: tuple[int, int]) -> Box:
    top, left, bottom, right = (int(v) for v in value)
    if not (0 <= top < bottom <= shape[0] and 0 <= left < right <= shape[1]):
        raise ValueError("outside of the cube")
    return top, left, bottom, right


def _array(values: Any, axis: BandAxis) -> FloatArray:
    found = np.array([math.nan if v is None else float(v) for v in values], np.float32)
    if len(found) != axis.bands:
        raise ValueError("another number of bands")
    return found


def _numbers(values: FloatArray | None) -> list[float | None]:
    """What was not measured is null: JSON knows no NaN."""
    numbers = [] if values is None else values.tolist()
    return [v if math.isfinite(v) else None for v in numbers]


def _listed(records: Any) -> list[dict[str, Any]]:
    return [r for r in records if isinstance(r, dict)] if isinstance(records, list) else []
