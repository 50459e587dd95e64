"""Spectra of the USGS spectral library, version 7, as ASCII.

One file a spectrum: a title, then one value a line, -1.23e34 where there is none.  The wavelengths
(µm) are in a file of their own, in the same folder or above it (Kokaly et al. 2017, USGS Data Series
1035).  Each original instrument has one; a library that was convolved to a sensor has one in all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.spectra.library.single import columns, head_of, lines_of, one_spectrum
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

NAME = tr("USGS spectrum")
SUFFIXES = (".txt",)
ERRORBARS = "errorbar"
_TITLE = re.compile(r"\s*(\S+)\s+Record\s*=\s*(\d+)\s*:[ \t]*([^\r\n]*)")
_BESIDE = ("wavelength", "bandpass", "wavenumber", "resolution", "srf", "fwhm")  # of the instruments
_INSTRUMENT = re.compile(r"(ASDFR|ASDHR|ASDNG|BECK|NIC4|AVIRIS)\w*", re.IGNORECASE)
_FAMILY = 3  # letters: ASD of ASDFR, as in the name of its wavelengths
_ABOVE = 3  # folders in which wavelengths are looked for, besides the spectrum's own
_MOST_AXES = 64
_CHAPTER = re.compile(r"chapter\w_(.+)", re.IGNORECASE)
_FROM_UM = 1e3


class _Axis(NamedTuple):
    path: Path
    wavelengths: npt.NDArray[np.float64]


def can_open(path: Path) -> bool:
    """Whether the first line is a title with the number of a record."""
    return path.suffix.lower() in SUFFIXES and _TITLE.match(head_of(path)) is not None


def is_beside(path: Path) -> bool:
    """Whether a file belongs to the library and holds no spectrum: wavelengths, widths, errors."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    names = (path.name.lower(), path.parent.name.lower())
    if any(name.startswith(ERRORBARS) for name in names):
        return True
    title = _TITLE.match(head_of(path))
    return title is not None and title[3].lower().startswith(_BESIDE)


def read(path: Path) -> SpectralLibrary:
    """Read one spectrum with the wavelengths of its instrument."""
    lines = lines_of(path)
    title = _TITLE.match(lines[0])
    if title is None:
        raise CubeError('{path}, line 1: there is no "Record="; choose a spectrum of the library.', path=path)
    if is_beside(path):
        raise CubeError(
            "{path} belongs to other spectra (wavelengths, for example); choose one of those.", path=path
        )
    values = columns(path, lines, 1, 1)[:, 0]
    library, record, words = title[1], title[2], title[3].split()
    place = max((i for i, word in enumerate(words) if _INSTRUMENT.match(word)), default=len(words))
    code = _INSTRUMENT.match(words[place]) if place < len(words) else None
    axis = _axis(path, library, code[1] if code else "", len(values))
    chapter = _CHAPTER.fullmatch(path.parent.name)
    source = (
        tr("USGS {library}, record {record}", library=library, record=record),
        chapter[1].replace("_", " ") if chapter else "",
        " ".join(words[place:]),
        tr("wavelengths of {name}", name=axis.path.name),
    )
    return one_spectrum(path, " ".join(words[:place]), axis.wavelengths, values, (), source)


def _axis(path: Path, library: str, code: str, bands: int) -> _Axis:
    """The wavelengths of as many bands; of several those of the instrument `code` (may be empty).

    Those of a convolved library do not name the instrument.  But where some name it, those of
    another that happen to be as many are not taken.
    """
    folders = [path.absolute().parent, *path.absolute().parents[1 : _ABOVE + 1]]
    axes = [axis for folder in folders for axis in _axes_in(folder, folder.stat().st_mtime_ns)]
    axes = [axis for axis in axes if axis.path.name.lower().startswith(library.lower())] or axes
    own = [axis for axis in axes if code and code[:_FAMILY].lower() in axis.path.name.lower()]
    fitting = [axis for axis in own or axes if len(axis.wavelengths) == bands]
    if not fitting:
        told = tr(
            "{path} has {bands} values, and no file with as many wavelengths (such as "
            "{library}_Wavelengths_ASD_0.35-2.5_microns_2151_ch.txt) is in its folder or above it; "
            "put it there.",
            path=path,
            bands=bands,
            library=library,
        )
        if axes:
            told += " " + tr("There are {files}.", files=named([axis.path.name for axis in axes]))
        raise CubeError(told)
    return max(fitting, key=lambda axis: code.lower() in axis.path.name.lower())  # the nearest of equals


@lru_cache(maxsize=_MOST_AXES)
def _axes_in(folder: Path, changed: int) -> tuple[_Axis, ...]:
    """What holds wavelengths in a folder, which is listed once though it holds thousands of spectra.

    Parameters
    ----------
    changed : int
        When the folder was changed: then it is listed again.
    """
    found = []
    for path in sorted(folder.glob("*[Ww]avelengths*.[Tt][Xx][Tt]")):
        try:
            numbers = columns(path, lines_of(path), 1, 1)[:, 0]
        except (CubeError, OSError):
            continue  # told where no other fits
        found.append(_Axis(path, numbers * _FROM_UM))
    return tuple(found)
