"""ENVI spectral libraries."""

from __future__ import annotations

from pathlib import Path

from s3fn_core.cubes.formats.envi.library import read_envi_library
from s3fn_core.cubes.spectra.library.single import library_of
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.envi.files import headers_of
from s3fn_core.envi.text import read_text
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

NAME = tr("ENVI spectral library")
SUFFIXES = (".hdr", ".sli")
_TABLES = (".csv", ".txt")  # such a file beside a header is not its data


def can_open(path: Path) -> bool:
    """Whether the header, or one that belongs to the file, describes a library."""
    if path.suffix.lower() in _TABLES:
        return False
    headers = [path] if path.suffix.lower() == ".hdr" else headers_of(path)
    return any(_describes_library(header) for header in headers)


def _describes_library(header: Path) -> bool:
    try:
        return "librar" in read_text(header).get("file type").lower()
    except (CubeError, OSError):
        return False


def read(path: Path) -> SpectralLibrary:
    """Read by the header or by the data file."""
    return library_of(path, *read_envi_library(path))
