"""The command that makes reflectance: calibrate."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.batch.calibrating import Calibrating, References, write_calibrated
from s3fn_core.batch.inputs import find_cubes
from s3fn_core.batch.outputs import Outputs
from s3fn_core.batch.task import Task
from s3fn_core.cli.arguments import Json, ManyCubes, Overwrite, Scheduler, Workers
from s3fn_core.cli.many import carry_out, chosen_pool
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.writing import refuse_to_replace

REFERENCE = "FILE|NUMBER"


def calibrate(
    cubes: ManyCubes,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE|DIR", help="ENVI header to write; for several cubes, the folder."
        ),
    ],
    white: Annotated[
        str | None,
        typer.Option(metavar=REFERENCE, help="White reference: a cube, or the same count for all."),
    ] = None,
    dark: Annotated[
        str | None, typer.Option(metavar=REFERENCE, help="Dark reference: a cube, or a count (usually 0).")
    ] = None,
    find: Annotated[
        bool,
        typer.Option(
            "--find-references", help="Find the references in the folder of each cube, by their file names."
        ),
    ] = False,
    same: Annotated[bool, typer.Option(help="Also average the references over their samples.")] = False,
    panel: Annotated[
        str,
        typer.Option(
            metavar=REFERENCE,
            help="Reflectance of the white panel: its certificate (a spectral library), or one factor.",
        ),
    ] = "1",
    maximum: Annotated[
        float | None, typer.Option(min=0, help="Count from which a pixel is saturated (4095 for 12 bits).")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Turn raw counts into reflectance with a white and a dark reference.

    Of several cubes, those that cannot be calibrated are reported and skipped (exit status 3), and those
    that an earlier call has finished are left alone.
    """
    started = time.perf_counter()
    found = find_cubes(cubes, out)
    first = found.cubes[0][0]
    if find and (white is not None or dark is not None):
        raise typer.BadParameter("--find-references replaces --white and --dark; leave them out.")
    if white is None and not find:
        raise typer.BadParameter(_what_to_give(first), param_hint="--white")
    references = References(white, dark if find else dark or "0", panel, maximum, same)
    pool = chosen_pool(workers, scheduler)
    if found.several or pool is not None:
        work = Calibrating(references)
        tasks = [
            Task(work, cube, name, out, references.beside(cube), overwrite=overwrite)
            for cube, name in found.cubes
        ]
        told = {"white": white, "dark": dark, "panel": panel}
        carry_out(tasks, found.notes, pool, told, started, as_json)
        return
    raw, beside = open_cube(first), references.beside(first)
    refuse_to_replace(raw, out)
    header = header_path(out / f"{raw.name}_reflectance" if out.is_dir() else out)
    files = [header, header.with_suffix(".img")]
    outputs = Outputs("calibrate", (first, *references.files, *beside.values()), overwrite)
    outputs.claim(files, [first])
    calibration = follow(references.calibration(raw, first, beside), "references")
    made = follow(write_calibrated(raw, calibration, header), raw.name)
    outputs.written(files)
    notes = [f"{raw.name}: {note}" if note in raw.notes else note for note in made.notes]
    notes += [f"{raw.name}: {remark}" for remark in references.remarks(beside)]
    warn(notes)
    seconds = round(time.perf_counter() - started, 2)
    result = {"cube": str(first), "out": str(header), **made.told, "seconds": seconds, "notes": notes}
    give(result, as_json, str(header))


def _what_to_give(cube: Path) -> str:
    """What is wrong without a white reference; one that lies beside the cube is named."""
    found = find_references(cube)
    if found.white is None:
        return "name the white reference, or a count."
    dark = "" if found.dark is None else f" --dark {found.dark}"
    return f"name the white reference. Found next to the cube: --white {found.white}{dark}"
