"""What several commands do before their work: open cubes and labels, make folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError, LabelError
from s3fn_core.labels.exchange import read_labels, read_objects
from s3fn_core.types import IdArray, ObjectMap


def open_labelled(cubes: Sequence[Path], labels: Sequence[Path]) -> list[tuple[Cube, IdArray]]:
    """Open cubes and the label map of each."""
    if len(cubes) != len(labels):
        raise LabelError(
            f"Cubes: {len(cubes)}, label maps: {len(labels)}; give one label map per cube, "
            "in the same order."
        )
    pairs = []
    for cube_path, label_path in zip(cubes, labels, strict=True):
        cube = open_cube(cube_path)
        pairs.append((cube, read_labels(label_path, shape=cube.shape[:2])))
    return pairs


def read_maps(
    paths: Sequence[Path] | None, cubes: Sequence[Cube], option: str
) -> list[ObjectMap] | list[None]:
    """The maps of numbers that an option names, one per cube; None for each without the option."""
    if not paths:
        return [None] * len(cubes)
    if len(paths) != len(cubes):
        raise LabelError(
            f"Cubes: {len(cubes)}, maps after {option}: {len(paths)}; give one map per cube, in "
            "the same order, or none."
        )
    try:
        return [
            read_objects(path, shape=cube.shape[:2])
            for path, cube in zip(paths, cubes, strict=True)
        ]
    except LabelError as error:
        raise LabelError(f"{option}: {error}") from error


def opening_notes(cubes: Iterable[Cube]) -> list[str]:
    """What was repaired or guessed when the cubes were opened."""
    return [f"{cube.name}: {note}" for cube in cubes for note in cube.notes]


def prepare_folder(folder: Path) -> None:
    """Make a folder for results, now rather than fail after minutes of work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK):
        raise ExportError(f"{folder} cannot be written to; choose another folder.")
