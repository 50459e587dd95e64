"""MATLAB files: up to version 7 by SciPy, version 7.3 (which is HDF5) by h5py."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, Layout
from s3fn_core.cubes.formats.arrays import BANDS_FIRST_NOTE, cube_of_array
from s3fn_core.cubes.formats.lazy import WindowedArray, contiguous
from s3fn_core.cubes.formats.pixel_lists import bands_first
from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.errors import CubeError

NAME = "MATLAB"
SUFFIXES = (".mat",)

_NUMERIC = {
    "double", "single", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
}  # fmt: skip
_LINES = {"lines", "nlines", "nline", "rows", "nrow", "nrows", "row", "height", "nr"}
_SAMPLES = {"cols", "ncol", "ncols", "col", "columns", "samples", "nsamples", "width", "nc"}
_WAVELENGTHS = ("wavelength", "wavelen", "lambda", "wl", "waves", "bandcent", "centers", "centres")
_HDF5 = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Content:
    """The numeric arrays of a file, in MATLAB's shapes, and how to load one."""

    shapes: Mapping[str, tuple[int, ...]]
    load: Callable[[str], np.ndarray[Any, Any]]


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Layout | None = None, variable: str | None = None) -> Cube:
    """Open the largest cube-like array of a MATLAB file, or the one called `variable`.

    Scalars called lines and cols, and a vector of wavelengths, are understood.

    Raises
    ------
    CubeError
        No MATLAB file, damaged, or no array that can be a cube.
    """
    with _content(path) as content:
        name = _choose(content, path, variable)
        shape = content.shapes[name]
        values, wavelength_name = _wavelengths(content, shape)
        bands = None if values is None else len(values)
        if is_hdf5(path) and len(shape) == 3:
            cube = _hdf5_cube(path, name, shape, bands)
        else:
            cube = cube_of_array(
                content.load(name), path, variable=name, layout=layout,
                size=_stated_size(content, name), bands=bands, by_column=True,
            )  # fmt: skip
    notes = [f'Array "{name}" was taken.'] if len(content.shapes) > 1 else []
    if values is not None and len(values) == cube.bands:
        wavelengths, remarks = to_nm(values, None, cube.bands)
        notes += [f'Wavelengths come from "{wavelength_name}".', *remarks]
        cube = cube.with_(wavelengths=wavelengths)
    return cube.with_(notes=(*notes, *cube.notes))


def is_hdf5(path: Path) -> bool:
    """MATLAB puts a block of 512 bytes before the HDF5 signature; others may not."""
    with path.open("rb") as file:
        start = file.read(520)
    return start.startswith(_HDF5) or start[512:] == _HDF5


@contextmanager
def _content(path: Path) -> Iterator[Content]:
    """List the arrays of either version."""
    if is_hdf5(path):
        import h5py

        try:
            with h5py.File(path, "r") as file:
                # MATLAB stores its column-major arrays as they are, so HDF5 sees the axes reversed.
                shapes = {
                    name: item.shape[::-1]
                    for name, item in file.items()
                    if isinstance(item, h5py.Dataset)
                    and item.dtype.kind in "fiu"
                    and item.attrs.get("MATLAB_class", b"double") != b"char"
                }
                yield Content(shapes, lambda name: np.asarray(file[name]).T)
        except (OSError, RuntimeError, KeyError) as error:
            raise _damaged(path, error) from error
        return
    from scipy.io import loadmat, whosmat
    from scipy.io.matlab import MatReadError

    failures = (
        ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, OSError,
        NotImplementedError, zlib.error, MatReadError, MemoryError,
    )  # fmt: skip
    try:
        shapes = {n: tuple(shape) for n, shape, kind in whosmat(path) if kind in _NUMERIC}
    except failures as error:
        raise _damaged(path, error) from error

    def load(name: str) -> np.ndarray[Any, Any]:
        try:
            array: np.ndarray[Any, Any] = loadmat(path, variable_names=[name])[name]
        except failures as error:
            raise _damaged(path, error) from error
        return array

    yield Content(shapes, load)


def _damaged(path: Path, error: Exception) -> CubeError:
    why = (str(error).splitlines() or [type(error).__name__])[0][:120]
    return CubeError(f"{path} is no whole MATLAB file ({why}); save it again from MATLAB.")


def _choose(content: Content, path: Path, variable: str | None) -> str:
    """The array to open."""
    listing = ", ".join(f"{n} {'x'.join(map(str, s))}" for n, s in content.shapes.items())
    if variable is not None:
        if variable not in content.shapes:
            raise CubeError(
                f'{path} holds no array "{variable}"; it holds {listing or "no arrays"}.'
            )
        return variable
    solid = [n for n, s in content.shapes.items() if len(s) == 3 and min(s) > 1]
    flat = [n for n, s in content.shapes.items() if len(s) == 2 and min(s) > 1]
    # A matrix of spectra beats a small stack of maps (abundances) that happens to have three axes.
    candidates = sorted(solid + flat, key=lambda n: prod(content.shapes[n]), reverse=True)
    if not candidates:
        raise CubeError(
            f"{path} holds no array that can be a cube (it holds {listing or 'no arrays'}); "
            "save one as lines x samples x bands."
        )
    return candidates[0]


def _stated_size(content: Content, name: str) -> tuple[int, int] | None:
    """(lines, samples) as variables of the file state them."""
    if len(content.shapes[name]) != 2:
        return None

    def scalar(names: set[str]) -> int | None:
        found = [n for n in content.shapes if n.lower() in names and prod(content.shapes[n]) == 1]
        value = float(np.asarray(content.load(found[0])).ravel()[0]) if found else 0.0
        return int(value) if value >= 1 and value == int(value) else None

    lines, samples = scalar(_LINES), scalar(_SAMPLES)
    if lines is None or samples is None or lines * samples not in content.shapes[name]:
        return None
    return lines, samples


def _wavelengths(
    content: Content, shape: tuple[int, ...]
) -> tuple[np.ndarray[Any, Any] | None, str]:
    """A vector that is called like wavelengths and is as long as an axis of the array."""
    for name, vector in content.shapes.items():
        like = any(part in name.lower() for part in _WAVELENGTHS)
        if like and prod(vector) == max(vector, default=0) and prod(vector) in shape:
            return np.asarray(content.load(name)).ravel(), name
    return None, ""


def _hdf5_cube(path: Path, name: str, shape: tuple[int, ...], bands: int | None) -> Cube:
    """A cube over an HDF5 data set of three axes, read window by window.

    The file is opened for every window: an open handle would lock it on Windows, and two threads
    (display and training) read the same cube.
    """
    import h5py

    def reader(order: str) -> WindowedArray:
        """Over the stored axes `order`, e.g. "bsl"."""

        def read(lines: slice, samples: slice, chosen: list[int]) -> np.ndarray[Any, Any]:
            index = {"l": lines, "s": samples, "b": contiguous(chosen)}
            with h5py.File(path, "r") as file:
                block = file[name][tuple(index[axis] for axis in order)]
            return np.asarray(block).transpose([order.index(axis) for axis in "lsb"])

        stored = dict(zip(order, shape[::-1], strict=True))
        return WindowedArray((stored["l"], stored["s"], stored["b"]), dtype, read)

    with h5py.File(path, "r") as file:
        dtype = file[name].dtype
    as_written = reader("bsl")
    if not bands_first(as_written, bands):
        return Cube(as_written, path.stem, path, interleave="bsq")
    return Cube(reader("slb"), path.stem, path, interleave="bip", notes=(BANDS_FIRST_NOTE,))
