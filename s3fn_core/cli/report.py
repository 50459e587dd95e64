"""The command report: one page that says how a map came about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import (
    Attribute,
    Device,
    Json,
    MatchBy,
    Model,
    Objects,
    Overwrite,
    SameObjects,
    SomeCubes,
    TestRegions,
)
from s3fn_core.cli.inputs import counted_apart, open_labelled, opening_notes, prepare_file, read_maps
from s3fn_core.cli.material import Maps, of_project
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.objects import own_names
from s3fn_core.model.config import TrainSettings
from s3fn_core.project import Project
from s3fn_core.types import IdArray

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.report.content import Part


def report(
    model: Model,
    out: Annotated[Path, typer.Option("--out", metavar="REPORT.html")],
    cubes: SomeCubes = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels",
            metavar="LABELS...",
            help="Label maps, one per cube and in the same order. With those the model was trained on, "
            "the report can repeat the training.",
        ),
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="PROJECT", help="Report on all labelled cubes of a project, instead of CUBE and --labels."
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
    given = [path for paths in (cubes, labels, test_regions, objects) for path in paths or ()]
    if bool(cubes) == (project is not None) or (project is not None and given):
        raise typer.BadParameter("give CUBE... with its --labels, or --project alone.")
    opened = None if project is None else Project.load(project)
    read = given if opened is None else [opened.folder / "project.json"]
    if opened is not None:
        read += [entry.path for entry in opened.cubes if entry.path is not None]
    outputs = Outputs("report", (model, *read), overwrite)
    outputs.claim([out], [model, *read[:1]])
    prepare_file(out)

    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.report.content import gather
    from s3fn_core.report.page import write_report

    trained = load_model(model)
    if opened is not None:
        parts, notes = _of_project(opened, same_objects)
    else:
        maps = Maps(test_regions, objects, same_objects, attribute, match)
        parts, notes = _of_files(cubes or (), labels, maps, trained.classes)
    found = follow(gather(trained, parts, model.name, out.parent, device=device), "report")
    write_report(found, out)
    outputs.written([out])
    notes += found.notes
    warn(notes)
    summary = {
        "report": str(out),
        "repeatable": found.recipe is not None,
        "why_not": found.unrepeatable or None,
        "notes": notes,
    }
    told = f"{out}: written"
    if found.unrepeatable:
        told += f"\nThe training cannot be repeated from it: {found.unrepeatable}."
    give(summary, as_json, told)


def _of_files(
    cubes: Sequence[Path], labels: Sequence[Path] | None, maps: Maps, classes: ClassSet
) -> tuple[list[Part], list[str]]:
    """What a report tells of cubes and maps of their pixels, and notes on them."""
    from s3fn_core.project.entry import CubeEntry
    from s3fn_core.report.content import Part

    notes, of_labels = list[str](), list[IdArray | None]()
    if labels:
        pairs, notes = open_labelled(cubes, labels, classes, maps.attribute, maps.match)
        opened, of_labels = [cube for cube, _ in pairs], [ids for _, ids in pairs]
    else:
        opened, of_labels = [open_cube(path) for path in cubes], [None] * len(cubes)
    regions = read_maps(maps.test_regions, opened, "--test-regions", notes)
    numbers = read_maps(maps.objects, opened, "--objects", notes)
    if not maps.same_objects:
        numbers = counted_apart(numbers)
    parts = [
        Part(cube, CubeEntry.of(cube, f"cube{place}"), ids, of_object, None if region is None else region > 0)
        for place, (cube, ids, of_object, region) in enumerate(
            zip(opened, of_labels, numbers, regions, strict=True)
        )
    ]
    return parts, [*opening_notes(opened), *notes]


def _of_project(project: Project, same_objects: bool) -> tuple[list[Part], list[str]]:
    """The same of the labelled cubes of a project, as a training sees them."""
    from s3fn_core.report.content import Part

    own = TrainSettings.from_json(project.settings.get("train") or {})
    material = follow(of_project(project, own.split, same_objects or own.same_objects), project.name)
    parts = []
    for item, (entry, treatment) in zip(material.data, material.kept, strict=True):
        mask, held = treatment.mask, item.objects
        called = {} if mask is None or held is None else own_names(held, mask.objects, item.names)
        parts.append(Part(item.cube, entry, item.labels, held, item.test, treatment, called=called))
    return parts, list(material.notes)
