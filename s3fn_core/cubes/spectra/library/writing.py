"""Writing a spectral library: CSV, and ENVI."""

from __future__ import annotations

import csv
import io
from os import PathLike
from pathlib import Path

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.files import reason, whole_file
from s3fn_core.languages import tr


@checked(CubeError)
def write_library(library: SpectralLibrary, path: str | PathLike[str], description: str = "") -> Path:
    """Write a library; the suffix says how: ``.csv``, or ``.hdr`` or ``.sli`` for ENVI.

    CSV holds a column of wavelengths in nm, then a column per spectrum under its name; a missing
    value is an empty cell.  ENVI's names know neither commas, braces nor line breaks; they become
    semicolons, parentheses and blanks; so do those of its `description`, which CSV has no place for.

    Returns
    -------
    Path
        The file (of ENVI the header).

    Raises
    ------
    CubeError
        When the suffix is none of these, or the disk refuses.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".csv":
            with whole_file(path) as temporary:
                temporary.write_text(_table(library), "utf-8", newline="")
            return path
        if path.suffix.lower() in (".hdr", ".sli"):
            return _write_envi(library, path.with_suffix(".hdr"), description)
    except OSError as error:
        raise CubeError("{path} cannot be written: {error}.", path=path, error=reason(error)) from error
    except UnicodeError as error:
        raise CubeError(
            "{path} cannot be written: a name holds a character that cannot be encoded.", path=path
        ) from error
    raise CubeError("{path}: a spectral library ends in .csv, or in .hdr or .sli for ENVI.", path=path)


def _table(library: SpectralLibrary) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["wavelength (nm)", *library.names])
    for nm, values in zip(library.wavelengths, library.spectra.T, strict=True):
        # The shortest text of a float32 that reads back as the same number.
        writer.writerow([float(nm), *("" if np.isnan(v) else str(v) for v in values)])
    return text.getvalue()


def _write_envi(library: SpectralLibrary, header: Path, description: str) -> Path:
    from spectral.io import envi

    fields = {
        "wavelength": library.wavelengths.tolist(),
        "wavelength units": "Nanometers",
        "spectra names": [_envi_name(name, i) for i, name in enumerate(library.names)],
    }
    if description:
        fields["description"] = _envi_text(description)
    with whole_file(header) as text, whole_file(header.with_suffix(".sli")) as raw:
        written = text.with_suffix(".sli")  # spectral names the data file after the header
        try:
            envi.SpectralLibrary(library.spectra, fields).save(str(text.with_suffix("")))
            written.replace(raw)
        finally:
            written.unlink(missing_ok=True)
    return header


def _envi_name(name: str, index: int) -> str:
    return _envi_text(name) or tr("spectrum {number}", number=index + 1)


def _envi_text(text: str) -> str:
    return " ".join(text.translate(str.maketrans(",{}", ";()")).split())
