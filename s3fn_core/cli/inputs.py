"""What several commands do before their work: open cubes and labels, make folders."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from s3fn_core.cli.arguments import Match
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError, LabelError
from s3fn_core.files import read_file, reason
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import read_label_file
from s3fn_core.labels.reading import read_for_classes
from s3fn_core.types import IdArray, ObjectMap

MANY = 6
"""Cubes from which on they are not named one by one."""


def given_pairs(
    cubes: Sequence[Path] | None, labels: Sequence[Path] | None, table: Path | None
) -> tuple[list[Path], list[Path]]:
    """The cubes and label maps of a command: its arguments, or the rows of a table."""
    if table is not None:
        if cubes or labels:
            raise LabelError("--pairs takes the place of CUBE and --labels; give the one or the others.")
        return read_pairs(table)
    if not cubes or not labels:
        raise LabelError(
            "There is nothing labelled; give CUBE... and --labels LABELS..., or --pairs FILE.csv."
        )
    return list(cubes), list(labels)


def read_pairs(path: Path) -> tuple[list[Path], list[Path]]:
    """Cubes and label maps out of a table with the columns "cube" and "labels".

    Raises
    ------
    LabelError
        When it cannot be read, has other columns or no rows, or a row lacks one of the two.
    """
    try:
        text = read_file(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is not text"
        raise LabelError(f"{path} cannot be read: {why}.") from error
    rows = csv.DictReader(text.splitlines(), skipinitialspace=True, strict=True)
    try:
        columns = tuple(rows.fieldnames or ())
        if sorted(columns) != ["cube", "labels"]:
            raise LabelError(
                f'{path}: its first line names the columns "cube,labels", not "{",".join(columns)}".'
            )
        found = list(rows)
    except csv.Error as error:
        raise LabelError(f"{path} cannot be read as a table: line {rows.line_num}: {error}.") from error
    for number, row in enumerate(found, 2):
        if None in row or not all(row.values()):
            raise LabelError(f"{path}: row {number} names a cube and its label map, nothing else.")
    if not found:
        raise LabelError(f"{path} has no rows; write one for each cube.")
    folder = path.parent
    return [folder / row["cube"] for row in found], [folder / row["labels"] for row in found]


def open_labelled(
    cubes: Sequence[Path],
    labels: Sequence[Path],
    classes: ClassSet,
    attribute: str | None = None,
    match: Match | None = None,
) -> tuple[list[tuple[Cube, IdArray]], list[str]]:
    """Open cubes and the label map of each; and notes on what was guessed in the labels.

    Maps mean `classes` by the ids that they hold, unless `match` says otherwise.  Files of regions
    mean them by their names, for many have no ids.

    Raises
    ------
    LabelError
        When a file is missing, fits no cube, names a class that there is not, or names its classes
        otherwise than `classes` and `match` does not say what counts.
    """
    if len(cubes) != len(labels):
        raise LabelError(
            f"Cubes: {len(cubes)}, label maps: {len(labels)}; give one label map per cube, in the same order."
        )
    pairs, notes = [], list[str]()
    for cube_path, label_path in zip(cubes, labels, strict=True):
        cube = open_cube(cube_path)
        ids, guessed = read_for_classes(
            label_path, classes, cube.shape[:2], cube.georeference, attribute=attribute, match=match
        )
        notes += guessed
        pairs.append((cube, ids))
    return pairs, notes


def read_maps(
    paths: Sequence[Path] | None, cubes: Sequence[Cube], option: str, notes: list[str]
) -> list[ObjectMap] | list[None]:
    """The maps of numbers that an option names, one per cube; None for each without the option.

    What was assumed of them is added to `notes`.
    """
    if not paths:
        return [None] * len(cubes)
    if len(paths) != len(cubes):
        raise LabelError(
            f"Cubes: {len(cubes)}, maps after {option}: {len(paths)}; give one map per cube, in "
            "the same order, or none."
        )
    maps: list[ObjectMap] = []
    for path, cube in zip(paths, cubes, strict=True):
        try:
            file = read_label_file(path, shape=cube.shape[:2], place=cube.georeference, what="an object map")
        except LabelError as error:
            raise LabelError(f"{option}: {error}") from error
        notes += [f"{path.name}: {note}" for note in file.notes]
        maps.append(file.ids.astype(np.int64))
    return maps


def counted_apart(maps: Sequence[ObjectMap] | Sequence[None]) -> list[ObjectMap] | list[None]:
    """Maps of which each counts its own objects, with numbers that are unique over all."""
    first, apart = 0, list[ObjectMap]()
    for numbers in maps:
        if numbers is None:
            return [None] * len(maps)
        apart.append(np.where(numbers > 0, numbers + first, 0))
        first = int(apart[-1].max(initial=first))
    return apart


def opening_notes(cubes: Iterable[Cube]) -> list[str]:
    """What was repaired or guessed when the cubes were opened; once where it is the same of many."""
    of_note: dict[str, list[str]] = {}
    for cube in cubes:
        for note in cube.notes:
            of_note.setdefault(note, []).append(cube.name)
    few = [f"{name}: {note}" for note, names in of_note.items() if len(names) < MANY for name in names]
    return [*few, *(f"{len(names)} cubes: {n}" for n, names in of_note.items() if len(names) >= MANY)]


def prepare_folder(folder: Path) -> None:
    """Make a folder for results, now rather than fail after minutes of work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be created: {error.strerror}.") from error
    if not os.access(folder, os.W_OK):
        raise ExportError(f"{folder} cannot be written to; choose another folder.")


def prepare_file(path: Path) -> None:
    """Make the folder of a file to be written; raises ExportError where it cannot be one."""
    prepare_folder(path.parent)
    if path.is_dir():
        raise ExportError(f"{path} is a folder; give the name of a file.")
