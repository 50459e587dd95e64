"""All files of a cube, and whether something that is to be written would replace one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from s3fn_core.envi.files import DATA_SUFFIXES

_HEADER = ".hdr"


def files_of(path: Path) -> list[Path]:
    """The file, and what is a cube only together with it: header and data file, images of a folder."""
    if path.is_dir():
        return [path, *sorted(file for file in path.iterdir() if file.is_file())]
    suffix = path.suffix.lower()
    stem = path.stem if suffix == _HEADER else path.name
    if suffix not in (_HEADER, *DATA_SUFFIXES):
        names = {f"{stem}{_HEADER}"}  # a data file without a suffix, if a header lies beside it
    else:
        short = stem.removesuffix(Path(stem).suffix) if Path(stem).suffix.lower() in DATA_SUFFIXES else stem
        names = {base + end for base in (stem, short) for end in ("", _HEADER, *DATA_SUFFIXES)}
    beside = (path.with_name(name) for name in sorted(names - {path.name, ""}))
    return [path, *(file for file in beside if file.is_file())]


def first_shared(outputs: Iterable[Path], inputs: Iterable[Path]) -> Path | None:
    """The first of `outputs` that is a file of one of `inputs`, or would lie among its images."""
    taken = {identity for path in inputs for file in files_of(path) for identity in _identities(file)}
    folders = {identity for path in inputs if path.is_dir() for identity in _identities(path)}
    for path in outputs:
        if taken & set(_identities(path)) or folders & set(_identities(path.parent)):
            return path
    return None


def _identities(path: Path) -> Iterator[Any]:
    """What makes two names the same file: the place, and for links the file's number."""
    yield path.resolve()
    try:
        found = path.stat()
    except OSError:
        return
    if found.st_ino:
        yield found.st_dev, found.st_ino
