"""What a script may give for a cube, labels and classes: values, files, or plain arrays and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import CubeError, LabelError
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet, read_classes
from s3fn_core.labels.exchange import read_objects
from s3fn_core.labels.reading import Match, read_for_classes
from s3fn_core.languages import tr
from s3fn_core.types import IdArray, ObjectMap

File: TypeAlias = str | PathLike[str]
CubeLike: TypeAlias = Cube | File
"""A cube, or a file of one."""
MapLike: TypeAlias = npt.NDArray[Any] | File
"""A map of whole numbers (lines, samples), 0 = none, or a file of one."""
ClassesLike: TypeAlias = ClassSet | Mapping[str, str] | File
"""Classes, their descriptions by name, or a CLASSES.json."""
ItemT = TypeVar("ItemT")


def cube_of(given: CubeLike) -> Cube:
    """A cube as it is, or opened."""
    if isinstance(given, Cube):
        return given
    if isinstance(given, str | PathLike):
        return open_cube(given)
    raise CubeError(
        "A cube is a Cube or a file, not of type {kind}; make an array one by Cube(array, "
        '"name", wavelengths=...).',
        kind=type(given).__name__,
    )


def classes_of(given: ClassesLike) -> ClassSet:
    """Classes as they are, made of texts, or read."""
    if isinstance(given, ClassSet):
        return given
    if isinstance(given, Mapping):
        return ClassSet.of(given)
    if isinstance(given, str | PathLike):
        return read_classes(given)
    raise LabelError(
        "Classes are of type {kind}; give ClassSet.of(soil='Bare dry soil.', ...) or a CLASSES.json.",
        kind=type(given).__name__,
    )


def ids_of(given: MapLike, cube: Cube, classes: ClassSet, match: Match | None = None) -> IdArray:
    """The class id of each pixel of a cube, from an array or a file."""
    if isinstance(given, str | PathLike):
        return read_for_classes(given, classes, cube.shape[:2], cube.georeference, match=match)[0]
    numbers = _numbers(given, tr("A label map"), cube)
    if numbers.max(initial=0) > MAX_CLASSES:
        raise LabelError(
            "The label map of {name} holds {number}; ids go up to {highest}.",
            name=cube.name,
            number=numbers.max(),
            highest=MAX_CLASSES,
        )
    return numbers.astype(np.uint8)


def objects_of(given: MapLike, cube: Cube) -> ObjectMap:
    """The number of the object at each pixel of a cube, from an array or a file."""
    if isinstance(given, str | PathLike):
        return read_objects(Path(given), shape=cube.shape[:2], place=cube.georeference)
    return _numbers(given, tr("An object map"), cube)


def listed(given: ItemT | Iterable[ItemT], single: bool, what: str, count: int) -> list[ItemT]:
    """One for each cube, of what was given for a `single` cube or in a list of `count`."""
    items: list[Any] = [given] if single else list(_sequence(given, what))
    if len(items) != count:
        raise LabelError(
            "Cubes: {count}, {what}: {given}; give one for each cube, in the same order.",
            count=count,
            what=what,
            given=len(items),
        )
    return items


def _sequence(given: Any, what: str) -> Sequence[Any]:
    if not isinstance(given, list | tuple):
        raise LabelError(
            "For several cubes, give the {what} as a list, not as {kind}.",
            what=what,
            kind=type(given).__name__,
        )
    return given


def _numbers(given: Any, what: str, cube: Cube) -> npt.NDArray[np.int64]:
    values = np.asarray(given)
    if values.shape != cube.shape[:2]:
        raise LabelError(
            "{what} of {name} is {shape}, the cube {lines} x {samples} (lines x samples); they must agree.",
            what=what,
            name=cube.name,
            shape=" x ".join(map(str, values.shape)),
            lines=cube.lines,
            samples=cube.samples,
        )
    whole = values.dtype.kind in "biu" or (values.dtype.kind == "f" and np.all(values % 1 == 0))
    if not whole or values.min(initial=0) < 0:
        raise LabelError(
            "{what} of {name} holds whole numbers from 0 (none) on; convert its values.",
            what=what,
            name=cube.name,
        )
    return values.astype(np.int64)
