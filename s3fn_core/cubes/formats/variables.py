"""Files that hold several arrays: which one is the cube, and what the others say about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.packing import read_packing
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.errors import CubeError

_LINES = {"lines", "nlines", "nline", "rows", "nrow", "nrows", "row", "height", "nr"}
_SAMPLES = {"cols", "ncol", "ncols", "col", "columns", "samples", "nsamples", "width", "nc"}
_LIKE_WAVELENGTHS = ("wavelen", "lambda", "wvl", "bandcent", "centers", "centres", "centerwave", "listcw")
_EXACTLY_WAVELENGTHS = {"wl", "waves", "bands", "band"}
_BESIDE_WAVELENGTHS = ("unit", "fwhm", "width", "good", "flag", "std", "error", "uncert", "index")
_PACKING = ("scale_factor", "add_offset", "_FillValue", "missing_value", "data_ignore_value", "nodata")
_MOST_OTHERS = 6
_RIVAL = 10  # times smaller an array may be and still be meant: label maps are smaller by far


@dataclass(frozen=True)
class Variable:
    """An array that can be opened as a cube.

    Attributes
    ----------
    name : str
        What `open_cube` takes as ``variable``.
    shape : tuple of int
        As the format counts its axes.
    dtype : numpy.dtype
    likely : bool
        Whether it is the one that is taken unasked, or so large that it may be meant as well.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    likely: bool


@dataclass(frozen=True)
class Content:
    """The numeric arrays of a file, by name, and how to load one.

    ``solid_first`` says whether any array of three axes comes before any matrix.  MATLAB files are
    different: there a matrix of spectra beats a small stack of maps that happens to have three
    axes.
    """

    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, np.dtype[Any]]
    load: Callable[[str], np.ndarray[Any, Any]]
    solid_first: bool = False

    def variables(self) -> tuple[Variable, ...]:
        """The arrays that can be a cube, the one that is taken unasked first."""
        names = _candidates(self)
        rival = prod(self.shapes[names[0]]) / _RIVAL if names else 0
        return tuple(
            Variable(name, self.shapes[name], self.dtypes[name], prod(self.shapes[name]) >= rival)
            for name in names
        )


def choose(content: Content, where: str, variable: str | None) -> str:
    """The array to open: the one asked for, else the largest that can be a cube.

    Parameters
    ----------
    content : Content
    where : str
        The file, for messages.
    variable : str or None
        The user's choice.

    Raises
    ------
    CubeError
        When there is no such array, or none that can be a cube.
    """
    listing = _listing(content, content.shapes) or "no arrays"
    if variable is not None:
        if variable in content.shapes:
            return variable
        ends = [name for name in content.shapes if name.endswith(f"/{variable}")]
        if len(ends) == 1:
            return ends[0]
        raise CubeError(f'{where} holds no array "{variable}"; it holds {listing}.')
    candidates = _candidates(content)
    if not candidates:
        raise CubeError(
            f"{where} holds no array that can be a cube (it holds {listing}); "
            "save one as lines x samples x bands."
        )
    return candidates[0]


def choice_note(content: Content, name: str, asked: bool) -> tuple[str, ...]:
    """What was taken, and what could be taken instead."""
    if len(content.shapes) < 2:
        return ()
    if asked:
        return (f'Array "{name}" was taken, as asked for.',)
    others = [other for other in _candidates(content) if other != name]
    if not others:
        return (f'Array "{name}" was taken.',)
    instead = _listing(content, others[:_MOST_OTHERS])
    more = ", ..." if len(others) > _MOST_OTHERS else ""
    return (f'Array "{name}" was taken, the largest. Others to choose: {instead}{more}.',)


def _candidates(content: Content) -> list[str]:
    """Names of the arrays that can be a cube, best first."""
    axes = {name: sum(n > 1 for n in shape) for name, shape in content.shapes.items()}
    able = [
        name
        for name, shape in content.shapes.items()
        if 0 not in shape and (axes[name] == 3 or (len(shape) == 2 and axes[name] == 2))
    ]
    solid = {name: content.solid_first and axes[name] == 3 for name in able}
    return sorted(able, key=lambda n: (solid[n], prod(content.shapes[n])), reverse=True)


def _listing(content: Content, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {'x'.join(map(str, content.shapes[name]))}" for name in names)


def stated_size(content: Content, name: str) -> tuple[int, int] | None:
    """(lines, samples) of a matrix of pixels, as scalars of the file state them."""
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


def wavelengths_beside(
    content: Content, name: str, order: Callable[[str], tuple[int, ...]] = lambda _: ()
) -> tuple[np.ndarray[Any, Any] | None, str]:
    """A vector that is called like wavelengths and is as long as an axis of the array `name`.

    `order` ranks vectors that are called so, smallest first.
    """
    shape = content.shapes[name]
    for other in sorted(content.shapes, key=order):
        vector = content.shapes[other]
        called = called_wavelengths(other.rsplit("/", 1)[-1])
        if called and prod(vector) == max(vector, default=0) and prod(vector) in shape:
            values = np.asarray(content.load(other)).ravel()
            if not running_numbers(values):
                return values, other
    return None, ""


def packing_beside(content: Content, name: str) -> dict[str, Any]:
    """Single numbers and vectors beside the array `name` that say how its values are packed."""
    folder = name.rpartition("/")[0]
    names = {key: f"{folder}/{key}".strip("/") for key in _PACKING}
    return {
        key: content.load(path)
        for key, path in names.items()
        if path in content.shapes and prod(content.shapes[path]) == max(content.shapes[path], default=1)
    }


def with_what_lies_beside(
    cube: Cube, content: Content, name: str, wavelengths: tuple[np.ndarray[Any, Any] | None, str]
) -> tuple[Cube, tuple[str, ...]]:
    """The cube of the array `name` with what other arrays say of it, and what to tell.

    Parameters
    ----------
    cube : Cube
    content : Content
    name : str
    wavelengths : (array or None, str)
        As `wavelengths_beside` found them.
    """
    packing, told = read_packing(packing_beside(content, name), content.dtypes[name], cube.bands)
    cube = packing.applied(cube)
    values, source = wavelengths
    if values is None or len(values) != cube.bands:
        return cube, told
    centres, remarks = band_centres(values, None, cube.bands)
    return cube.with_(wavelengths=centres), (f'Wavelengths come from "{source}".', *remarks, *told)


def called_wavelengths(name: str) -> bool:
    """Whether a variable or an attribute of this name is expected to hold band centres."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    if any(part in plain for part in _BESIDE_WAVELENGTHS):
        return False
    return plain in _EXACTLY_WAVELENGTHS or any(part in plain for part in _LIKE_WAVELENGTHS)


def running_numbers(values: np.ndarray[Any, Any]) -> bool:
    """Whether a vector merely counts the bands, from 0 or 1."""
    return bool(
        values.size > 1
        and values.dtype.kind in "fiu"
        and values[0] in (0, 1)
        and np.all(np.diff(values.astype(np.float64)) == 1)
    )
