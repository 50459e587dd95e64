"""ENVI classification: a text header with class names and colours beside a raw file of ids.

The header is read like that of a cube.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from s3fn_core.envi.files import data_file_of, headers_of
from s3fn_core.envi.header import IS_LABEL_MAP, NO_FILE_TYPE, Header, ignore_value, read_header
from s3fn_core.envi.place import position
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.grids import lay
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.rasters import Array, Place, Spot, write_envi
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("ENVI classification")
SUFFIXES = (".hdr", ".img", ".dat", ".bin", ".raw")

_NO_CLASS = re.compile(
    r"unclass|unlabel|background|no.?data|none|unknown|masked|ignore|^0$|^$", re.IGNORECASE
)


def read(wanted: Wanted) -> Stored:
    """Read the map of a header, or of a data file with its header beside it."""
    try:
        return _read(wanted)
    except CubeError as error:  # the parser is that of the cubes
        raise wanted.error("{path} cannot be read as a label map: {error}", error=error) from error


def _read(wanted: Wanted) -> Stored:
    is_header = wanted.path.suffix.lower() == ".hdr"
    found = wanted.path if is_header else next(headers_of(wanted.path), None)
    if found is None:
        raise wanted.error(
            "{path} cannot be read as a label map: its suffix is unknown and it has no ENVI header (.hdr) "
            "next to it. Export it as .tif, .png, .npy or ENVI classification."
        )
    header = read_header(found)
    if header.bands != 1:
        raise wanted.error(
            "{path} has {bands} bands, so it is a cube, not a label map (one band).", bands=header.bands
        )
    text = header.text
    notes = [note for note in header.notes if note not in (NO_FILE_TYPE, IS_LABEL_MAP)]
    data = data_file_of(header, notes) if is_header else wanted.path
    stated = position(text, notes)
    own = None if stated is None else Spot(*stated)
    laid = lay(wanted, own, (header.lines, header.samples), header.dtype.itemsize)
    values = np.array(_mapped(header, data, wanted)[laid.rows, laid.columns])
    if (missing := ignore_value(text, notes)) is not None:
        values[values == missing] = 0
    names = _names(text.get("class names"), int(np.nanmax(values, initial=0)), notes)
    lookup = [int(value) & 255 for value in re.findall(r"\d+", text.get("class lookup"))]
    colors = {i // 3: f"#{bytes(lookup[i : i + 3]).hex()}" for i in range(0, len(lookup) // 3 * 3, 3)}
    return Stored(laid.onto(values), names, colors, (*notes, *laid.notes), laid.moved)


def _names(listed: str, highest: int, notes: list[str]) -> dict[int, str]:
    """The names of the classes: the first is that of 0, unless there is one for each class only."""
    between = ";" if ";" in listed and "," not in listed else ","
    # A separator within quotation marks is part of the name.
    items = re.findall(rf'(?:^|{between})(?:\s*"([^"]*)"\s*(?=$|{between})|([^{between}]*))', listed)
    names = [(quoted or plain).strip() for quoted, plain in items]
    first = 0
    if listed and len(names) == highest and not _NO_CLASS.search(names[0]):
        first = 1
        notes.append(
            tr('"class names" has a name for each of {highest} classes and none for 0.', highest=highest)
        )
    return {first + i: name for i, name in enumerate(names)} if listed else {}


def _mapped(header: Header, data: Path, wanted: Wanted) -> Array:
    """The values of the data file, none of them read; a map that is not whole is none."""
    promised, found = header.offset + header.promised, data.stat().st_size
    if found < promised:
        raise wanted.error(
            "{path} cannot be read as {what}: its header promises {promised} bytes, {name} has {found}. "
            "Copy the data file again, or correct the header.",
            what=wanted.what,
            promised=promised,
            name=data.name,
            found=found,
        )
    return np.memmap(data, header.dtype, "r", header.offset, (header.lines, header.samples))


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write header and data file (.img) with class names and class lookup."""
    write_envi(ids, path, place, class_legend(classes, ids))
