"""MATLAB files: up to version 7 by their own tags, version 7.3 (which is HDF5) by h5py."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube
from s3fn_core.cubes.formats import matfile
from s3fn_core.cubes.formats.arrays import cube_of_array, first_line
from s3fn_core.cubes.formats.axes import (
    ASKED,
    alternatives,
    asked_axes,
    guessed_axes,
    interleave,
    note_on,
    windows,
)
from s3fn_core.cubes.formats.companions import plane_beside, wavelengths_beside, with_what_lies_beside
from s3fn_core.cubes.formats.expansion import check_expansion
from s3fn_core.cubes.formats.hdf5 import FAILURES
from s3fn_core.cubes.formats.hdf5_heaps import check_heaps
from s3fn_core.cubes.formats.hdf5_walk import items
from s3fn_core.cubes.formats.variables import Content, Variable, array_of, choice_note, choose, stated_size
from s3fn_core.errors import CubeError
from s3fn_core.hdf5_sets import lies_elsewhere

NAME = "MATLAB"
SUFFIXES = (".mat",)

_HDF5 = b"\x89HDF\r\n\x1a\n"


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the largest cube-like array of a MATLAB file, or the one called `variable`.

    Scalars called lines and cols, and a vector of wavelengths, are understood.

    Raises
    ------
    CubeError
        No MATLAB file, damaged, or no array that can be a cube.
    """
    content = _content(path)
    name = choose(content, str(path), variable)
    listed, plane = wavelengths_beside(content, name), plane_beside(content, name)
    bands = None if listed is None else len(listed)
    if is_hdf5(path) and len(content.shapes[name]) == 3:
        cube = _hdf5_cube(path, name, content, layout, bands, plane)
    else:
        cube = cube_of_array(
            content.load(name),
            path,
            variable=name,
            layout=layout,
            size=stated_size(content, name),
            bands=bands,
            plane=plane,
            by_column=True,
        )
    notes = list(choice_note(content, name, variable is not None))
    cube, told = with_what_lies_beside(cube, content, name, listed)
    return cube.with_(notes=(*notes, *told, *cube.notes))


def variables(path: Path) -> tuple[Variable, ...]:
    """The arrays that can be a cube, without their values.

    Raises
    ------
    CubeError
        No MATLAB file, or damaged.
    """
    return _content(path).variables()


def is_hdf5(path: Path) -> bool:
    """MATLAB puts a block of 512 bytes before the HDF5 signature; others may not."""
    with path.open("rb") as file:
        start = file.read(520)
    return start.startswith(_HDF5) or start[512:] == _HDF5


def _content(path: Path) -> Content:
    """List the arrays of either version."""
    return _hdf5_content(path) if is_hdf5(path) else _plain_content(path)


def _hdf5_content(path: Path) -> Content:
    import h5py

    elsewhere: list[str] = []
    try:
        with h5py.File(path, "r") as file:
            check_heaps(file)
            found = {name: item for name, item in items(file, elsewhere) if _is_numeric(name, item)}
            elsewhere += [name for name, item in found.items() if lies_elsewhere(item)]
            listed = {n: (item.shape, item.dtype) for n, item in found.items() if n not in elsewhere}
    except FAILURES as error:
        raise _damaged(path, error) from error
    # MATLAB stores its column-major arrays as they are, so HDF5 sees the axes reversed.
    return Content(
        {name: shape[::-1] for name, (shape, _) in listed.items()},
        {name: dtype for name, (_, dtype) in listed.items()},
        lambda name: _whole(path, name, *listed[name]),
        elsewhere=tuple(elsewhere),
    )


def _is_numeric(name: str, item: Any) -> bool:
    import h5py

    numeric = isinstance(item, h5py.Dataset) and item.shape is not None and item.dtype.kind in "fiu"
    return numeric and "/" not in name and item.attrs.get("MATLAB_class", b"double") != b"char"


def _whole(path: Path, name: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
    """A data set as a whole, its axes in the order of MATLAB."""
    check_expansion(path, path.stat().st_size, math.prod(shape) * dtype.itemsize)
    return _block(path, name, ...).T


def _block(path: Path, name: str, index: Any) -> np.ndarray[Any, Any]:
    """Read a part of an HDF5 data set.

    The file is opened for every window: an open handle would lock it on Windows, and two threads
    (display and training) read the same cube.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return np.asarray(file[name][index])
    except FAILURES as error:
        raise _damaged(path, error) from error


def _plain_content(path: Path) -> Content:
    failures = (ValueError, zlib.error, OverflowError)
    try:
        arrays = matfile.numeric_arrays(path)
    except failures as error:
        raise _damaged(path, error) from error

    def load(name: str) -> np.ndarray[Any, Any]:
        array = arrays[name]
        if array.packed is not None:
            check_expansion(path, array.packed[1], array.nbytes)
        try:
            return matfile.load(path, array)
        except failures as error:
            raise _damaged(path, error) from error

    return Content(
        {name: array.shape for name, array in arrays.items()},
        {name: array.dtype for name, array in arrays.items()},
        load,
    )


def _damaged(path: Path, error: Exception) -> CubeError:
    return CubeError(
        "{path} is not a complete MATLAB file ({first_line}); save it again from MATLAB.",
        path=path,
        first_line=first_line(error),
    )


def _hdf5_cube(
    path: Path,
    name: str,
    content: Content,
    layout: Arrangement | None,
    bands: int | None,
    plane: tuple[int, int] | None,
) -> Cube:
    """A cube over an HDF5 data set of three axes, read window by window."""
    shape, dtype = content.shapes[name], content.dtypes[name]

    def read(index: tuple[Any, ...]) -> np.ndarray[Any, Any]:
        return _block(path, name, index[::-1]).T  # axes reversed, as above

    axes = asked_axes(layout, array_of(path, name))
    why = ASKED
    if axes is None:
        axes, why = guessed_axes(windows(shape, dtype, read, Axes("lsb")), bands, plane=plane)
    return Cube(
        windows(shape, dtype, read, axes),
        path.stem,
        path,
        interleave=interleave(Axes(axes.order[::-1])),
        layouts=alternatives(axes),
        notes=(note_on(axes, why),) if why else (),
    )
