"""The works of mask and objects: which pixels of cubes are objects, and which of which."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s3fn_core.batch.record import Record
from s3fn_core.batch.task import Made, Outcome, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.masking import find_mask
from s3fn_core.cubes.treating.objects import Numbers
from s3fn_core.errors import CubeError, ExportError
from s3fn_core.files import read_file, reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, scaled
from s3fn_core.results.object_table import tray_of, write_objects_table


@dataclass(frozen=True)
class Masking:
    """NAME_mask.npy, 1 on objects; or NAME_objects.npy with their numbers, and NAME_objects.csv."""

    recipe: Recipe
    command: Literal["mask", "objects"] = "mask"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """None: the recipe is a value."""
        return ()

    @property
    def settings(self) -> Mapping[str, Any]:
        """The recipe."""
        recipe: dict[str, Any] = json.loads(self.recipe.to_json())
        return recipe

    def check(self, shared: str) -> tuple[str, ...]:
        """Nothing to know."""
        return ()

    def files(self, task: Task) -> list[Path]:
        """The map, and of objects their table."""
        endings = (".npy", ".csv") if self.command == "objects" else (".npy",)
        return [task.folder / f"{task.stem}_{self.command}{ending}" for ending in endings]

    def make(self, task: Task) -> Operation[Made]:
        """Find the objects of a cube."""
        cube = open_cube(task.cube).with_(name=task.stem)
        objects = (yield from scaled(find_mask(cube, self.recipe), 0.0, 0.8)).objects
        if self.command == "mask":
            files = write_map((objects > 0).astype(np.uint8), self.files(task)[0])
        else:
            files = yield from scaled(write_objects(cube, objects, self.files(task)), 0.8, 1.0)
        count, pixels = int(objects.max()), int(np.count_nonzero(objects))
        share = round(100 * pixels / objects.size, 4)
        row = {"objects": count, "pixels of objects": pixels, "per cent of the cube": share}
        told = {"objects": count, "pixels": pixels, "percent": share}
        return Made(tuple(map(task.relative, files)), row, told, cube.notes)


def read_recipe(path: Path) -> Recipe:
    """The recipe of a mask that the window saved.

    Raises
    ------
    CubeError
        When the file cannot be read or is none.
    """
    try:
        return Recipe.from_json(read_file(path).decode("utf-8-sig"))
    except OSError as error:
        raise CubeError(
            "{path} cannot be read: {error}. Choose a mask recipe.", path=path, error=reason(error)
        ) from error
    except (UnicodeDecodeError, CubeError) as error:
        what = tr("it is not text") if isinstance(error, UnicodeDecodeError) else str(error)
        raise CubeError("{path} is not a mask recipe: {what}", path=path, what=what) from error


def write_map(values: np.ndarray[Any, Any], path: Path) -> list[Path]:
    """Write a map as .npy, whole or not at all."""
    try:
        with whole_file(path) as temporary:
            np.save(temporary, values, allow_pickle=False)
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose another folder.", path=path, error=reason(error)
        ) from error
    return [path]


def write_objects(cube: Cube, objects: Numbers, files: Sequence[Path]) -> Operation[list[Path]]:
    """Write the numbers of objects, and their table with places, sizes and mean spectra."""
    numbers, table = files
    write_map(objects, numbers)
    tray = yield from tray_of(cube, objects)
    return [numbers, write_objects_table([tray], table)]


def count_on(tasks: Sequence[Task], outcomes: Sequence[Outcome]) -> None:
    """Number the objects of all cubes that are done one after another, in the order of the cubes.

    What has its numbers already is not written again, so it makes no difference whether it is done
    once, or again after more cubes have come.

    Raises
    ------
    CubeError, ExportError
        When a result was changed or cannot be written.
    """
    first = 0
    for task, outcome in zip(tasks, outcomes, strict=True):
        if outcome.made is None:
            continue
        numbers, table = task.work.files(task)
        objects = np.load(numbers, allow_pickle=False)
        moved = first + 1 - int(objects[objects > 0].min())
        if moved:
            record = Record(task)
            record.begin((numbers, table))
            rows = _moved(table, moved)
            write_map(np.where(objects > 0, objects + moved, 0).astype(np.int32), numbers)
            with whole_file(table) as temporary:
                temporary.write_bytes(rows)
            record.finish((numbers, table), outcome.made)
        first += int(outcome.made.row["objects"])


def _moved(table: Path, by: int) -> bytes:
    """The table of objects whose numbers are larger by so many."""
    head, *rows = csv.reader(read_file(table).decode("utf-8-sig").splitlines())
    column = head.index("object")
    for row in rows:
        row[column] = str(int(row[column]) + by)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode("utf-8-sig")
