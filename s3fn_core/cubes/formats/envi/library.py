"""Reading ENVI spectral libraries.

spectral reads them too, but allocates what the header promises, ignores an offset, and wants the
fields spelled in one way; the header's text is read like that of a cube.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.envi.text import HeaderText, read_text
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths

_DATA_SUFFIXES = (".sli", "", ".SLI", ".lib", ".img", ".dat")
Contents = tuple[tuple[str, ...], Wavelengths, np.ndarray[Any, Any], tuple[str, ...]]


def read_envi_library(path: Path) -> Contents:
    """Read names, wavelengths (nm), spectra (n, bands) and notes.

    Parameters
    ----------
    path : Path
        The header, or the data file with its header beside it.

    Raises
    ------
    CubeError
        Header or data missing, malformed or too short, or no wavelengths.
    OSError
        When a file cannot be read.
    """
    header_path, data = _pair(path)
    header = read_text(header_path)
    if "librar" not in header.get("file type").lower():
        raise CubeError(
            "{header_path} describes no spectral library; open images as cubes.", header_path=header_path
        )
    count, bands = _whole(header, "lines"), _whole(header, "samples")
    if count < 1 or bands < 1 or _whole(header, "bands", 1) != 1:
        raise CubeError(
            "{header_path}: a spectral library has one spectrum per line, one sample per wavelength "
            "and bands = 1; correct the header.",
            header_path=header_path,
        )
    units = header.get("wavelength units")
    wavelengths, remarks = to_nm(header.numbers("wavelength", bands), units, bands)
    if wavelengths is None:
        raise CubeError(
            "{header_path}: a spectral library needs its wavelengths. {remarks}",
            header_path=header_path,
            remarks=" ".join(remarks),
        )
    spectra = _spectra(header, data, (count, bands))  # first: only the data prove the count
    notes = (*header.notes, *remarks)
    names = [name.strip() for name in header.get("spectra names").split(",")]
    if len(names) != count:
        notes += (tr("The names do not fit the spectra, which were numbered instead."),)
        names = [tr("spectrum {number}", number=i + 1) for i in range(count)]
    return tuple(names), wavelengths, spectra, notes


def _pair(path: Path) -> tuple[Path, Path]:
    """Header and data file."""
    if path.suffix.lower() == ".hdr":
        stem = path.with_suffix("")  # NAME.hdr beside NAME.sli, or NAME.sli.hdr
        for suffix in _DATA_SUFFIXES:
            data = stem.with_name(stem.name + suffix)
            if data.is_file():
                return path, data
        raise CubeError(
            "{path}: its data file {name}.sli is missing; put it next to this file.",
            path=path,
            name=stem.name,
        )
    for header in (path.with_suffix(".hdr"), path.with_name(path.name + ".hdr")):
        if header.is_file():
            return header, path
    raise CubeError(
        "{path} has no header {stem}.hdr next to it; put the header there.", path=path, stem=path.stem
    )


def _whole(header: HeaderText, key: str, default: int | None = None) -> int:
    if default is not None and key not in header:
        return default
    try:
        return int(header.get(key))
    except ValueError:
        raise header.field_error(key, "a whole number is needed") from None


def _spectra(header: HeaderText, data: Path, shape: tuple[int, int]) -> np.ndarray[Any, Any]:
    """The values, scaled and with NaN for the no-data value; shape (n, bands)."""
    from spectral.io.envi import envi_to_dtype

    code = envi_to_dtype.get(str(_whole(header, "data type")))
    if code is None or np.dtype(code).kind not in "iuf":
        raise header.field_error("data type", "it must be a type of real numbers")
    dtype = np.dtype(code).newbyteorder(">" if _whole(header, "byte order", 0) else "<")
    offset, count = _whole(header, "header offset", 0), shape[0] * shape[1]
    if offset < 0 or data.stat().st_size < offset + count * dtype.itemsize:
        raise CubeError(
            "{data} is shorter than its header promises ({count} spectra of {bands} bands); copy "
            "it again, or correct the header.",
            data=data,
            count=shape[0],
            bands=shape[1],
        )
    values = np.fromfile(data, dtype, count, offset=offset).reshape(shape).astype(np.float64)
    missing = _real(header, "data ignore value")
    scale = _real(header, "reflectance scale factor")
    if missing is not None:
        values[values == missing] = np.nan
    return values / scale if scale else values


def _real(header: HeaderText, key: str) -> float | None:
    try:
        value = float(header.get(key))
    except ValueError:
        return None
    return value if np.isfinite(value) else None
