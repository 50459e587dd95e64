"""Scale, offset and missing value as the attributes of HDF5 and NetCDF arrays state them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

# In this order: the CF conventions prefer _FillValue to missing_value.
_MISSING = ("fillvalue", "missingvalue", "dataignorevalue", "nodatavalue", "nodata", "ignorevalue")
_SCALES = ("scalefactor", "reflectancescalefactor", "scale")


@dataclass(frozen=True)
class Packing:
    """value = stored * scale + offset, unless stored is `nodata`."""

    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None


def read_packing(attributes: Mapping[str, Any]) -> tuple[Packing, tuple[str, ...]]:
    """Scale, offset and missing value of an array, and what was assumed.

    ``scale_factor`` and ``add_offset`` are those of the NetCDF Climate and Forecast conventions
    (CF-1.11, section 8.1), which multiply.  Other spellings with a number above 1 are divisors, as
    in the files of NEON (``Scale_Factor`` 10000 for reflectance, DP3.30006).
    """
    notes: list[str] = []
    plain = {re.sub(r"[^a-z]", "", key.lower()): key for key in attributes}
    scale = 1.0
    for name in _SCALES:
        value = _number(attributes.get(plain.get(name, "")))
        if value is None or value in (0.0, 1.0):
            continue
        divisor = plain[name] != "scale_factor" and value > 1
        scale = 1 / value if divisor else value
        how = "divided" if divisor else "multiplied"
        notes.append(f'Stored values are {how} by {value:g} ("{plain[name]}").')
        break
    offset = _number(attributes.get(plain.get("addoffset", ""))) or 0.0
    if offset:
        notes.append(f'{offset:g} is added to the values ("{plain["addoffset"]}").')
    missing = [
        (plain[name], value)
        for name in _MISSING
        if name in plain and (value := _number(attributes[plain[name]], finite=False)) is not None
    ]
    nodata = missing[0][1] if missing else None
    for key, value in missing[1:]:
        if value != nodata and not np.isnan(value):
            notes.append(f'"{key}" is {value:g}, but {nodata:g} was taken as no data.')
    if nodata is not None and np.isnan(nodata):
        nodata = None  # missing anyhow
    return Packing(scale, offset, nodata), tuple(notes)


def unpacked(stored: np.ndarray[Any, Any], packing: Packing) -> np.ndarray[Any, Any]:
    """Values with their offset, missing ones as NaN; as stored where there is no offset."""
    if not packing.offset:
        return stored
    values = stored.astype(np.float32) * np.float32(packing.scale) + np.float32(packing.offset)
    if packing.nodata is not None:
        values[stored == packing.nodata] = np.nan
    return np.asarray(values)


def _number(value: Any, finite: bool = True) -> float | None:
    try:
        number = np.asarray(value, np.float64).ravel()
    except (TypeError, ValueError):
        return None
    if number.size != 1 or (finite and not np.isfinite(number[0])):
        return None
    return float(number[0])
