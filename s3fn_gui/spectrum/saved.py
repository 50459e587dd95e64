"""Kept spectra as a project stores them: places of a cube are read again, others are numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from s3fn_core.labels.shapes import Box
from s3fn_core.types import FloatArray
from s3fn_gui.spectrum.axis import BandAxis
from s3fn_gui.spectrum.kept import Kept

UNNUMBERED = 0  # until the session takes it up


def to_json(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """Plain values; without what is still being read."""
    return [_record(one) for one in kept if one.box is not None or one.values is not None]


def from_json(records: Any, shape: tuple[int, int], axis: BandAxis) -> tuple[Kept, ...]:
    """Spectra of a cube, shape (lines, samples); those that do not fit it any more are left out."""
    found = (_of_cube(record, shape, axis) for record in _listed(records))
    return tuple(one for one in found if one is not None)


def libraries_from_json(records: Any) -> tuple[Kept, ...]:
    """Spectra of libraries, each with wavelengths of its own."""
    found: list[Kept] = []
    for record in _listed(records):
        try:
            wavelengths = np.array(record["wavelengths"], np.float64)
            axis = BandAxis(wavelengths, np.ones(len(wavelengths), bool), stored=False)
            found.append(_of_values(record, axis))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def _record(kept: Kept) -> dict[str, Any]:
    record: dict[str, Any] = {"name": kept.name, "colour": kept.colour}
    if kept.box is not None:
        return record | {"box": list(kept.box)}
    record |= {"values": _numbers(kept.values), "note": kept.note}
    if kept.deviation is not None:
        record["deviation"] = _numbers(kept.deviation)
    if kept.cube is None and kept.axis.wavelengths is not None:
        record["wavelengths"] = kept.axis.wavelengths.tolist()
    return record


def _of_cube(record: dict[str, Any], shape: tuple[int, int], axis: BandAxis) -> Kept | None:
    try:
        if "box" not in record:
            return _of_values(record, axis)
        box = _box(record["box"], shape)
        return Kept(UNNUMBERED, str(record["name"]), str(record["colour"]), axis, None, box=box)
    except (KeyError, TypeError, ValueError):
        return None


def _of_values(record: dict[str, Any], axis: BandAxis) -> Kept:
    deviation = record.get("deviation")
    return Kept(
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
