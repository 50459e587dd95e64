"""ENVI cubes: a text header beside a raw data file.

One memory map and one transposition serve the three interleaves.  Nothing is allocated on the
word of a header: the size of the data file decides what exists.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube, Georeference
from s3fn_core.cubes.formats import tiff
from s3fn_core.cubes.formats.header_bands import default_bands, good_bands, wavelengths
from s3fn_core.cubes.formats.header_values import REFLECTANCE, meaning
from s3fn_core.envi.files import DATA_SUFFIXES, data_file_of, has_data_file, headers_of
from s3fn_core.envi.header import INTERLEAVES, Header, Interleave, read_header
from s3fn_core.envi.place import position
from s3fn_core.envi.text import read_text
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import listed

NAME = "ENVI"
SUFFIXES = (".hdr", *DATA_SUFFIXES)
# Axes of the stored array, and the transposition to (lines, samples, bands).
_STORED = {"bil": "lbs", "bip": "lsb", "bsq": "bls"}


def can_open(path: Path) -> bool:
    """Any name of an ENVI header or data file; without a suffix only where a header lies by it."""
    if path.suffix.lower() in SUFFIXES:
        return True
    return next(headers_of(path), None) is not None


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the cube of a header, or of a data file with its header beside it.

    Raises
    ------
    CubeError
        Header or data file missing, malformed, or too short for a single line.
    """
    if path.suffix.lower() == ".hdr":
        described = _tiff_of(path, layout, variable)
        if described is not None:
            return described
        return _open_pair(read_header(path), None)
    found = next(headers_of(path), None)
    if found is None:
        raise CubeError(
            "{path} has no ENVI header next to it ({stem}.hdr or {name}.hdr); put the header there.",
            path=path,
            stem=path.stem,
            name=path.name,
        )
    return _open_beside(path, read_header(found))


def _open_beside(path: Path, header: Header) -> Cube:
    """Open the cube of a file that has the name of a header, as its data file or its quick-look."""
    if path.suffix.lower() not in DATA_SUFFIXES and path.stat().st_size != header.promised + header.offset:
        try:
            cube = _open_pair(header, None)
        except CubeError:  # there is no other file that may be meant
            return _open_pair(header, path)
        told = tr(
            "{name} is not the data file of {header}, whose own was opened.",
            name=path.name,
            header=header.path.name,
        )
        return cube.with_(notes=(told, *cube.notes))
    return _open_pair(header, path)


def _tiff_of(header: Path, layout: Arrangement | None, variable: str | None) -> Cube | None:
    """The TIFF that a header describes: ENVI writes such headers beside images that it imports.

    A header without a data file is that of a TIFF beside it of its shape, whatever type it states.
    """
    text = read_text(header)
    is_tiff = "tif" in text.get("file type").lower()
    if not is_tiff and has_data_file(header):
        return None
    stem = header.with_suffix("")
    beside = (stem, *(stem.with_name(stem.name + suffix) for suffix in (*tiff.SUFFIXES, ".TIF", ".TIFF")))
    path = next((path for path in beside if tiff.can_open(path) and path.is_file()), None)
    if path is None:
        return None
    cube = tiff.open(path, layout=layout, variable=variable)
    stated = tuple(text.get(key) for key in ("lines", "samples", "bands"))
    return cube if is_tiff or stated == tuple(map(str, cube.shape)) else None


def _open_pair(header: Header, data: Path | None) -> Cube:
    notes = list(header.notes)
    data = data or data_file_of(header, notes)
    interleave = header.interleave or _interleave_by_name(data, notes)
    array = _map(header, interleave, data, notes)
    text, bands = header.text, array.shape[2]
    centres = wavelengths(text, header.bands, notes)
    stated = position(text, notes)
    values = meaning(text, header.bands, bands, notes)
    cube = Cube(
        array,
        name=_name(header.path, data),
        path=header.path,
        wavelengths=None if centres is None else centres[:bands],
        good_bands=good_bands(text, header.bands, bands, notes),
        interleave=interleave,
        georeference=None if stated is None else Georeference(*stated),
        simulated=text.get("simulated").lower() in ("1", "yes", "true"),
        default_bands=default_bands(text, bands, notes),
        reflectance=True if any(text.get(key) for key in REFLECTANCE) else None,
    )
    return values.applied(cube).with_(notes=tuple(notes))


def _name(header: Path, data: Path) -> str:
    """What a cube is called: its header's name without suffixes, with all other dots."""
    return header.stem.removesuffix(data.suffix if data.suffix.lower() in DATA_SUFFIXES else "")


def _interleave_by_name(data: Path, notes: list[str]) -> Interleave:
    """What the data file's suffix says where its header says nothing."""
    for interleave in INTERLEAVES:
        if data.suffix.lower() == f".{interleave}":
            notes.append(
                tr(
                    "The header states no interleave; {interleave} is the file's suffix.",
                    interleave=interleave,
                )
            )
            return interleave
    notes.append(tr("The header states no interleave; band sequential (bsq) was assumed."))
    return "bsq"


def _map(header: Header, interleave: Interleave, data: Path, notes: list[str]) -> np.ndarray[Any, Any]:
    """Map what exists of the data file, shape (lines, samples, bands).

    Of a file that was cut there remain whole lines (BIL, BIP) or whole bands (BSQ), and the whole
    lines of the first band where a BSQ has not even that one.
    """
    axes = _STORED[interleave]
    size = {"l": header.lines, "s": header.samples, "b": header.bands}
    present = max(0, data.stat().st_size - header.offset)
    if present < header.promised:
        outer = axes[0]
        whole = present // (header.promised // size[outer])
        if interleave == "bsq" and not whole:
            size |= {"b": 1, "l": present // (header.samples * header.dtype.itemsize)}
        else:
            size[outer] = whole
        notes.append(_shortfall(header, data, size["l"], size["b"], present))
    elif present > header.promised:
        notes.append(
            tr(
                "{name} is {bytes} bytes longer than the header promises; its end was left out.",
                name=data.name,
                bytes=present - header.promised,
            )
        )
    if 0 in size.values():
        raise CubeError(
            "{data} is too short: {path} promises {promised} bytes after an offset of {offset}, the "
            "file has {present}. Copy the data file again, or correct the header.",
            data=data,
            path=header.path,
            promised=header.promised,
            offset=header.offset,
            present=data.stat().st_size,
        )
    array = np.memmap(data, header.dtype, "r", header.offset, tuple(size[a] for a in axes))
    return array.transpose([axes.index(axis) for axis in "lsb"])


def _shortfall(header: Header, data: Path, lines: int, bands: int, present: int) -> str:
    kept = []
    if bands < header.bands:
        kept.append(tr("{bands} of {all_bands} bands", bands=bands, all_bands=header.bands))
    if lines < header.lines:
        kept.append(tr("{lines} of {all_lines} lines", lines=lines, all_lines=header.lines))
    return tr(
        "{name} is {bytes} bytes shorter than the header promises; opened with {kept}.",
        name=data.name,
        bytes=header.promised - present,
        kept=listed(kept),
    )
