"""The commands mask and objects: the window's recipes on the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.masking import Masking, count_on, read_recipe
from s3fn_core.batch.task import Task
from s3fn_core.cli.arguments import Json, ManyCubes, Overwrite, Scheduler, Workers
from s3fn_core.cli.many import carry_out, chosen_pool

MaskRecipe = Annotated[
    Path,
    typer.Option(
        "--recipe",
        metavar="RECIPE.json",
        help="How to find objects. The window writes it: Mask, Save recipe of the mask.",
    ),
]
Folder = Annotated[Path, typer.Option("--out", metavar="DIR")]


def mask(
    cubes: ManyCubes,
    recipe: MaskRecipe,
    out: Folder,
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Tell objects from background: NAME_mask.npy, 1 on objects, and summary.csv.

    A cube without objects is named and passed over (exit status 3).
    """
    started = time.perf_counter()
    pool = chosen_pool(workers, scheduler)
    work = Masking(read_recipe(recipe))
    tasks, notes = _tasks(work, cubes, out, overwrite)
    carry_out(tasks, notes, pool, {"recipe": str(recipe)}, started, as_json)


def objects(
    cubes: ManyCubes,
    recipe: MaskRecipe,
    out: Folder,
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Find objects: NAME_objects.npy with their numbers, NAME_objects.csv, and summary.csv.

    Numbers go on from cube to cube, so each is of one object of the call. A cube without objects is
    named and passed over (exit status 3).
    """
    started = time.perf_counter()
    pool = chosen_pool(workers, scheduler)
    work = Masking(read_recipe(recipe), "objects")
    tasks, notes = _tasks(work, cubes, out, overwrite)
    carry_out(tasks, notes, pool, {"recipe": str(recipe)}, started, as_json, conclude=count_on)


def _tasks(
    work: Masking, cubes: Sequence[Path], out: Path, overwrite: bool
) -> tuple[list[Task], tuple[str, ...]]:
    found = find_cubes(cubes, out)
    return [Task(work, cube, name, out, overwrite=overwrite) for cube, name in found.cubes], found.notes
