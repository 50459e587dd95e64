"""HDF5 and NetCDF: version 4, which is HDF5, by h5py; the classic version by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.container import cube_of_container
from s3fn_core.cubes.formats.container_file import Container, Stored
from s3fn_core.cubes.formats.hdf5_heaps import check_heaps
from s3fn_core.cubes.formats.hdf5_walk import DEEPEST, axis_names, items
from s3fn_core.cubes.formats.variables import Variable
from s3fn_core.errors import CubeError
from s3fn_core.hdf5_sets import lies_elsewhere
from s3fn_core.languages import tr

NAME = tr("HDF5 and NetCDF")
SUFFIXES = (".h5", ".hdf5", ".he5", ".hdf", ".nc", ".nc4", ".cdf")

_CLASSIC = b"CDF"
_HDF4 = b"\x0e\x03\x13\x01"
# What the libraries raise on damaged files; both let errors of parsing through as they come.
FAILURES = (
    OSError,
    RuntimeError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    EOFError,
    ArithmeticError,
    MemoryError,
)
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"


def can_open(path: Path) -> bool:
    """By the suffix."""
    return path.suffix.lower() in SUFFIXES


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the largest array with three axes, or the one called `variable` (its path in the file).

    Wavelengths are looked for beside it, among variables and attributes; ``_FillValue``,
    ``scale_factor``, ``add_offset`` and their kin are heeded.

    Raises
    ------
    CubeError
        Another kind of file, damaged, or no array that can be a cube.
    """
    return cube_of_container(_container(path), path, layout=layout, variable=variable)


def variables(path: Path) -> tuple[Variable, ...]:
    """The arrays that can be a cube, without their values.

    Raises
    ------
    CubeError
        Another kind of file, or damaged.
    """
    return _container(path).content.variables()


def _container(path: Path) -> Container:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _HDF4:
        raise CubeError("{path} is an HDF4 file; convert it to HDF5, for example with h4toh5.", path=path)
    lister = _classic if start.startswith(_CLASSIC) else _hdf5
    try:
        return lister(path)
    except FAILURES as error:
        raise CubeError(
            "{path} is not a complete HDF5 or NetCDF file ({first_line}); save or copy it again.",
            path=path,
            first_line=first_line(error),
        ) from error


def _hdf5(path: Path) -> Container:
    """List an HDF5 file."""
    import h5py

    arrays: dict[str, Stored] = {}
    groups: dict[str, dict[str, Any]] = {}
    texts: dict[str, tuple[int, ...]] = {}
    elsewhere: list[str] = []
    notes: list[str] = []
    with h5py.File(path, "r") as file:
        check_heaps(file)
        for name, item in items(file, elsewhere):
            attributes = _attributes(item.attrs)
            if isinstance(item, h5py.Group):
                groups[name] = attributes
                if name.count("/") == DEEPEST - 1:
                    notes.append(
                        tr("Groups nested deeper than {deepest} levels were not looked at.", deepest=DEEPEST)
                    )
            elif not isinstance(item, h5py.Dataset) or item.shape is None:
                continue
            elif item.dtype.kind in "fiub":
                if lies_elsewhere(item):
                    elsewhere.append(name)
                elif not _text(attributes, "NAME").startswith(_NO_VARIABLE):
                    arrays[name] = Stored(item.shape, item.dtype, axis_names(item, attributes), attributes)
            else:
                groups[name] = attributes  # a grid mapping, for example
                arrays |= _columns(name, item)
                if item.dtype.kind in "SO" and not lies_elsewhere(item):
                    texts[name] = item.shape

    def block(name: str, index: Any) -> np.ndarray[Any, Any]:
        with h5py.File(path, "r") as opened:
            if name in opened:
                return np.asarray(opened[name][index])
            table, _, column = name.rpartition("/")
            return np.asarray(opened[table].fields(column)[index])

    read = _telling(path, block)
    return Container(
        arrays, groups, read, texts, lambda name: _spelled(read(name, ...)), tuple(elsewhere), tuple(notes)
    )


def _columns(name: str, table: Any) -> dict[str, Stored]:
    """The columns of a table of one axis as arrays: programs list bands so."""
    if table.dtype.names is None or table.ndim != 1 or lies_elsewhere(table):
        return {}
    types = {column: table.dtype[column] for column in table.dtype.names}
    return {
        f"{name}/{column}": Stored(table.shape, kind, ("",), {})
        for column, kind in types.items()
        if kind.kind in "fiu" and not kind.shape
    }


def _spelled(values: np.ndarray[Any, Any]) -> list[str]:
    """Texts as they are stored: bytes of a length, or of any."""
    return [
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in np.asarray(values).ravel().tolist()
    ]


def _classic(path: Path) -> Container:
    """List a NetCDF file of the classic or 64-bit-offset version.

    It is memory-mapped, so that a block reads no more than its own pages.
    """
    from scipy.io import netcdf_file

    def stored(item: Any) -> Stored:
        dtype = np.dtype(item.data.dtype)
        return Stored(tuple(item.shape), dtype, tuple(item.dimensions), _attributes(item._attributes))

    with netcdf_file(path, "r", mmap=True) as file:
        # No reference to an item may outlive the file, or its memory map cannot be closed.
        every = {name: stored(file.variables[name]) for name in file.variables}
        others = {
            name: _attributes(item._attributes)
            for name, item in file.variables.items()
            if every[name].dtype.kind not in "fiu"
        }
        groups = {"": _attributes(file._attributes), **others}
    arrays = {name: array for name, array in every.items() if array.dtype.kind in "fiu"}
    # Texts are letters along one more axis.
    texts = {
        name: array.shape[:-1] for name, array in every.items() if array.dtype.kind == "S" and array.shape
    }

    def block(name: str, index: Any) -> np.ndarray[Any, Any]:
        with netcdf_file(path, "r", mmap=True) as opened:
            return np.array(opened.variables[name].data[index])

    read = _telling(path, block)

    def spell(name: str) -> list[str]:
        values = np.ascontiguousarray(read(name, ...))
        return _spelled(values.view(f"S{values.shape[-1]}")) if values.size else []

    return Container(arrays, groups, read, texts, spell)


def _telling(
    path: Path, read: Callable[[str, Any], np.ndarray[Any, Any]]
) -> Callable[[str, Any], np.ndarray[Any, Any]]:
    """`read`, whose failures name the file."""

    def block(name: str, index: Any) -> np.ndarray[Any, Any]:
        try:
            return read(name, index)
        except MemoryError:
            raise
        except FAILURES as error:
            raise CubeError(
                "{path}, array {name}, cannot be read ({first_line}); copy the file again, or save it "
                "without a special compression.",
                path=path,
                name=name,
                first_line=first_line(error),
            ) from error

    return block


def _attributes(stored: Any) -> dict[str, Any]:
    """Attributes as numbers, vectors of numbers, and text; others, such as references, left out."""
    found: dict[str, Any] = {}
    for key in stored:
        try:
            value = stored[key]
        except (OSError, RuntimeError, TypeError, KeyError, ValueError):
            continue  # a type that the library does not know
        array = np.asarray(value)
        if array.dtype.kind in "SUO" and array.size == 1:
            value = array.ravel()[0]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if array.dtype.kind == "O" and all(isinstance(one, str) for one in array.ravel()):
            value = array.astype(str)
        if isinstance(value, str) or array.dtype.kind in "fiubSU" or np.asarray(value).dtype.kind == "U":
            found[str(key)] = value
    return found


def _text(attributes: dict[str, Any], key: str) -> str:
    value = attributes.get(key, "")
    return value if isinstance(value, str) else ""
