"""Scale, offset and validity as the attributes of HDF5 and NetCDF arrays state them.

``scale_factor``, ``add_offset``, ``_FillValue``, ``missing_value``, ``valid_range``, ``valid_min``,
``valid_max`` and ``_Unsigned`` are those of the NetCDF conventions (CF-1.11, sections 2.5.1 and
8.1); the others are their kin in the files of missions and cameras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.meaning import Meaning, Numbers, retyped
from s3fn_core.envi.header import SMALLEST
from s3fn_core.languages import tr
from s3fn_core.quoting import named

# In this order: the CF conventions prefer _FillValue to missing_value.
_MISSING = (
    "fillvalue",
    "missingvalue",
    "dataignorevalue",
    "nodatavalue",
    "nodata",
    "ignorevalue",
    "invalidvalue",
    "backgroundvalue",
    "nullvalue",
    "badvalue",
    "fill",
    "missing",
)
_SCALES = (
    "scalefactor",
    "reflectancescalefactor",
    "radiancescalefactor",
    "scalingfactor",
    "conversionfactor",
    "quantificationvalue",
    "reflectancescale",
    "radiancescale",
    "scale",
    "slope",
    "calibrationslope",
    "multiplier",
    "mult",
)
_OFFSETS = ("addoffset", "intercept", "calibrationintercept")
_WITH_A_SCALE = (
    "offset",
    "offsets",
    "reflectanceoffset",
    "radianceoffset",
    "bias",
    "add",
)  # mean other things alone
_OF_EACH_BAND = ("gain", "gains")  # a single one is a setting of the camera
# Of a whole file; other words mean something else there.
_OF_THE_FILE = {*_MISSING[:-2], *_OFFSETS, *_SCALES[:8], "slope"}
# MODIS and its heirs: value = scale * (stored - offset).
_BEFORE_SCALING = (("reflectancescales", "reflectanceoffsets"), ("radiancescales", "radianceoffsets"))
_MULTIPLY = {"slope", "calibrationslope", "gain", "gains", "multiplier", "mult"}  # however large
_SUSPECT = re.compile(r"scale|scaling|gain|slope|factor|multipl|quantif")
_HARMLESS = re.compile(r"err|std|uncert|width|date|unit|axis|color|colour")


@dataclass(frozen=True, eq=False)
class Packing:
    """What the attributes say, and how their notes word it.

    Attributes
    ----------
    meaning : Meaning
    dtype : numpy.dtype or None
        What the stored bytes are, where the file keeps another type for want of it.
    """

    meaning: Meaning
    dtype: np.dtype[Any] | None = None

    def applied(self, cube: Cube) -> Cube:
        """The cube with its values as they are meant."""
        return self.meaning.applied(cube if self.dtype is None else retyped(cube, self.dtype))


def is_packing(name: str, *, of_file: bool = False) -> bool:
    """Whether an array or an attribute of this name says how values are packed."""
    plain = _letters(name)
    known = {*_MISSING, *_SCALES, *_OFFSETS, *_WITH_A_SCALE, *_OF_EACH_BAND, "gainoffset"}
    return plain in (_OF_THE_FILE if of_file else known)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


class _Attributes:
    """Attributes by the letters of their names, as numbers of which each band has one, or all."""

    def __init__(self, stated: Mapping[str, Any], bands: int, notes: list[str]) -> None:
        self._names = {_letters(key): key for key in stated}
        self._stated, self._bands, self._notes = stated, bands, notes

    def name(self, plain: str) -> str:
        return self._names.get(plain, plain)

    def has(self, plain: str) -> bool:
        return plain in self._names

    def unused(self) -> list[str]:
        """What sounds like a scale and is none that is known."""
        doubtful = []
        for plain in self._names:
            values = self.vector(plain)
            likely = _SUSPECT.search(plain) and not _HARMLESS.search(plain)
            if likely and values is not None and not np.isin(values, (0, 1)).all():
                doubtful.append(f'"{self.name(plain)}"')
        if not doubtful:
            return []
        return [
            tr(
                "{names} is not known as a scale of the values: not used. Set a scale factor if it is one.",
                names=named(doubtful),
            )
        ]

    def raw(self, plain: str) -> Any:
        return self._stated.get(self._names.get(plain, ""))

    def vector(self, plain: str) -> np.ndarray[Any, Any] | None:
        """All numbers of an attribute, None where there are none."""
        try:
            values = np.asarray(self.raw(plain), np.float64).ravel()
        except (TypeError, ValueError):
            return None
        return values if values.size and not np.isnan(values).all() else None

    def numbers(self, plain: str) -> Numbers | None:
        """One finite number, or one for each band."""
        values = self.vector(plain)
        if values is None or not np.isfinite(values).all():
            return None
        if values.size not in (1, self._bands):
            told = tr(
                '"{name}" has {size} numbers for {bands} bands: left out.',
                name=self.name(plain),
                size=values.size,
                bands=self._bands,
            )
            self._notes.append(told)
            return None
        return float(values[0]) if values.size == 1 or np.ptp(values) == 0 else values


def read_packing(
    attributes: Mapping[str, Any], dtype: np.dtype[Any], bands: int
) -> tuple[Packing, tuple[str, ...]]:
    """How the attributes of an array say that it is packed, and what to tell of it.

    ``scale_factor`` multiplies, as the conventions want it.  Other spellings with a number above 1
    are divisors, as in the files of NEON (``Scale_Factor`` 10000 for reflectance, DP3.30006).
    """
    notes: list[str] = []
    stated = _Attributes(attributes, bands, notes)
    scale, offset = _scale_and_offset(stated, notes)
    real = _real_type(stated, dtype, notes)
    kind = dtype if real is None else real
    low, high = _valid(stated, kind, scale, offset, notes)
    missing = _missing(stated, kind, notes)
    return Packing(Meaning(scale, offset, missing, low, high), real), tuple(notes)


def _scale_and_offset(stated: _Attributes, notes: list[str]) -> tuple[Numbers, Numbers]:
    for factor, subtracted in _BEFORE_SCALING:
        gain, zero = stated.numbers(factor), stated.numbers(subtracted)
        if gain is not None and zero is not None:
            notes.append(
                tr(
                    '"{offset}" was subtracted, then "{factor}" multiplied.',
                    offset=stated.name(subtracted),
                    factor=stated.name(factor),
                )
            )
            return gain, -zero * gain
    scale: Numbers = 1.0
    offsets: tuple[str, ...] = _OFFSETS
    for name in (*_SCALES, *_OF_EACH_BAND):
        found = stated.numbers(name)
        if found is None or (name in _OF_EACH_BAND and np.size(stated.raw(name)) == 1):
            continue
        if not np.all((np.abs(found) > SMALLEST) & (np.abs(found) < 1 / SMALLEST)):
            notes.append(tr('"{name}" is not a usable scale and was left out.', name=stated.name(name)))
            continue
        offsets = _OFFSETS + _WITH_A_SCALE
        if np.all(np.equal(found, 1)):
            continue
        multiplies = name in _MULTIPLY or stated.name(name) == "scale_factor"
        divided = not multiplies and np.all(np.greater(found, 1))
        scale = 1 / found if divided else found
        value, field = _told(found), stated.name(name)
        notes.append(
            tr('Stored values are divided by {value} ("{name}").', value=value, name=field)
            if divided
            else tr('Stored values are multiplied by {value} ("{name}").', value=value, name=field)
        )
        break
    for name in offsets:
        offset = stated.numbers(name)
        if offset is not None and np.any(offset):
            notes.append(
                tr('{value} is added to the values ("{name}").', value=_told(offset), name=stated.name(name))
            )
            return scale, offset
    if offsets is _OFFSETS:  # no scale was understood
        notes += stated.unused()
    return scale, 0.0


def _told(numbers: Numbers) -> str:
    return f"{numbers:g}" if isinstance(numbers, float) else tr("a number of each band")


def _real_type(stated: _Attributes, dtype: np.dtype[Any], notes: list[str]) -> np.dtype[Any] | None:
    """The type of another sign that ``_Unsigned`` states for whole numbers."""
    value = np.asarray(stated.raw("unsigned")).ravel()
    text = value[0].decode("ascii", "replace") if value.dtype.kind == "S" and value.size else str(value[:1])
    wanted = {"true": "u", "1": "u", "false": "i", "0": "i"}.get(text.strip("[]'\" ").lower())
    if wanted is None or dtype.kind not in "iu" or dtype.kind == wanted:
        return None
    field = stated.name("unsigned")
    notes.append(
        tr('The stored bytes are unsigned numbers ("{name}").', name=field)
        if wanted == "u"
        else tr('The stored bytes are signed numbers ("{name}").', name=field)
    )
    return np.dtype(f"{wanted}{dtype.itemsize}")


def _stored(values: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Stored numbers that were written with the other sign, as they are with this one."""
    if dtype.kind not in "iu":
        return values
    low, high, span = np.iinfo(dtype).min, np.iinfo(dtype).max, 2.0 ** (8 * dtype.itemsize)
    values = np.where(values < low, values + span, values)
    return np.where(values > high, np.where(values < span, values - span, values), values)


def _missing(stated: _Attributes, dtype: np.dtype[Any], notes: list[str]) -> tuple[Numbers, ...]:
    """Every value that an attribute calls missing; there may be several."""
    found: dict[float, str] = {}
    for name in _MISSING:
        values = stated.vector(name)
        if values is None:
            continue
        signed = _stored(values, dtype) if stated.has("unsigned") else values
        for value in signed[~np.isnan(signed)].tolist():
            found.setdefault(value, stated.name(name))
    if len(found) > 1:
        told = ", ".join(f'{value:g} ("{name}")' for value, name in found.items())
        notes.append(tr("Several values mean no data: {values}.", values=told))
    return tuple(found)


def _valid(
    stated: _Attributes, dtype: np.dtype[Any], scale: Numbers, offset: Numbers, notes: list[str]
) -> tuple[Numbers, Numbers]:
    """The limits of what is valid, as stored.

    A limit in floating point beside packed whole numbers is one of the unpacked values.
    """
    limits: list[Numbers] = [-np.inf, np.inf]
    packed = np.any(np.not_equal(scale, 1)) or np.any(offset)
    turned = np.all(np.less(scale, 0))  # the largest value is the smallest stored number then
    for name, places in (("validrange", (0, 1)), ("validmin", (0,)), ("validmax", (1,))):
        values = stated.vector(name)
        if values is None or values.size != len(places):
            continue
        unpacked = packed and dtype.kind in "iu" and np.asarray(stated.raw(name)).dtype.kind == "f"
        if stated.has("unsigned") and not unpacked:
            values = _stored(values, dtype)
        for place, value in zip(places, values.tolist(), strict=True):
            if not np.isnan(value):
                limits[1 - place if unpacked and turned else place] = (
                    (value - offset) / scale if unpacked else value
                )
        limits_told = " – ".join(f"{value:g}" for value in values)
        notes.append(
            tr(
                'Values beyond "{name}" ({limits}) count as missing.',
                name=stated.name(name),
                limits=limits_told,
            )
        )
    if np.any(np.greater(limits[0], limits[1])):
        notes.append(tr("The valid range is empty and was left out."))
        return -np.inf, np.inf
    return limits[0], limits[1]
