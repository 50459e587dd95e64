"""NumPy archives (.npz): several arrays, of which one is the cube; mapped where not compressed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats.arrays import HEADER_FAILURES, cube_of_array, first_line
from s3fn_core.cubes.formats.companions import plane_beside, wavelengths_beside, with_what_lies_beside
from s3fn_core.cubes.formats.expansion import check_expansion
from s3fn_core.cubes.formats.variables import Content, Variable, choice_note, choose, stated_size
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr

NAME = tr("NumPy archive")
SUFFIXES = (".npz",)

_FAILURES = (*HEADER_FAILURES, RuntimeError, OSError, zlib.error, zipfile.BadZipFile)
_LOCAL_HEADER = 30  # bytes of a ZIP entry before its name
_MOST_DEFLATED = 1032  # deflate cannot pack tighter: nothing is allocated for a size beyond that

Head = tuple[tuple[int, ...], bool, "np.dtype[Any]"]  # shape, Fortran order, type


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the largest cube-like array of an archive, or the one called `variable`.

    An array that is stored as it is (``numpy.savez``) is memory-mapped; a compressed one has to be
    read as a whole.  A vector of wavelengths and scalars called lines and samples are understood.

    Raises
    ------
    CubeError
        No archive, damaged, Python objects only, or no array that can be a cube.
    """
    try:
        return _opened(path, layout, variable)
    except _FAILURES as error:
        raise _damaged(path, error) from error


def _opened(path: Path, layout: Arrangement | None, variable: str | None) -> Cube:
    content = _content(path)
    name = choose(content, str(path), variable)
    listed = wavelengths_beside(content, name)
    array = content.load(name)
    notes = list(choice_note(content, name, variable is not None))
    if not isinstance(array, np.memmap):
        notes.append(tr("The array is compressed, so it was read into memory as a whole."))
    cube = cube_of_array(
        array,
        path,
        variable=name,
        layout=layout,
        size=stated_size(content, name),
        bands=None if listed is None else len(listed),
        plane=plane_beside(content, name),
    )
    cube, told = with_what_lies_beside(cube, content, name, listed)
    return cube.with_(notes=(*notes, *told, *cube.notes))


def variables(path: Path) -> tuple[Variable, ...]:
    """The arrays that can be a cube, by their heads.

    Raises
    ------
    CubeError
        No archive, or damaged.
    """
    try:
        return _content(path).variables()
    except _FAILURES as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> CubeError:
    return CubeError(
        "{path} is not a complete NumPy archive ({first_line}); save it again with numpy.savez.",
        path=path,
        first_line=first_line(error),
    )


def _content(path: Path) -> Content:
    every = _heads(path)
    heads = {name: head for name, head in every.items() if head[2].kind in "fiub"}
    return Content(
        {name: shape for name, (shape, _, _) in heads.items()},
        {name: dtype for name, (_, _, dtype) in heads.items()},
        lambda name: _load(path, name, heads[name]),
        texts={name: shape for name, (shape, _, dtype) in every.items() if dtype.kind == "U"},
        spell=lambda name: [str(text) for text in _load(path, name, every[name]).ravel()],
    )


def _heads(path: Path) -> dict[str, Head]:
    """Shape, order and type of every array, without its values."""
    with zipfile.ZipFile(path) as archive:
        heads = {}
        for member in archive.namelist():
            if member.endswith(".npy"):
                with archive.open(member) as stream:
                    heads[member.removesuffix(".npy")] = _head(stream)
        return heads


def _head(stream: IO[bytes]) -> Head:
    if np.lib.format.read_magic(stream) == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)


def _load(path: Path, name: str, head: Head) -> np.ndarray[Any, Any]:
    """Map an array within the archive, or read it where it is compressed."""
    shape, by_column, dtype = head
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(f"{name}.npy")
        promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
        present = min(entry.file_size, entry.compress_size * _MOST_DEFLATED + 64)
        if promised > present:
            raise ValueError(
                tr(
                    'array "{name}" promises {promised} bytes, {present} are there',
                    name=name,
                    promised=promised,
                    present=present,
                )
            )
        if entry.compress_type != zipfile.ZIP_STORED:
            check_expansion(path, entry.compress_size, promised)
            with archive.open(entry) as stream:
                return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        local = file.read(_LOCAL_HEADER)
        lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
        file.seek(entry.header_offset + _LOCAL_HEADER + lengths)
        _head(file)
        offset = file.tell()
    if not shape:
        return np.fromfile(path, dtype, 1, offset=offset).reshape(())
    return np.memmap(path, dtype, "r", offset, shape, order="F" if by_column else "C")
