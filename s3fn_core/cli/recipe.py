"""The command run: a recipe from raw counts to classes of objects, for many cubes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.recipe import read_run_recipe
from s3fn_core.batch.task import Task
from s3fn_core.cli.arguments import Device, Json, ManyCubes, Overwrite, Scheduler, Workers
from s3fn_core.cli.many import carry_out, chosen_pool
from s3fn_core.errors import ExportError, S3FNError


def run(
    recipe: Annotated[
        Path, typer.Argument(metavar="RECIPE", help="YAML or JSON, as the window writes it or by hand.")
    ],
    cubes: ManyCubes,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    device: Device = "auto",
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Apply a recipe to every cube: calibrate, mask, predict, vote, export.

    Cubes that cannot be processed are reported and skipped (exit status 3), and those that an earlier
    call has finished are left alone.
    """
    started = time.perf_counter()
    pool = chosen_pool(workers, scheduler)
    read = read_run_recipe(recipe)
    try:
        work = read.chain(recipe.parent, device)
    except S3FNError as error:
        raise ExportError(f"{recipe}: {error}") from error
    found = find_cubes(cubes, out)
    tasks = [
        Task(work, cube, name, out, work.beside(cube), overwrite=overwrite) for cube, name in found.cubes
    ]
    carry_out(tasks, found.notes, pool, {"recipe": str(recipe)}, started, as_json)
