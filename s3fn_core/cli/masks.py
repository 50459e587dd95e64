"""The commands mask and objects: the window's recipes on the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.masking import Masking, count_on, read_recipe
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.cli.arguments import Json, ManyCubes, Overwrite, Scheduler, Workers
from s3fn_core.cli.many import carry_out, chosen_pool

MaskRecipe = Annotated[
    Path,
    typer.Option(
        "--recipe",
        metavar="RECIPE.json",
        help="Mask recipe, as saved by the window under Cube > Save mask recipe.",
    ),
]
Folder = Annotated[Path, typer.Option("--out", metavar="DIR")]


Conclude: TypeAlias = Callable[[Sequence[Task], Sequence[Outcome]], None]
Command: TypeAlias = Callable[..., None]


def _command(name: Literal["mask", "objects"], about: str, conclude: Conclude | None = None) -> Command:
    """A command that does with every cube what a recipe of objects says."""

    def command(
        cubes: ManyCubes,
        recipe: MaskRecipe,
        out: Folder,
        workers: Workers = None,
        scheduler: Scheduler = None,
        overwrite: Overwrite = False,
        as_json: Json = False,
    ) -> None:
        started = time.perf_counter()
        pool = chosen_pool(workers, scheduler)
        work, found = Masking(read_recipe(recipe), name), find_cubes(cubes, out)
        tasks = [Task(work, cube, name, out, overwrite=overwrite) for cube, name in found.cubes]
        carry_out(tasks, found.notes, pool, {"recipe": str(recipe)}, started, as_json, conclude)

    command.__name__, command.__doc__ = name, about
    return command


mask = _command(
    "mask",
    """Separate objects from background: NAME_mask.npy, 1 on objects, and summary.csv.

    Cubes without objects are reported and skipped (exit status 3).
    """,
)
objects = _command(
    "objects",
    """Find objects: NAME_objects.npy with their numbers, NAME_objects.csv, and summary.csv.

    Objects are numbered across all cubes of the call. Cubes without objects are reported and skipped
    (exit status 3).
    """,
    count_on,
)
