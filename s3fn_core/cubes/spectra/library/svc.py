"""Spectra of Spectra Vista's field spectrometers (.sig): lines of ``key= value``, then columns.

The columns are wavelength (nm), reference, target, and reflectance in per cent (Spectra Vista,
SVC HR-1024i / HR-768i user manual, chapter on the SIG file).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.cubes.spectra.library.single import IN_PER_CENT, columns, head_of, lines_of, one_spectrum
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

NAME = tr("Spectra Vista spectrum")
SUFFIXES = (".sig",)
_MAGIC = "/*** spectra vista"
_SHORT = 3  # columns where the program did not write the quotient


def can_open(path: Path) -> bool:
    """Whether the first line is Spectra Vista's."""
    return head_of(path).lower().lstrip().startswith(_MAGIC)


def read(path: Path) -> SpectralLibrary:
    """Read one spectrum with its white reference."""
    lines = lines_of(path)
    start = next((i for i, line in enumerate(lines) if line.replace(" ", "").lower() == "data="), None)
    if not lines[0].lower().lstrip().startswith(_MAGIC) or start is None:
        raise CubeError(
            '{path} is not a SIG file: "/*** Spectra Vista ... ***/" and "data=" are needed; copy it again.',
            path=path,
        )
    fields = dict(_field(line) for line in lines[1:start])
    first = next((line for line in lines[start + 1 :] if line.strip()), "")
    wide = len(first.split()) > _SHORT
    table = columns(path, lines, start + 1, _SHORT + wide)
    if not len(table):
        raise CubeError("{path} ends before its numbers; copy the file again.", path=path)
    if wide:
        values, notes = table[:, 3] / 100, (IN_PER_CENT,)
    else:
        with np.errstate(all="ignore"):
            values = np.where(table[:, 1] > 0, table[:, 2] / table[:, 1], np.nan)
        notes = (tr("Reflectance is target / reference."),)
    told = (f"{key} {fields[key]}" for key in ("instrument", "time", "comm") if fields.get(key))
    return one_spectrum(path, path.stem, table[:, 0], values, notes, ("Spectra Vista", *told))


def _field(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip().lower(), value.strip()
