"""MATLAB files: up to version 7 by SciPy, version 7.3 (which is HDF5) by h5py."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, Layout
from s3fn_core.cubes.formats.arrays import (
    BANDS_BETWEEN_NOTE,
    BANDS_FIRST_NOTE,
    bands_between,
    cube_of_array,
)
from s3fn_core.cubes.formats.lazy import WindowedArray, contiguous
from s3fn_core.cubes.formats.pixel_lists import bands_first
from s3fn_core.cubes.formats.variables import (
    Content,
    choice_note,
    choose,
    stated_size,
    wavelengths_beside,
)
from s3fn_core.cubes.formats.wavelengths import to_nm
from s3fn_core.errors import CubeError

NAME = "MATLAB"
SUFFIXES = (".mat",)

_NUMERIC = {
    "double", "single", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
}  # fmt: skip
_HDF5 = b"\x89HDF\r\n\x1a\n"


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
        name = choose(content, str(path), variable)
        shape = content.shapes[name]
        values, wavelength_name = wavelengths_beside(content, name)
        bands = None if values is None else len(values)
        if is_hdf5(path) and len(shape) == 3:
            cube = _hdf5_cube(path, name, shape, bands)
        else:
            cube = cube_of_array(
                content.load(name), path, variable=name, layout=layout,
                size=stated_size(content, name), bands=bands, by_column=True,
            )  # fmt: skip
    notes = list(choice_note(content, name, variable is not None))
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
    if bands_between(shape, bands):
        notes = (BANDS_BETWEEN_NOTE,)
        return Cube(reader("sbl"), path.stem, path, interleave="bil", notes=notes)
    as_written = reader("bsl")
    if not bands_first(as_written, bands):
        return Cube(as_written, path.stem, path, interleave="bsq")
    return Cube(reader("slb"), path.stem, path, interleave="bip", notes=(BANDS_FIRST_NOTE,))
