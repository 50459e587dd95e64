"""The library that ships with the program: materials, single minerals, other single spectra.

``packaging/library/build.py`` makes its file; ``resources/library/LICENSE.md`` says what is in it.
"""

from __future__ import annotations

import json
import zipfile
from functools import cache

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import WordsError
from s3fn_core.files import reason
from s3fn_core.languages import tr
from s3fn_core.resources import resource
from s3fn_core.types import FloatArray
from s3fn_core.words.library.entries import Entry

MATERIALS, MINERALS, SPECTRA = "materials", "minerals", "spectra"
COLLECTIONS = (MATERIALS, MINERALS, SPECTRA)
TITLES = {MATERIALS: tr("Materials"), MINERALS: tr("Minerals"), SPECTRA: tr("Other spectra")}
_UNKNOWN = 65535
_UNIT = 1e-4


@cache
def bundled() -> tuple[Entry, ...]:
    """All entries, the materials first.

    Raises
    ------
    WordsError
        When the file is missing or damaged.
    """
    path = resource("library", "library.npz")
    try:
        with np.load(path, allow_pickle=False) as stored:
            records = json.loads(stored["entries"].tobytes().decode())
            waves = np.asarray(stored["wavelengths"], np.float64)
            curves = _unpacked(stored["reflectance"])
            spreads = _unpacked(stored["deviation"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        why = reason(error) if isinstance(error, OSError) else tr("it is damaged")
        raise WordsError(
            "The library of materials {path} cannot be read: {why}. Install again.", path=path, why=why
        ) from error
    waves.flags.writeable = False
    entries = []
    for i, (record, curve) in enumerate(zip(records, curves, strict=True)):
        record["synonyms"] = tuple(record.get("synonyms", ()))
        deviation = spreads[i] if i < len(spreads) and record["count"] > 1 else None
        entries.append(Entry(**record, wavelengths=waves, reflectance=curve, deviation=deviation))
    return tuple(entries)


def _unpacked(stored: npt.NDArray[np.uint16]) -> FloatArray:
    values: FloatArray = stored.astype(np.float32) * np.float32(_UNIT)
    values[stored == _UNKNOWN] = np.nan
    values.flags.writeable = False
    return values
