"""The command report: one page that says how a map came about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import (
    Attribute,
    Cubes,
    Device,
    Json,
    MatchBy,
    Model,
    Objects,
    Overwrite,
    SameObjects,
    TestRegions,
)
from s3fn_core.cli.inputs import counted_apart, open_labelled, opening_notes, prepare_file, read_maps
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.types import IdArray


def report(
    model: Model,
    cubes: Cubes,
    out: Annotated[Path, typer.Option("--out", metavar="REPORT.html")],
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            metavar="LABELS...",
            help="Label maps, one per cube and in the same order. With those that the model learned "
            "from, the report can repeat the training.",
        ),
    ] = None,
    match: MatchBy = None,
    attribute: Attribute = None,
    test_regions: TestRegions = None,
    objects: Objects = None,
    same_objects: SameObjects = False,
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write one HTML page: cubes, labels, words, model, accuracy, maps, and how to repeat it."""
    outputs = Outputs(
        "report", (model, *cubes, *(labels or ()), *(test_regions or ()), *(objects or ())), overwrite
    )
    outputs.claim([out], [model, *cubes])
    prepare_file(out)

    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.project.entry import CubeEntry
    from s3fn_core.report.content import Part, gather
    from s3fn_core.report.page import write_report

    trained = load_model(model)
    notes = list[str]()
    maps: list[IdArray | None]
    if labels:
        pairs, notes = open_labelled(cubes, labels, trained.classes, attribute, match)
        opened, maps = [cube for cube, _ in pairs], [ids for _, ids in pairs]
    else:
        opened, maps = [open_cube(path) for path in cubes], [None] * len(cubes)
    regions = read_maps(test_regions, opened, "--test-regions", notes)
    numbers = read_maps(objects, opened, "--objects", notes)
    if not same_objects:
        numbers = counted_apart(numbers)
    parts = [
        Part(cube, CubeEntry.of(cube, f"cube{place}"), ids, of_object, None if region is None else region > 0)
        for place, (cube, ids, of_object, region) in enumerate(
            zip(opened, maps, numbers, regions, strict=True)
        )
    ]
    found = follow(gather(trained, parts, model.name, out.parent, device=device), "report")
    write_report(found, out)
    outputs.written([out])
    warn([*opening_notes(opened), *notes, *found.notes])
    summary = {
        "report": str(out),
        "repeatable": found.recipe is not None,
        "why_not": found.unrepeatable or None,
        "notes": [*opening_notes(opened), *notes, *found.notes],
    }
    told = f"{out}: written"
    if found.unrepeatable:
        told += f"\nThe training cannot be repeated from it: {found.unrepeatable}."
    give(summary, as_json, told)
