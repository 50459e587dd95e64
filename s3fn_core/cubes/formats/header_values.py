"""What an ENVI header says about its values: gains and offsets, scale factor, no-data value.

The fields are those of "ENVI Header Files" (NV5 Geospatial).  A header may state several ways to
physical units; reflectance is what this program works with, so it comes first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.envi.header import SMALLEST, number
from s3fn_core.envi.text import HeaderText

_FACTOR = "reflectance scale factor"


def meaning(text: HeaderText, promised: int, bands: int, notes: list[str]) -> Meaning:
    """Scale, offset and missing value of the stored numbers; every guess goes to `notes`.

    Of a file that was cut only the first `bands` of the `promised` ones exist.
    """
    factor = number(text, _FACTOR, notes, positive=True)
    value = number(text, "data ignore value", notes)
    missing = () if value is None else (value,)
    lines = {
        kind: (
            _numbers(text, f"{kind} gain values", 1.0, promised, bands, notes),
            _numbers(text, f"{kind} offset values", 0.0, promised, bands, notes),
        )
        for kind in (["data reflectance"] if factor else ["data reflectance", "data"])
    }
    for kind, (gains, offsets) in lines.items():
        if (gains == 1).all() and not offsets.any():
            continue
        notes.append(f'Values are stored values times "{kind} gain values" plus "{kind} offset values".')
        if factor:
            notes.append(f'"{_FACTOR}" was left out: the gains give reflectance already.')
        return Meaning(gains, offsets, missing)
    return Meaning(1 / factor if factor else 1.0, missing=missing)


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
        notes.append(f'"{key}" has no usable number for each of {promised} bands: left out.')
    elif items:
        return np.broadcast_to(values[:bands], (bands,))
    return np.full(bands, otherwise)
