"""What a reader of label maps is asked for, what it gives, and the checks that all share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet, LabelClass
from s3fn_core.labels.material_colours import PALETTE
from s3fn_core.labels.rasters import Array, Legend, Place
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

Shape = tuple[int, int]
UNLABELLED_NAME = "unclassified"
LABEL_MAP, OBJECT_MAP = tr("a label map"), tr("an object map")
LARGEST_EXPANSION = 1100
"""Bytes of an array for a byte of its file: deflate reaches 1032."""
_BLOCK = 256  # lines counted at once
_ONLY_ID = re.compile(r"(?:class\s*)?#?\s*(\d+)", re.IGNORECASE)
ALWAYS_READ = 1 << 25
"""Bytes up to which a map may be as much larger than its file as it likes."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a reader.

    Attributes
    ----------
    path : Path
    shape : (lines, samples) or None
        Of the cube that the map belongs to, where there is one.
    place : Place or None
        Where that cube lies.
    what : str
        LABEL_MAP or OBJECT_MAP, as errors name it.
    attribute : str or None
        Of drawn regions, what names their class.
    """

    path: Path
    shape: Shape | None = None
    place: Place | None = None
    what: str = LABEL_MAP
    attribute: str | None = None

    def error(self, text: str, /, **values: object) -> LabelError:
        """An error that names the file."""
        return LabelError(text, path=self.path, **values)

    def check_size(self, stated: Sequence[int], itemsize: int) -> None:
        """Refuse what cannot be this map by the size it states, before any of it is read.

        Raises
        ------
        LabelError
            Not two axes (besides one of length 1 at either end), another shape than the cube's,
            or far more pixels than the file can hold.
        """
        shape = tuple(map(int, stated))
        if len(shape) == 3 and 1 in (shape[0], shape[2]):
            shape = shape[:2] if shape[2] == 1 else shape[1:]
        if len(shape) != 2:
            raise self.error(
                "{path} has the shape {stated}; {what} has two axes (lines, samples).",
                stated=tuple(stated),
                what=self.what,
            )
        if self.shape is not None:
            self.check_shape((shape[0], shape[1]), self.shape)
            return
        promised = shape[0] * shape[1] * itemsize
        if promised > max(ALWAYS_READ, LARGEST_EXPANSION * self.path.stat().st_size):
            raise self.error(
                "{path} states {lines} x {samples} pixels, more than a file of its size can hold; it is "
                "damaged. Copy or save it again.",
                lines=shape[0],
                samples=shape[1],
            )

    def check_shape(self, found: Shape, expected: Shape) -> None:
        """Raise LabelError where the map has another shape than its cube."""
        if found == tuple(expected):
            return
        told = tr(
            "{path} is {found} but the cube {expected} (lines x samples); {what} must have the shape of "
            "its cube.",
            path=self.path,
            found=" x ".join(map(str, found)),
            expected=" x ".join(map(str, expected)),
            what=self.what,
        )
        if found == tuple(expected)[::-1]:
            told += " " + tr("It seems to be transposed.")
        raise LabelError(told)

    def cube_shape(self) -> Shape:
        """The cube's shape, which a file of outlines does not know.

        Raises
        ------
        LabelError
            When no cube was named.
        """
        if self.shape is None:
            raise self.error(
                "{path} holds regions, which become a label map only on a cube; open the cube first."
            )
        return self.shape


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds, as it stands there.

    Attributes
    ----------
    values : array, shape (lines, samples)
    names, colors : mappings from id
        Colours are like ``"#b5651d"``.
    notes : tuple of str
        What was guessed or left out, for the user.
    moved : bool
        Whether the file has a grid of its own, from which the map was taken.
    """

    values: Array
    names: Mapping[int, str] = field(default_factory=dict)
    colors: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    moved: bool = False


class Format(Protocol):
    """What every module of a format offers."""

    NAME: str
    SUFFIXES: tuple[str, ...]

    def read(self, wanted: Wanted) -> Stored: ...
    def write(self, ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None: ...


@dataclass(frozen=True)
class FileClass:
    """A class of a file, which need not be one of the project.

    Attributes
    ----------
    id : int
        From 1 on, of any size.
    name, color : str or None
        None where the file does not say.
    pixels : int
    """

    id: int
    name: str | None = None
    color: str | None = None
    pixels: int = 0


@dataclass(frozen=True, eq=False)
class LabelFile:
    """A label map as a file has it, with the file's own ids.

    Attributes
    ----------
    path : Path
    ids : array of unsigned integers, shape (lines, samples)
        0 = unlabelled; the smallest type that holds them.
    classes : tuple of FileClass
        All ids in use or named, in ascending order.
    notes : tuple of str
    moved : bool
        Whether the file has a grid of its own, from which the map was taken.
    """

    path: Path
    ids: npt.NDArray[np.unsignedinteger[Any]]
    classes: tuple[FileClass, ...]
    notes: tuple[str, ...] = ()
    moved: bool = False

    @property
    def named(self) -> bool:
        """Whether the file says what its ids mean."""
        return any(not says_nothing(c.id, c.name) for c in self.classes)


def classes_of(ids: Array, stored: Stored) -> tuple[FileClass, ...]:
    """The ids that are used, and those that have a name which says something."""
    used = _counts(ids)
    names = {i: name.strip() for i, name in stored.names.items()}
    meant = {i for i, name in names.items() if not says_nothing(i, name)}
    return tuple(
        FileClass(i, names.get(i) or None, stored.colors.get(i), used.get(i, 0))
        for i in sorted({*used, *meant})
        if i > UNLABELLED
    )


def _counts(ids: Array) -> dict[int, int]:
    if ids.dtype.itemsize <= 2:
        counts = np.zeros(int(ids.max(initial=0)) + 1, np.int64)
        for line in range(0, len(ids), _BLOCK):  # bincount makes eight bytes of every pixel
            counts += np.bincount(ids[line : line + _BLOCK].ravel(), minlength=len(counts))
        return {int(i): int(counts[i]) for i in np.flatnonzero(counts)}
    values, numbers = np.unique(ids, return_counts=True)
    return dict(zip(values.tolist(), numbers.tolist(), strict=True))


def says_nothing(i: int, name: str | None) -> bool:
    """Whether a name is none: missing, or only the id again, as "class 7" is for 7."""
    found = _ONLY_ID.fullmatch(name or "")
    return not name or (found is not None and found[1] == str(i))


def class_set(found: Iterable[FileClass]) -> ClassSet:
    """Classes with the file's ids, names and colours; "class 3" and the palette where it has none.

    Raises
    ------
    LabelError
        When an id is above 255.
    """
    taken: set[str] = set()
    classes = []
    for c in found:
        name = c.name or f"class {c.id}"
        if name in taken:  # a class set has no two of one name
            name = f"{name} ({c.id})"
        taken.add(name)
        classes.append(LabelClass(c.id, name, c.color or PALETTE[(c.id - 1) % len(PALETTE)]))
    return ClassSet(tuple(classes))


def whole_numbers(stored: Array, wanted: Wanted) -> Array:
    """The map with two axes, once it is known to hold whole numbers from 0 on.

    Raises
    ------
    LabelError
        Naming the first pixel that holds anything else.
    """
    path, what = wanted.path, wanted.what
    wanted.check_size(stored.shape, 0)
    if stored.ndim == 3:
        stored = stored[:, :, 0] if stored.shape[2] == 1 else stored[0]
    if stored.dtype.kind not in "buif":
        raise LabelError(
            "{path} holds {dtype} values; {what} holds whole numbers.",
            path=path,
            dtype=stored.dtype,
            what=what,
        )
    if stored.dtype.kind in "if":
        wrong = stored < 0
        if stored.dtype.kind == "f":  # NaN differs from itself, so it is found too
            wrong |= stored != np.round(stored)
        if wrong.any():
            line, sample = np.argwhere(wrong)[0]
            raise LabelError(
                "{path} holds {stored} at line {line}, sample {sample}; {what} holds whole numbers from "
                "0 (none) on.",
                path=path,
                stored=stored[line, sample],
                line=line,
                sample=sample,
                what=what,
            )
    if (high := stored.max(initial=0)) >= np.iinfo(np.int64).max:
        if what == OBJECT_MAP:
            raise LabelError(
                "{path} holds the number {high:g}, which is too large for an object.", path=path, high=high
            )
        raise LabelError(
            "{path} holds the number {high:g}, which is too large for a class.", path=path, high=high
        )
    return stored.astype(np.min_scalar_type(int(high)), copy=False)


def check_ids(high: int, path: Path) -> None:
    """Raise LabelError for ids that no class can have."""
    if high > MAX_CLASSES:
        raise LabelError(
            "{path} holds the id {high:g}; class ids run from 0 (unlabelled) to {highest}. "
            "Renumber the classes.",
            path=path,
            high=high,
            highest=MAX_CLASSES,
        )


def class_legend(classes: ClassSet, ids: IdArray) -> Legend:
    """Name and colour of every value from 0 to the highest id in use; 0 is "unclassified"."""
    legend = [(UNLABELLED_NAME, (0, 0, 0))]
    for i in range(1, max((int(ids.max(initial=0)), *classes.ids)) + 1):
        legend.append((classes[i].name, classes[i].rgb) if i in classes else _unused(i))
    return legend


def _unused(i: int) -> tuple[str, tuple[int, int, int]]:
    return f"class {i}", (128, 128, 128)


def hex_color(color: Any) -> str | None:
    """A colour as ``"#b5651d"`` from what files write: "#B5651D", "181,101,29", [181, 101, 29]."""
    if isinstance(color, str) and re.fullmatch(r"\s*#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?\s*", color):
        return color.strip()[:7].lower()
    parts = re.findall(r"[-+.\w]+", color) if isinstance(color, str) else color
    try:
        values = [float(part) for part in parts][:4]
    except (TypeError, ValueError):
        return None
    if len(values) < 3 or any(not 0 <= value <= 255 for value in values):
        return None
    return f"#{bytes(round(value) for value in values[:3]).hex()}"
