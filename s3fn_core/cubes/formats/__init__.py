"""Opening a cube: one module a format, each with ``can_open`` and ``open``.

The readers import their libraries when they open a file, not before: a window that starts should
not wait for GDAL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Protocol, cast

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats import arrays, hdf5, matlab, npz, stack, tiff
from s3fn_core.cubes.formats.envi import reading as envi
from s3fn_core.cubes.formats.envi.writing import write_envi
from s3fn_core.cubes.formats.fills import without_fills
from s3fn_core.cubes.formats.goodbands import without_empty_bands, without_nameless_bands
from s3fn_core.cubes.formats.variables import Variable
from s3fn_core.errors import CubeError
from s3fn_core.files import require_file
from s3fn_core.languages import tr
from s3fn_core.memory import is_out_of_memory
from s3fn_core.quoting import named

__all__ = ["SUFFIXES", "Variable", "can_open", "file_filter", "open_cube", "variables_of", "write_envi"]


class Reader(Protocol):
    """What every module of this package offers."""

    NAME: str
    SUFFIXES: tuple[str, ...]

    def can_open(self, path: Path) -> bool: ...
    def open(self, path: Path, *, layout: Arrangement | None, variable: str | None) -> Cube: ...


_MOST_PIXELS = 1 << 32
# A stack looks at names more closely than a TIFF by itself, so it comes before.
_MODULES = (envi, matlab, arrays, npz, hdf5, stack, tiff)
READERS: tuple[Reader, ...] = tuple(cast(Reader, module) for module in _MODULES)
_LISTING = {module.NAME: module.variables for module in (matlab, npz, hdf5, stack, tiff)}
SUFFIXES: tuple[str, ...] = tuple(dict.fromkeys(s for r in READERS for s in r.SUFFIXES))


def file_filter() -> str:
    """Filters of a Qt file dialog: all cubes first, then each format, then everything."""

    def patterns(suffixes: tuple[str, ...]) -> str:
        return " ".join(f"*{suffix}" for suffix in suffixes)

    single = [f"{reader.NAME} ({patterns(reader.SUFFIXES)})" for reader in READERS]
    return ";;".join(
        [tr("Hyperspectral cubes") + f" ({patterns(SUFFIXES)})", *single, tr("All files") + " (*)"]
    )


def _reader(path: Path) -> Reader | None:
    """The reader of the file's own suffix; a header that merely lies beside it comes second."""
    if path.is_dir():
        return cast(Reader, stack) if stack.can_open(path) else None
    able = [reader for reader in READERS if reader.can_open(path)]
    own = [reader for reader in able if path.suffix.lower() in reader.SUFFIXES]
    return next(iter(own + able), None)


def _known_reader(path: Path) -> Reader:
    reader = _reader(path)
    if reader is None:
        kinds = "; ".join(f"{r.NAME} ({', '.join(r.SUFFIXES)})" for r in READERS)
        if path.is_dir():
            raise _no_stack(path, kinds)
        raise CubeError(
            "{path} is not a cube that this program knows. Choose one of: {kinds}.", path=path, kinds=kinds
        )
    return reader


def _no_stack(path: Path, kinds: str) -> CubeError:
    """Why a folder cannot be opened as a stack of images."""
    cubes = sorted(file.name for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if not cubes:
        return CubeError("{path} is a folder without images. Choose one of: {kinds}.", path=path, kinds=kinds)
    headers = [name for name in cubes if name.lower().endswith(".hdr")] or cubes
    return CubeError(
        "{path} is a folder of cubes ({cubes}); open one. Choose one of: {kinds}.",
        path=path,
        cubes=named(headers),
        kinds=kinds,
    )


def can_open(path: str | PathLike[str]) -> bool:
    """Whether a reader feels responsible for `path`, by its name and first bytes only."""
    path = Path(path)
    try:
        require_file(path)
        return path.exists() and _reader(path) is not None
    except OSError:  # a folder that may not be listed
        return False


@checked(CubeError)
def open_cube(
    path: str | PathLike[str] | Sequence[str | PathLike[str]],
    *,
    layout: Arrangement | None = None,
    variable: str | None = None,
) -> Cube:
    """Open a hyperspectral image; the pixels are read later, where they are looked at.

    Parameters
    ----------
    path : path, or sequence of paths
        ENVI header or data file, MATLAB file, NumPy array or archive, HDF5, NetCDF or GeoTIFF; a
        folder, or several files, of images with one band each.
    layout : Layout or Axes, optional
        How the array of a file that does not say so is an image: the lines and samples of a list
        of pixels, or the order of three axes.  Formats that state it pass over it.
    variable : str, optional
        Which array of a file with several to take, instead of the largest; `variables_of` lists
        them.

    Raises
    ------
    CubeError
        Naming the file, what is wrong with it and what to do.

    Examples
    --------
    >>> cube = open_cube("scene.hdr")  # doctest: +SKIP
    >>> cube.shape, cube.notes  # doctest: +SKIP
    """
    paths = [Path(path)] if isinstance(path, str | PathLike) else [Path(part) for part in path]
    for one in paths:
        _check_kind(one)
    with _telling(str(paths[0]) if len(paths) == 1 else tr("A stack of {count} files", count=len(paths))):
        if len(paths) == 1:
            cube = _known_reader(paths[0]).open(paths[0], layout=layout, variable=variable)
        else:
            cube = stack.open_files(paths)
        if cube.lines * cube.samples > _MOST_PIXELS:
            raise CubeError(
                "{path} states {lines} x {samples} pixels, more than can be labelled or mapped; cut "
                "out the part that matters.",
                path=paths[0],
                lines=cube.lines,
                samples=cube.samples,
            )
        cube = without_nameless_bands(cube)
        if stack.can_open(paths[0]) and cube.data.dtype.kind == "u":
            return cube  # images that would have to be unpacked one by one, and have no odd numbers
        return without_empty_bands(without_fills(cube))


def _check_kind(path: Path) -> None:
    """Raise CubeError unless there is a file or a folder: to open a pipe would wait for ever."""
    with _telling(str(path)):
        require_file(path)
        if not path.exists():
            raise CubeError("{path} does not exist; check the name and the folder.", path=path)


@checked(CubeError)
def variables_of(path: str | PathLike[str]) -> tuple[Variable, ...]:
    """The arrays of a file that can be a cube, by their heads; empty for formats that hold but one.

    The first is the one that `open_cube` takes unasked.

    Raises
    ------
    CubeError
        When the file is missing, damaged, or of an unknown kind.
    """
    path = Path(path)
    _check_kind(path)
    with _telling(str(path)):
        listing = _LISTING.get(_known_reader(path).NAME)
        return () if listing is None else listing(path)


@contextmanager
def _telling(where: str) -> Iterator[None]:
    """What the system refuses becomes an error that names the file."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        if is_out_of_memory(error):
            raise CubeError(
                "{where} cannot be read: {why}. Close other programs.", where=where, why=why
            ) from error
        raise CubeError(
            "{where} cannot be read: {why}. Check the file and its disk.", where=where, why=why
        ) from error
    except MemoryError as error:
        raise CubeError(
            "{where} does not fit into memory; convert it to ENVI, which is read piece by piece.", where=where
        ) from error
