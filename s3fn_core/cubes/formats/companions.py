"""What other arrays of a file say about the one that is the cube: wavelengths, scale, its plane."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.axis_names import plain
from s3fn_core.cubes.formats.band_texts import centres_of_list, centres_of_names, centres_of_texts
from s3fn_core.cubes.formats.packing import is_packing, read_packing
from s3fn_core.cubes.formats.variables import PICTURE, Content
from s3fn_core.cubes.formats.wavelengths import band_centres, called_wavelengths, running_numbers, unit_in
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Wavelengths

_GOOD_BANDS = {"goodwavelengths", "goodbands", "goodbandslist", "goodbandlist", "bbl"}
_NAMES = {"bandnames", "channelnames", "bandname", "bandlabels", "names"}
_MOST = 10_000_000  # wavelengths of single pixels that are read for their mean


@dataclass(frozen=True, eq=False)
class Listed:
    """Wavelengths that a file lists somewhere, before it is known which axis they count.

    Attributes
    ----------
    values : array of float64, shape (n,)
    source : str
        Where they stand.
    unit : str or None
    notes : tuple of str
    """

    values: npt.NDArray[np.float64]
    source: str
    unit: str | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def centres(self, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
        """Band centres in nm, or None, and what to tell of them."""
        if len(self) != bands:
            return None, (
                tr(
                    '"{source}" has {count} wavelengths for {bands} bands: left out.',
                    source=self.source,
                    count=len(self),
                    bands=bands,
                ),
            )
        found, told = band_centres(self.values, self.unit, bands)
        return found, (tr('Wavelengths come from "{source}".', source=self.source), *self.notes, *told)


def wavelengths_beside(
    content: Content,
    name: str,
    order: Callable[[str], tuple[Any, ...]] = lambda _: (),
    called: Callable[[str], bool] = lambda _: False,
) -> Listed | None:
    """An array that is called like wavelengths and has as many values as an axis of `name`.

    It holds numbers or their texts; where every sample (or line) has wavelengths of its own, their
    mean is taken.  Failing that, names of bands that state a wavelength count.

    Parameters
    ----------
    content : Content
    name : str
    order : callable, optional
        Ranks the arrays that are called so, smallest first.
    called : callable, optional
        Whether an array is called so by more than its name.
    """
    shape = content.shapes[name]
    for other in sorted((*content.shapes, *content.texts), key=order):
        if other != name and (called_wavelengths(_own(other)) or called(other)):
            found = _spelled(content, other, shape) if other in content.texts else None
            found = found or (_numbers(content, other, shape) if other in content.shapes else None)
            if found is not None:
                return found
    for other in sorted(content.texts, key=order):
        if called_names(_own(other)):
            found = _spelled(content, other, shape, called=False)
            if found is not None:
                return found
    return None


def called_names(name: str) -> bool:
    """Whether an array or an attribute of this name is expected to hold the names of the bands."""
    return re.sub(r"[^a-z]", "", name.lower()) in _NAMES


def _own(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _numbers(content: Content, other: str, shape: tuple[int, ...]) -> Listed | None:
    sides = [side for side in content.shapes[other] if side != 1]
    unit = unit_in(_own(other))
    if len(sides) == 1 and sides[0] in shape:
        values = np.asarray(content.load(other), np.float64).ravel()
        return None if running_numbers(values) else Listed(values, other, unit)
    if len(sides) == 2 and min(sides) <= PICTURE and max(sides) in shape:
        return _column(np.asarray(content.load(other), np.float64).reshape(sides), other, unit)
    if len(sides) != 2 or prod(sides) > _MOST or len(shape) < 3 or not set(sides) <= set(shape):
        return None
    values = np.ma.masked_invalid(np.asarray(content.load(other), np.float64).reshape(sides))
    # From sample to sample the wavelengths hardly differ: the other axis is that of the bands.
    mean = max((values.mean(axis=axis) for axis in (0, 1)), key=lambda mean: float(np.ma.ptp(mean)))
    note = tr(
        "They are the means of those of {count} single samples or lines.", count=values.size // mean.size
    )
    return Listed(mean.filled(0), other, unit, (note,))


def _column(table: npt.NDArray[np.float64], other: str, unit: str | None) -> Listed | None:
    """The wavelengths of a table that has their widths beside them, or the numbers of the bands."""
    columns = table.T if table.shape[0] > table.shape[1] else table
    usual = [column for column in columns if not running_numbers(column) and np.ptp(column) > 0]
    return Listed(usual[0], other, unit, (tr("They are a column of a table."),)) if usual else None


def _spelled(content: Content, other: str, shape: tuple[int, ...], called: bool = True) -> Listed | None:
    count = prod(content.texts[other])
    if count == 1:
        return listed_in_text(content.spell(other)[0], other, shape, called=called)
    if count not in shape:
        return None
    centres, _ = centres_of_texts(content.spell(other), other, called=called)
    return None if centres is None else Listed(centres, other, "nm")


def listed_in_text(
    text: str, source: str, shape: tuple[int, ...], unit: str | None = None, *, called: bool = True
) -> Listed | None:
    """The wavelengths that one text lists, as many as a side of the array has."""
    for count in dict.fromkeys(side for side in reversed(shape) if side > 1):
        if called:
            centres, _ = centres_of_list(text, unit or unit_in(_own(source)), count)
        else:
            centres, _ = centres_of_names(text, count, source)
        if centres is not None:
            return Listed(centres, source, "nm")
    return None


def packing_beside(content: Content, name: str) -> dict[str, Any]:
    """Single numbers and vectors beside the array `name` that say how its values are packed."""
    folder = name.rpartition("/")[0]
    beside = [path for path in content.shapes if path != name and path.rpartition("/")[0] == folder]
    return {
        _own(path): content.load(path)
        for path in beside
        if is_packing(_own(path)) and prod(content.shapes[path]) == max(content.shapes[path], default=1)
    }


def with_what_lies_beside(
    cube: Cube, content: Content, name: str, listed: Listed | None
) -> tuple[Cube, tuple[str, ...]]:
    """The cube of the array `name` with what other arrays say of it, and what to tell."""
    packing, told = read_packing(packing_beside(content, name), content.dtypes[name], cube.bands)
    good = good_bands_beside(content, cube.bands)
    cube = packing.applied(cube if good is None else cube.with_(good_bands=good))
    if listed is None:
        return cube, told
    centres, remarks = listed.centres(cube.bands)
    return cube.with_(wavelengths=centres), (*remarks, *told)


def called_good_bands(name: str) -> bool:
    """Whether an array or an attribute of this name says of each band if it is good."""
    return plain(name) in _GOOD_BANDS


def good_bands_beside(content: Content, bands: int) -> BoolArray | None:
    """The bands that an array such as EMIT's ``good_wavelengths`` marks with 1."""
    for other, sides in content.shapes.items():
        if called_good_bands(_own(other)) and prod(sides) == bands:
            good = marked_good(content.load(other), bands)
            if good is not None:
                return good
    return None


def marked_good(flags: Any, bands: int) -> BoolArray | None:
    """Flags of a list of bad bands, in which 0 means bad; None where they are of no use."""
    try:
        good: BoolArray = np.asarray(flags, np.float64).ravel() != 0
    except (TypeError, ValueError):
        return None
    return good if good.size == bands and good.any() else None


def plane_beside(content: Content, name: str) -> tuple[int, int] | None:
    """The axes of the array `name` that a map of whole numbers beside it has, such as labels."""
    shape = content.shapes[name]
    if len(shape) != 3:
        return None
    found = set()
    for other, sides in content.shapes.items():
        sides = tuple(side for side in sides if side != 1)
        if other != name and len(sides) == 2 and content.dtypes[other].kind in "iub":
            found |= {
                pair for pair in combinations(range(3), 2) if sides == tuple(shape[axis] for axis in pair)
            }
    return found.pop() if len(found) == 1 else None
