"""Places on the axes of a cube: what an index means, and which part of the cube it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Wavelengths

Index = slice | int | Sequence[int] | npt.NDArray[Any]
"""Places on one axis: a slice, a number, numbers, or a mask; negative numbers count from the end."""
AXES = ("lines", "samples", "bands")
PartT = TypeVar("PartT")


def places_of(name: str, index: Index, size: int, what: str) -> slice | list[int]:
    """An index of an axis as a slice, or as numbers from 0 on.

    Parameters
    ----------
    name : str
        Of the cube, for messages.
    index : slice, int, sequence of int, or mask
    size : int
        Length of the axis.
    what : {"lines", "samples", "bands"}

    Raises
    ------
    CubeError
        When a place lies outside of the axis or is not a whole number.
    """
    if isinstance(index, slice):
        try:
            index.indices(size)
        except (TypeError, ValueError) as error:
            raise CubeError(
                "{name}: {what} are counted in whole numbers, not {index}.", name=name, what=what, index=index
            ) from error
        return index
    try:
        places = np.atleast_1d(np.asarray(index))
    except ValueError:  # lists of different lengths
        places = np.atleast_1d(np.asarray(index, object))
    if places.dtype == bool and places.shape == (size,):
        places = np.flatnonzero(places)
    whole = places.dtype.kind in "iuf" and places.ndim == 1 and np.all(places % 1 == 0)
    if not whole:
        raise CubeError(
            "{name} has {size} {what}; give their numbers, a slice, or a mask of {size} values, not {given}.",
            name=name,
            size=size,
            what=what,
            given=short(places),
        )
    if places.size and not (-size <= places.min() and places.max() < size):
        raise CubeError(
            "{name} has {what} 0 to {size}; {given} was asked for.",
            name=name,
            what=what,
            size=size - 1,
            given=short(places),
        )
    found: list[int] = np.where(places < 0, places + size, places).astype(int).tolist()
    return found


def span(places: slice | list[int]) -> tuple[slice, list[int] | None]:
    """The block that holds some places of an axis, and which of it they are (None: all)."""
    if isinstance(places, slice):
        return places, None
    first = min(places, default=0)
    return slice(first, max(places, default=-1) + 1), [place - first for place in places]


def run_of(name: str, index: Index, size: int, what: str) -> range:
    """Evenly spaced places of an axis, for a part of a cube that is to stay an image.

    Raises
    ------
    CubeError
        When the places are none, or are not evenly spaced.
    """
    if not isinstance(index, slice) and np.ndim(index) != 0:
        raise CubeError(
            "{name}: a part of a cube has a slice of its {what}, or one number; for the values of "
            "single ones use cube.window(...).",
            name=name,
            what=what,
        )
    places = places_of(name, index, size, what)
    run = range(size)[places] if isinstance(places, slice) else range(places[0], places[0] + 1)
    if not run:
        raise CubeError(
            "{name} has {what} 0 to {size}; {index} are none of them.",
            name=name,
            what=what,
            size=size - 1,
            index=index,
        )
    return run


def as_slice(run: range) -> slice:
    """The slice that takes these places from an axis."""
    return slice(run.start, run.stop if run.stop >= 0 else None, run.step)


class BandCount(int, Generic[PartT]):
    """How many bands a cube has; called, the cube with some of them.

    It is an ordinary whole number wherever one is wanted.
    """

    _select: Callable[[Any, Any, bool], PartT]

    def __new__(cls, count: int, select: Callable[[Any, Any, bool], PartT]) -> Self:
        number = super().__new__(cls, count)
        number._select = select
        return number

    def __call__(
        self,
        which: Index | None = None,
        *,
        nm: tuple[float, float] | Sequence[tuple[float, float]] | None = None,
        good: bool = False,
    ) -> PartT:
        """The cube with some of its bands, still read where it is looked at.

        Parameters
        ----------
        which : slice, numbers or mask, optional
            Bands by number, counted from 0.
        nm : (from, to), or several such pairs, optional
            Wavelengths in nm, both ends included.
        good : bool
            Only bands that carry information.

        Raises
        ------
        CubeError
            When no band is left, or wavelengths are asked for that the cube does not know.
        """
        return self._select(which, nm, good)

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)


def within(name: str, wavelengths: Wavelengths | None, nm: Any) -> BoolArray:
    """Which bands lie in a range of wavelengths or in one of several, shape (bands,)."""
    if wavelengths is None:
        raise CubeError("{name} has no wavelengths; choose its bands by number.", name=name)
    try:
        ranges = np.atleast_2d(np.asarray(nm, np.float64))
    except (TypeError, ValueError):
        ranges = np.zeros((0, 0))
    if ranges.ndim != 2 or ranges.shape[1] != 2 or not np.all(ranges[:, 0] <= ranges[:, 1]):
        raise CubeError(
            "{name}: nm is {nm}; give the first and the last wavelength in nm, such as (400, 900).",
            name=name,
            nm=nm,
        )
    low, high = ranges.T[:, :, None]
    found: BoolArray = ((wavelengths >= low) & (wavelengths <= high)).any(0)
    if not found.any():
        first, last = wavelengths.min(), wavelengths.max()
        raise CubeError(
            "{name} has no band within {nm} nm; its bands cover {first:.0f} to {last:.0f} nm.",
            name=name,
            nm=nm,
            first=first,
            last=last,
        )
    return found


def stored_places(numbers: npt.NDArray[np.integer[Any]]) -> slice | list[int]:
    """Numbers as a slice where they follow each other; libraries read that much faster."""
    if numbers.size and np.all(np.diff(numbers) == 1):
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    found: list[int] = numbers.tolist()
    return found


def short(values: npt.NDArray[Any]) -> str:
    """An array as a few words of a message."""
    text = str(values.tolist())
    return text if len(text) <= 40 else tr("{start} ... ({count} values)", start=text[:30], count=values.size)


def band_flags(given: Any, bands: int, name: str = "The spectra") -> BoolArray:
    """Whether each band is good, shape (bands,), from booleans or from the 0 and 1 of a bbl.

    Raises
    ------
    CubeError
        Also for a list of band numbers, which NumPy would take for an index.
    """
    flags = np.asarray(given)
    if flags.shape != (bands,) or flags.dtype.kind not in "biuf" or not np.isin(flags, (0, 1)).all():
        raise CubeError(
            "{name}: good_bands must say True or False (1 or 0) of each of the {bands} bands, not {given}.",
            name=name,
            bands=bands,
            given=short(flags),
        )
    return flags.astype(bool, copy=False)
