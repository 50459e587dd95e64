"""Which header and which data file belong together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from s3fn_core.envi.header import Header
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

DATA_SUFFIXES = (".img", ".raw", ".dat", ".bin", ".bil", ".bip", ".bsq", ".hyspex")


def headers_of(data: Path) -> Iterator[Path]:
    """Headers that may belong to a data file: x.hdr and x.bil.hdr, in any case of letters."""
    wanted = {f"{data.name}.hdr".lower(): 0}
    if not data.suffix[1:].isdecimal():  # scan_2024.11.29 is a whole name
        wanted[f"{data.stem}.hdr".lower()] = 1
    yield from _siblings(data, wanted)


def data_file_of(header: Header, notes: list[str]) -> Path:
    """The data file beside a header; of several the one whose size fits.

    Raises
    ------
    CubeError
        When there is none, with the names that were tried.
    """
    stem = header.path.stem
    candidates = list(_candidates(header.path))
    if not candidates:
        raise CubeError(
            "{path}: its data file is missing ({stem} with no suffix or one of {data_suffixes}). "
            "Put it next to the header.",
            path=header.path,
            stem=stem,
            data_suffixes=", ".join(DATA_SUFFIXES),
        )
    wanted = header.promised + header.offset
    chosen = next((c for c in candidates if c.stat().st_size == wanted), candidates[0])
    if len(candidates) > 1:
        others = named([c.name for c in candidates if c != chosen])
        notes.append(
            tr(
                "{name} was used as the data file; next to the header are {others}.",
                name=chosen.name,
                others=others,
            )
        )
    return chosen


def has_data_file(header: Path) -> bool:
    """Whether any data file lies beside a header."""
    return next(_candidates(header), None) is not None


def _candidates(header: Path) -> Iterator[Path]:
    """Data files that may belong to a header, those last that have one by their whole name."""
    names = [header.stem, *(header.stem + suffix for suffix in DATA_SUFFIXES)]
    found = _siblings(header, {name.lower(): rank for rank, name in enumerate(names)})
    return iter(sorted(found, key=lambda data: any(_siblings(data, {f"{data.name}.hdr".lower(): 0}))))


def _siblings(path: Path, wanted: dict[str, int]) -> Iterator[Path]:
    """Files beside `path` whose name is wanted, best first, whatever the case of their letters."""
    folder = path.parent
    found = [p for p in folder.iterdir() if p.name.lower() in wanted and p != path]
    yield from sorted(
        (p for p in found if p.is_file()),
        key=lambda p: (wanted[p.name.lower()], not p.name.startswith(path.stem), p.name),
    )
