"""What an ENVI header says about its values: gains and offsets, scale factor, no-data value.

The fields are those of "ENVI Header Files" (NV5 Geospatial).  A header may state several ways to
physical units; reflectance is what this program works with, so it comes first.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.envi.header import SMALLEST, ignore_value, number
from s3fn_core.envi.text import HeaderText
from s3fn_core.languages import tr
from s3fn_core.quoting import named

# Others than the first are the words of converters.
_FACTORS = (
    "reflectance scale factor",
    "radiance scale factor",
    "data scale factor",
    "scale factor",
    "scaling factor",
    "data scale",
)
REFLECTANCE = (_FACTORS[0], "data reflectance gain values")
"""Fields that say of values that they are reflectance."""


def meaning(text: HeaderText, promised: int, bands: int, notes: list[str]) -> Meaning:
    """Scale, offset and missing value of the stored numbers; every guess goes to `notes`.

    Of a file that was cut only the first `bands` of the `promised` ones exist.
    """
    name, factor = _factor(text, notes)
    notes += _unused(text, promised)
    value = ignore_value(text, notes)
    missing = () if value is None else (value,)
    lines = {
        kind: (
            _numbers(text, f"{kind} gain values", 1.0, promised, bands, notes),
            _numbers(text, f"{kind} offset values", 0.0, promised, bands, notes),
        )
        for kind in (["data reflectance"] if name == _FACTORS[0] else ["data reflectance", "data"])
    }
    for kind, (gains, offsets) in lines.items():
        if (gains == 1).all() and not offsets.any():
            continue
        notes.append(
            tr('Values are stored values times "{kind} gain values" plus "{kind} offset values".', kind=kind)
        )
        if factor:
            notes.append(tr('"{name}" was left out: the gains are used.', name=name))
        return Meaning(gains, offsets, missing)
    return Meaning(factor or 1.0, missing=missing)


def _unused(text: HeaderText, promised: int) -> list[str]:
    """A word on lists of gains or offsets that ENVI does not define."""
    known = {f"{kind} {what} values" for kind in ("data", "data reflectance") for what in ("gain", "offset")}
    unknown = [
        f'"{key}"'
        for key in text.entries
        if re.search("gain|offset|slope|scale|intercept", key) and key not in known and promised > 1
        if len(text.numbers(key, promised)) == promised
    ]
    if not unknown:
        return []
    return [
        tr(
            "{fields} holds a number for each band and is not used; scale the values if they need it.",
            fields=named(unknown),
        )
    ]


def _factor(text: HeaderText, notes: list[str]) -> tuple[str, float | None]:
    """The field that states a scale, and what multiplies the stored values.

    Fields divide, as ENVI wants it, but where the number is below 1.
    """
    for name in _FACTORS:
        value = number(text, name, notes, positive=True)
        if value is None:
            continue
        if value < 1:
            notes.append(
                tr(
                    'Stored values are multiplied by {value:g} ("{name}"), because it is below 1.',
                    value=value,
                    name=name,
                )
            )
        elif name != _FACTORS[0] and value != 1:
            notes.append(tr('Stored values are divided by {value:g} ("{name}").', value=value, name=name))
        return name, value if value < 1 else 1 / value
    return "", None


def _numbers(
    text: HeaderText, key: str, otherwise: float, promised: int, bands: int, notes: list[str]
) -> npt.NDArray[np.float64]:
    """A list with one number for each of the bands, or one for all; `otherwise` where it is none."""
    items = text.numbers(key, promised)
    try:
        values = np.array([float(item) for item in items])
    except ValueError:
        values = np.array([np.nan])
    usable = len(values) in (1, promised) and (np.abs(values) < 1 / SMALLEST).all()
    if items and not (usable and (not otherwise or (np.abs(values) > SMALLEST).all())):
        notes.append(
            tr(
                '"{key}" has no usable number for each of {promised} bands: left out.',
                key=key,
                promised=promised,
            )
        )
    elif items:
        return np.broadcast_to(values[:bands], (bands,))
    return np.full(bands, otherwise)
