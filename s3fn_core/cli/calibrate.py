"""The command that makes reflectance: calibrate."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import Json, Overwrite
from s3fn_core.cli.inputs import opening_notes
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance, write_reflectance
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.reference_sources import FromFile, Source, read_panel, read_source
from s3fn_core.cubes.treating.writing import refuse_to_replace

REFERENCE = "FILE|NUMBER"


def calibrate(
    cube: Annotated[Path, typer.Argument(metavar="CUBE", help="Raw counts of a line scanner.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="ENVI header to write.")],
    white: Annotated[
        str | None,
        typer.Option(metavar=REFERENCE, help="White reference: a cube, or the same count for all."),
    ] = None,
    dark: Annotated[str, typer.Option(metavar=REFERENCE, help="Dark reference: a cube, or a count.")] = "0",
    same: Annotated[bool, typer.Option(help="Average the references over their samples as well.")] = False,
    panel: Annotated[
        str,
        typer.Option(
            metavar=REFERENCE,
            help="Reflectance of the white panel: its certificate (a spectral library), or one factor.",
        ),
    ] = "1",
    maximum: Annotated[
        float | None, typer.Option(min=0, help="Count from which on a pixel is saturated (12 bits: 4095).")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Turn raw counts into reflectance by a white and a dark reference."""
    started = time.perf_counter()
    raw = open_cube(cube)
    if white is None:
        raise typer.BadParameter(_what_to_give(cube), param_hint="--white")
    refuse_to_replace(raw, out)
    header = header_path(out / f"{raw.name}_reflectance" if out.is_dir() else out)
    files = [header, header.with_suffix(".img")]
    outputs = Outputs("calibrate", (cube, *map(_file, (white, dark, panel))), overwrite)
    outputs.claim(files, [cube])
    factor = _number(panel)
    calibration = Calibration(
        follow(read_source(_source(white, same), raw, maximum), "white reference"),
        follow(read_source(_source(dark, same), raw, maximum), "dark reference"),
        read_panel(Path(panel), raw) if factor is None else np.array([factor]),
        maximum,
    )
    made = reflectance(raw, calibration)
    _, defects = follow(write_reflectance(raw, calibration, header), raw.name)
    outputs.written(files)
    told = (*made.notes[len(raw.notes) :], *defects.summary())
    notes = [*opening_notes([raw]), *dict.fromkeys(told)]  # both tell of dead samples
    warn(notes)
    result = {
        "cube": str(cube),
        "out": str(header),
        "white": calibration.white.name,
        "dark": calibration.dark.name,
        "saturated": defects.saturated.tolist(),
        "dead": defects.dead.tolist(),
        "saturated_values": int(defects.saturated.sum()),
        "dead_elements": int(defects.dead.sum()),
        "maximum": defects.maximum,
        "bad_bands": np.flatnonzero(~made.good_bands).tolist(),
        "seconds": round(time.perf_counter() - started, 2),
        "notes": notes,
    }
    give(result, as_json, str(header))


def _source(text: str, same: bool) -> Source:
    number = _number(text)
    return FromFile(Path(text), same) if number is None else number


def _file(text: str) -> Path | None:
    return Path(text) if _number(text) is None else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _what_to_give(cube: Path) -> str:
    """What is wrong without a white reference; one that lies beside the cube is named."""
    found = find_references(cube)
    if found.white is None:
        return "name the white reference, or a count."
    dark = "" if found.dark is None else f" --dark {found.dark}"
    return f"name the white reference. Beside the cube lies: --white {found.white}{dark}"
