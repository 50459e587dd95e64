"""Opening a spectral library: one module a format, each with ``can_open`` and ``read``."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Protocol, cast

from s3fn_core.checked import checked
from s3fn_core.cubes.spectra.library import asd, ecostress, envi, svc, table, usgs
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.files import reason, require_file


class Reader(Protocol):
    """What every module of this package offers."""

    NAME: str
    SUFFIXES: tuple[str, ...]

    def can_open(self, path: Path) -> bool: ...
    def read(self, path: Path) -> SpectralLibrary: ...


_TABLE = cast(Reader, table)
# Those that know their files by the first letters, then those that have to look more closely.
_MODULES = (asd, svc, usgs, ecostress, envi)
READERS: tuple[Reader, ...] = (*(cast(Reader, module) for module in _MODULES), _TABLE)
SUFFIXES: tuple[str, ...] = tuple(dict.fromkeys(s for r in (_TABLE, *READERS) for s in r.SUFFIXES))


def is_library(path: Path) -> bool:
    """Whether a file that is not an image holds spectra, by its content."""
    try:
        require_file(path)
        return _known(path) is not None or _TABLE.can_open(path)
    except OSError:
        return False


def is_spectrum(path: Path) -> bool:
    """Whether the first letters are those of spectra; a table is not looked into."""
    try:
        require_file(path)
        return _known(path) is not None
    except OSError:
        return False


@checked(CubeError)
def read_library(path: str | PathLike[str]) -> SpectralLibrary:
    """Read a library, or a file with one spectrum, that this or another program wrote.

    A table has the wavelengths in its first column and a spectrum in each other one, separated by
    commas, semicolons (then with decimal points or commas) or tabs; names in the first row may be
    missing.  The wavelengths' unit is read from their heading (``wavelength (um)``), else guessed.

    Parameters
    ----------
    path : path
        Table (``.csv``, ``.txt``); of ENVI the header or the data file; ECOSTRESS or ASTER
        (``.spectrum.txt``), USGS version 7 (``.txt``), ASD (``.asd``), Spectra Vista (``.sig``).

    Raises
    ------
    CubeError
        Naming the file, what is wrong with it and what to do.
    """
    path = Path(path)
    try:
        require_file(path)
        if path.is_dir():
            raise CubeError("{path} is a folder; read_libraries reads all spectra in it.", path=path)
        return _reader(path).read(path)
    except OSError as error:
        raise CubeError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error


def _reader(path: Path) -> Reader:
    """By content; else by suffix, so that the reader says what is wrong; else a table."""
    suffix = path.suffix.lower()
    own = (reader for reader in READERS if suffix in reader.SUFFIXES and suffix not in _TABLE.SUFFIXES)
    return _known(path) or next(own, _TABLE)


def _known(path: Path) -> Reader | None:
    return next((reader for reader in READERS[:-1] if reader.can_open(path)), None)
