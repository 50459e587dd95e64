"""ENVI cubes: a text header beside a raw data file.

One memory map and one transposition serve the three interleaves.  Nothing is allocated on the
word of a header: the size of the data file decides what exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, Georeference, Layout
from s3fn_core.cubes.formats.envi_header import Header, read_header
from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray

NAME = "ENVI"
_DATA_SUFFIXES = (".img", ".raw", ".dat", ".bin", ".bil", ".bip", ".bsq", ".hyspex")
SUFFIXES = (".hdr", *_DATA_SUFFIXES)

# Axes of the stored array, and the transposition to (lines, samples, bands).
_STORED = {"bil": "lbs", "bip": "lsb", "bsq": "bls"}


def can_open(path: Path) -> bool:
    """Any name of an ENVI header or data file; without a suffix only where a header lies by it."""
    if path.suffix.lower() in SUFFIXES:
        return True
    return next(_headers_of(path), None) is not None


def open(path: Path, *, layout: Layout | None = None, variable: str | None = None) -> Cube:
    """Open the cube of a header, or of a data file with its header beside it.

    Raises
    ------
    CubeError
        Header or data file missing, malformed, or too short for a single line.
    """
    if path.suffix.lower() == ".hdr":
        header, data = path, None
    else:
        found = next(_headers_of(path), None)
        if found is None:
            raise CubeError(
                f"{path} has no ENVI header beside it ({path.stem}.hdr or {path.name}.hdr); "
                "put the header there."
            )
        header, data = found, path
    return _open_pair(read_header(header), data)


def _open_pair(header: Header, data: Path | None) -> Cube:
    data = data or _data_file_of(header)
    notes = list(header.notes)
    array, bands = _map(header, data, notes)
    wavelengths = None
    if header.values("wavelength"):
        wavelengths, remarks = to_nm(
            header.values("wavelength"), header.fields.get("wavelength units"), header.bands
        )
        notes += remarks
    scale = _number(header, "reflectance scale factor", notes)
    kind = header.fields.get("file type", "").lower()
    if "classification" in kind:
        notes.append("The header says that this is a classification map, not a measurement.")
    return Cube(
        array,
        name=header.path.name.removesuffix(header.path.suffix).removesuffix(data.suffix),
        path=header.path,
        wavelengths=None if wavelengths is None else wavelengths[:bands],
        good_bands=_good_bands(header, notes)[:bands],
        nodata=_number(header, "data ignore value", notes),
        scale=1 / scale if scale else 1.0,
        interleave=header.interleave,
        georeference=_georeference(data, notes) if "map info" in header.fields else None,
        simulated=header.fields.get("simulated", "").lower() in ("1", "yes", "true"),
        notes=tuple(notes),
    )


def _map(header: Header, data: Path, notes: list[str]) -> tuple[np.ndarray[Any, Any], int]:
    """Map what exists of the data file; returns the array (lines, samples, bands) and its bands."""
    size = {"l": header.lines, "s": header.samples, "b": header.bands}
    axes = _STORED[header.interleave]
    present = max(0, data.stat().st_size - header.offset) // header.dtype.itemsize
    promised = header.lines * header.samples * header.bands
    lines = header.lines
    if present < promised:
        outer = axes[0]
        size[outer] = present // (promised // size[outer])
        if header.interleave == "bsq" and size["b"] == header.bands - 1:
            # Only the last band is cut: its whole lines are whole in all the other bands too.
            whole = (present - size["b"] * header.lines * header.samples) // header.samples
            if whole:
                lines, size["b"] = whole, header.bands
        notes.append(_shortfall(header, data, size, lines))
    if 0 in size.values():
        raise CubeError(
            f"{data} is too short: the header promises {promised * header.dtype.itemsize} bytes "
            f"after an offset of {header.offset}, the file has {data.stat().st_size}. "
            "Copy the data file again, or correct the header."
        )
    if lines < header.lines and header.interleave == "bsq":
        flat = np.memmap(data, header.dtype, "r", header.offset, (present,))
        step = header.dtype.itemsize
        array: np.ndarray[Any, Any] = np.lib.stride_tricks.as_strided(
            flat,
            (size["b"], lines, header.samples),
            (header.lines * header.samples * step, header.samples * step, step),
            writeable=False,
        )
    else:
        array = np.memmap(data, header.dtype, "r", header.offset, tuple(size[a] for a in axes))
    return array.transpose([axes.index(axis) for axis in "lsb"]), size["b"]


def _shortfall(header: Header, data: Path, size: dict[str, int], lines: int) -> str:
    if size["b"] < header.bands:
        kept = f"{size['b']} of {header.bands} bands"
    else:
        kept = f"{min(lines, size['l'])} of {header.lines} lines"
    return f"{data.name} is shorter than the header promises; opened with {kept}."


def _good_bands(header: Header, notes: list[str]) -> BoolArray:
    """The bad-band list, in which 1 means good."""
    values = header.values("bbl")
    if not values:
        return np.ones(header.bands, bool)
    try:
        good = np.array([float(value) for value in values], dtype=np.float64).astype(bool)
    except ValueError:
        good = np.zeros(0, bool)
    if good.size != header.bands:
        notes.append("The bad-band list does not fit the bands and was left out.")
        return np.ones(header.bands, bool)
    return good


def _number(header: Header, key: str, notes: list[str]) -> float | None:
    text = header.fields.get(key, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        notes.append(f'"{key} = {text[:40]}" is no number and was left out.')
        return None
    return value if np.isfinite(value) else None  # non-finite values count as missing anyway


def _georeference(data: Path, notes: list[str]) -> Georeference | None:
    """Where the cube lies, by GDAL, which knows ENVI's names of projections and datums."""
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(data, driver="ENVI") as source:
            crs = source.crs.to_wkt() if source.crs else ""
            a, b, c, d, e, f = tuple(source.transform)[:6]
    except (RasterioError, OSError, ValueError) as error:
        notes.append(f"The map information could not be read ({error}).")
        return None
    return Georeference(crs, (a, b, c, d, e, f))


def _headers_of(data: Path) -> Iterator[Path]:
    """Headers that may belong to a data file: x.hdr and x.bil.hdr, in any case of letters."""
    wanted = {f"{data.name}.hdr".lower(): 0, f"{data.stem}.hdr".lower(): 1}
    yield from _siblings(data, wanted)


def _data_file_of(header: Header) -> Path:
    """The data file beside a header; of several the one whose size fits.

    Raises
    ------
    CubeError
        When there is none, with the names that were tried.
    """
    stem = header.path.stem
    names = [stem, *(stem + suffix for suffix in _DATA_SUFFIXES)]
    candidates = list(_siblings(header.path, {n.lower(): rank for rank, n in enumerate(names)}))
    if not candidates:
        raise CubeError(
            f"{header.path}: its data file is missing ({stem} with no suffix or one of "
            f"{', '.join(_DATA_SUFFIXES)}). Put it beside the header."
        )
    promised = header.lines * header.samples * header.bands * header.dtype.itemsize
    fitting = [c for c in candidates if c.stat().st_size == promised + header.offset]
    return (fitting or candidates)[0]


def _siblings(path: Path, wanted: dict[str, int]) -> Iterator[Path]:
    """Files beside `path` whose name is wanted, best first, whatever the case of their letters."""
    folder = path.parent
    found = [p for p in folder.iterdir() if p.name.lower() in wanted and p != path]
    yield from sorted(
        (p for p in found if p.is_file()),
        key=lambda p: (wanted[p.name.lower()], not p.name.startswith(path.stem), p.name),
    )
