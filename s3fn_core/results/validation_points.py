"""Points by which a map is validated: where they lie, and what a person saw there.

As a table (CSV) they have the columns line, sample (both from 0), stratum, stratum_pixels and
reference: a class id or name, "skipped", or nothing where nobody has looked yet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.files import read_file, read_record, reason, whole_file
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet
from s3fn_core.languages import tr
from s3fn_core.results.sampling import ValidationSample
from s3fn_core.types import IdArray

Whole = npt.NDArray[np.intp]
Shape = tuple[int, int]
UNSEEN, SKIPPED = 0, -1
"""In the place of a class id: nobody has looked yet, and who looked could not tell."""
SKIPPED_NAME = "skipped"
COLUMNS = ("line", "sample", "stratum", "stratum_pixels", "reference")
NAMES = ("stratum_name", "reference_name")


@dataclass(frozen=True, eq=False)
class ValidationPoints:
    """Points of a stratified sample with the reference class of those that were looked at.

    Attributes
    ----------
    points : array of int, shape (n, 2)
        Line and sample, in the order in which they are looked at.
    strata : array of int, shape (n,)
        The class that the map gave each when the sample was drawn.
    stratum_pixels : dict of int to int
        Pixels of every class of that map.
    reference : array of int, shape (n,)
        Class id, ``UNSEEN`` or ``SKIPPED``.
    """

    points: Whole
    strata: Whole
    stratum_pixels: dict[int, int]
    reference: Whole

    @classmethod
    def of(cls, sample: ValidationSample) -> ValidationPoints:
        """A sample at which nobody has looked yet."""
        return cls(
            np.asarray(sample.points, np.intp),
            np.asarray(sample.strata, np.intp),
            dict(sample.stratum_pixels),
            np.full(len(sample.strata), UNSEEN, np.intp),
        )

    def __len__(self) -> int:
        return len(self.strata)

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Which points have a reference class."""
        return self.reference > 0

    @property
    def skipped(self) -> int:
        """Number of points at which somebody looked in vain."""
        return int(np.count_nonzero(self.reference == SKIPPED))

    def answered(self, place: int, answer: int) -> ValidationPoints:
        """With a class id, or ``SKIPPED``, for one point."""
        reference = self.reference.copy()
        reference[place] = answer
        return replace(self, reference=reference)

    def next_open(self, place: int = -1) -> int | None:
        """The first point after `place` (then from the start) that nobody has looked at."""
        found = np.flatnonzero(self.reference == UNSEEN)
        after = found[found > place]
        return int(after[0]) if after.size else int(found[0]) if found.size else None

    def unskipped(self) -> ValidationPoints:
        """Points that were skipped are to be looked at again."""
        return replace(self, reference=np.where(self.reference == SKIPPED, UNSEEN, self.reference))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a project."""
        return {
            "points": self.points.tolist(),
            "strata": self.strata.tolist(),
            "stratum_pixels": {str(i): n for i, n in self.stratum_pixels.items()},
            "reference": self.reference.tolist(),
        }


@dataclass(frozen=True)
class _Record:
    """What :meth:`ValidationPoints.to_json` gives."""

    points: list[tuple[int, int]]
    strata: list[int]
    stratum_pixels: dict[str, int]
    reference: list[int]


@checked(LabelError)
def points_from_json(record: dict[str, Any], shape: Shape) -> ValidationPoints:
    """Read what :meth:`ValidationPoints.to_json` gave, for a cube of `shape` (lines, samples).

    Raises
    ------
    LabelError
        When it is something else, or a point lies outside of the cube.
    """
    try:
        read = read_record(_Record, record)
        sizes = {int(i): n for i, n in read.stratum_pixels.items()}
    except ValueError as error:
        raise LabelError(
            "The validation points are damaged: {error}. Draw them again.", error=error
        ) from error
    points = np.array(read.points, np.intp).reshape(-1, 2)
    found = ValidationPoints(points, np.array(read.strata, np.intp), sizes, np.array(read.reference, np.intp))
    _check(found, shape, tr("The validation points"))
    return found


def _check(found: ValidationPoints, shape: Shape, what: str) -> None:
    number = len(found.points)
    if not number or not (len(found.strata) == len(found.reference) == number):
        raise LabelError("{what}: each point needs a stratum and a place for its reference class.", what=what)
    outside = ((found.points < 0) | (found.points >= np.array(shape))).any(axis=1)
    if outside.any():
        line, sample = (int(i) for i in found.points[outside][0])
        raise LabelError(
            "{what}: the point line {line}, sample {sample} lies outside the cube, which has "
            "{lines} lines and {samples} samples.",
            what=what,
            line=line,
            sample=sample,
            lines=shape[0],
            samples=shape[1],
        )
    if found.reference.min() < SKIPPED or found.reference.max() > MAX_CLASSES:
        raise LabelError(
            "{what}: a reference class is not a class id from 1 to {highest}.", what=what, highest=MAX_CLASSES
        )
    strata = {int(i) for i in found.strata}
    if min(strata) < 1 or not strata <= found.stratum_pixels.keys():
        raise LabelError(
            "{what}: a stratum is not a class id, or its number of pixels is missing.", what=what
        )


@checked(LabelError)
def write_points(found: ValidationPoints, path: str | PathLike[str], names: Mapping[int, str]) -> Path:
    """Write points as a table, with the names of the classes for whoever reads it elsewhere.

    Raises
    ------
    LabelError
        When the file cannot be written.
    """
    path = Path(path)
    rows: list[tuple[Any, ...]] = [(*COLUMNS, *NAMES)]
    for (line, sample), stratum, answer in zip(
        found.points.tolist(), found.strata.tolist(), found.reference.tolist(), strict=True
    ):
        given = {UNSEEN: "", SKIPPED: SKIPPED_NAME}.get(answer, str(answer))
        size = found.stratum_pixels[stratum]
        rows.append((line, sample, stratum, size, given, names.get(stratum, ""), names.get(answer, "")))
    write_rows(rows, path)
    return path


def write_rows(rows: list[tuple[Any, ...]], path: Path) -> None:
    """Write a table, as a whole or not at all; raises LabelError."""
    try:
        with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise LabelError("{path} cannot be written: {error}.", path=path, error=reason(error)) from error


@checked(LabelError)
def read_points(path: str | PathLike[str], classes: ClassSet, shape: Shape) -> ValidationPoints:
    """Read points that :func:`write_points` wrote, for a cube of `shape` (lines, samples).

    Raises
    ------
    LabelError
        When the file is not such a table, names a class that there is not, or does not fit the cube.
    """
    rows = _Rows(Path(path), COLUMNS, classes)
    points, strata, sizes, reference = [], [], dict[int, int](), []
    for row in rows:
        points.append(rows.position(row))
        stratum, size = rows.number(row, "stratum"), rows.number(row, "stratum_pixels")
        if sizes.setdefault(stratum, size) != size:
            raise rows.error(
                "{path} gives stratum {stratum} two sizes, {one} and {other} pixels.",
                stratum=stratum,
                one=sizes[stratum],
                other=size,
            )
        strata.append(stratum)
        reference.append(rows.reference(row))
    found = ValidationPoints(
        np.array(points, np.intp).reshape(-1, 2),
        np.array(strata, np.intp),
        sizes,
        np.array(reference, np.intp),
    )
    _check(found, shape, str(path))
    return found


@checked(LabelError)
def read_reference_points(path: str | PathLike[str], classes: ClassSet, shape: Shape) -> IdArray:
    """Read points of a known class (columns line, sample, reference) as a label map.

    Raises
    ------
    LabelError
        When the file is not such a table, is one of a stratified sample, or does not fit the cube.
    """
    rows = _Rows(Path(path), ("line", "sample", "reference"), classes)
    if "stratum" in rows.columns:
        raise rows.error(
            "{path} holds a stratified sample, whose points do not count alike; use Open points."
        )
    ids = np.zeros(shape, np.uint8)
    for row in rows:
        line, sample = rows.position(row)
        if not (line < shape[0] and sample < shape[1]):
            raise rows.error(
                "{path} has the point line {line}, sample {sample}, which lies outside the cube.",
                line=line,
                sample=sample,
            )
        ids[line, sample] = max(rows.reference(row), 0)
    return ids


class _Rows:
    """The rows of a table with a heading, as mappings; commas or semicolons between the cells."""

    def __init__(self, path: Path, wanted: tuple[str, ...], classes: ClassSet) -> None:
        self._path, self._classes = path, classes
        self._ids = {c.name.strip().casefold(): c.id for c in classes}
        try:
            text = read_file(path).decode("utf-8-sig")
        except OSError as error:
            raise LabelError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
        except UnicodeDecodeError as error:
            raise LabelError("{path} is not text; choose a table (CSV) of points.", path=path) from error
        between = ";" if ";" in text.partition("\n")[0] else ","
        try:
            heading, *self._lines = csv.reader(io.StringIO(text), delimiter=between)
        except (ValueError, csv.Error) as error:
            raise LabelError("{path} is not a table of points: it is empty or damaged.", path=path) from error
        self.columns = [name.strip().casefold() for name in heading]
        if missing := [name for name in wanted if name not in self.columns]:
            raise self.error(
                "{path} has no column {missing}; points have the columns {wanted}.",
                missing=missing[0],
                wanted=", ".join(wanted),
            )
        self._line = 1

    def __iter__(self) -> Iterator[dict[str, str]]:
        for number, cells in enumerate(self._lines, 2):
            self._line = number
            if any(cell.strip() for cell in cells):
                yield dict(zip(self.columns, (cell.strip() for cell in cells), strict=False))

    def error(self, text: str, /, **values: object) -> LabelError:
        """An error that names the file."""
        return LabelError(text, path=self._path, **values)

    def number(self, row: dict[str, str], column: str) -> int:
        text = row.get(column, "")
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise self.error(
                "{path} has {text!r} as {column} in row {line}, which is not a whole number.",
                text=text,
                column=column,
                line=self._line,
            )
        return int(text)

    def position(self, row: dict[str, str]) -> tuple[int, int]:
        return self.number(row, "line"), self.number(row, "sample")

    def reference(self, row: dict[str, str]) -> int:
        """A class id, or what stands for none."""
        text = row.get("reference", "").casefold()
        if text in ("", SKIPPED_NAME):
            return SKIPPED if text else UNSEEN
        by_number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        class_id = self._ids.get(text, by_number)
        if class_id not in self._classes:
            known = ", ".join(f"{c.id} {c.name}" for c in self._classes) or tr("none yet")
            raise self.error(
                "{path} has the reference class {text!r} in row {line}, which is not a class; "
                "the classes are {known}.",
                text=text,
                line=self._line,
                known=known,
            )
        return class_id
