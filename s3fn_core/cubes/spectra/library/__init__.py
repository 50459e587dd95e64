"""Spectral libraries: named spectra in a file or in a folder of files."""

from s3fn_core.cubes.spectra.library.folder import holds_spectra, read_libraries
from s3fn_core.cubes.spectra.library.reading import SUFFIXES, is_library, read_library
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.cubes.spectra.library.writing import write_library

__all__ = [
    "SUFFIXES",
    "SpectralLibrary",
    "holds_spectra",
    "is_library",
    "read_libraries",
    "read_library",
    "write_library",
]
