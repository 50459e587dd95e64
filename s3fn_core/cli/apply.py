"""The command predict: maps of cubes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from s3fn_core.batch.classify import RuleWish
from s3fn_core.batch.inputs import Found, find_cubes
from s3fn_core.batch.judged import pooled
from s3fn_core.batch.outputs import Outputs, source_digest
from s3fn_core.batch.predicting import OBJECTS, Predicting, read_numbers
from s3fn_core.batch.task import Made, Task
from s3fn_core.cli.arguments import (
    Device,
    Expectations,
    Formats,
    Json,
    Overwrite,
    SameObjects,
    Scheduler,
    Smooth,
    Workers,
)
from s3fn_core.cli.inputs import prepare_folder
from s3fn_core.cli.many import carry_out, chosen_pool, companions
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError
from s3fn_core.results.export import USUAL

MODEL_SUFFIX = ".s3fn"


def predict(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="[MODEL.s3fn] CUBE|FOLDER|PATTERN", help="A model, and the cubes to classify."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    classes: Annotated[
        Path | None,
        typer.Option(
            "--classes",
            metavar="CLASSES.json",
            help=(
                "With a model: use these descriptions instead of its own. Without a model: "
                "classify by the reflectance they state."
            ),
        ),
    ] = None,
    objects: Annotated[
        list[Path] | None,
        typer.Option(
            "--objects",
            metavar="MAP...",
            help="One map per cube: number of the object at each pixel, 0 = none. Each object is "
            "also classified as a whole, by the patches that lie on it.",
        ),
    ] = None,
    same_objects: SameObjects = False,
    vote: Annotated[
        Literal["model", "votes", "mean"] | None,
        typer.Option(
            help="Objects: by what the model learned of objects (if nothing: by votes), by the votes of "
            "the patches, or by their mean probability. By default, the rule saved in the model."
        ),
    ] = None,
    defect: Annotated[
        str | None,
        typer.Option(
            "--defect",
            metavar="CLASS",
            help=(
                "Objects: a class of small defects. By default, the model has learned from "
                "labelled objects how many such pixels make an object defective."
            ),
        ),
    ] = None,
    at_least: Annotated[
        float | None,
        typer.Option(
            "--at-least",
            metavar="SHARE|PIXELS",
            min=0,
            help="With --defect: the least share of an object's pixels (below 1, usually 0.01) or number"
            " of pixels.",
        ),
    ] = None,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms",
            metavar="SHARE",
            min=0,
            max=1,
            help="With --defect: find as many as possible while at most this share of the sound objects "
            "is called defective, judged by the labelled objects of the training.",
        ),
    ] = None,
    min_patches: Annotated[
        int | None, typer.Option(min=1, help="Objects with fewer valid patches get no class (usually 10).")
    ] = None,
    unclassified_below: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, metavar="SHARE", help="Pixels with lower confidence get no class."),
    ] = None,
    smooth: Smooth = True,
    expectations: Expectations = True,
    probabilities: Annotated[
        bool,
        typer.Option(
            "--probabilities",
            help="Also write the probability of every class, one band per class: as ENVI, GeoTIFF or "
            ".npy, whichever are among the formats.",
        ),
    ] = False,
    formats: Formats = None,
    device: Device = "auto",
    workers: Workers = None,
    scheduler: Scheduler = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Classify cubes: maps, confidences and areas as files.

    Of several cubes, those that cannot be classified are reported and skipped (exit status 3), and those
    that an earlier call has finished are left alone.
    """
    started = time.perf_counter()
    model = inputs[0] if classes is None or inputs[0].suffix.lower() == MODEL_SUFFIX else None
    given = inputs if model is None else inputs[1:]
    if not given:
        raise typer.BadParameter("give a model and a cube, or cubes and --classes.")
    if same_objects and not objects:
        raise typer.BadParameter("--same-objects needs object maps: give --objects, too.")
    pool = chosen_pool(workers, scheduler)
    if same_objects and pool is not None:
        raise typer.BadParameter(
            "--same-objects classifies all cubes together; leave out --workers and --scheduler."
        )
    work = Predicting(
        model,
        classes,
        bool(objects),
        RuleWish(vote, min_patches, defect, at_least, false_alarms),
        smooth,
        expectations,
        probabilities,
        tuple(formats or USUAL),
        unclassified_below,
        device,
    )
    found = find_cubes(given, out)
    told = {"model": model and str(model), "classes": classes and str(classes)}
    maps = companions(objects, found, ("_objects.npy", "_objects.tif"), "--objects")
    if same_objects or (pool is None and not found.several):
        records, notes, texts = _all_or_none(work, found, maps, out, overwrite, same_objects)
        warn(notes)
        seconds = round(time.perf_counter() - started, 2)
        give({**told, "seconds": seconds, "notes": notes, "cubes": records}, as_json, "\n".join(texts))
        return
    tasks = [
        Task(work, cube, name, out, {} if beside is None else {OBJECTS: beside}, overwrite=overwrite)
        for (cube, name), beside in zip(found.cubes, maps, strict=True)
    ]
    carry_out(tasks, found.notes, pool, told, started, as_json)


def _all_or_none(
    work: Predicting,
    found: Found,
    maps: Sequence[Path | None],
    out: Path,
    overwrite: bool,
    same_objects: bool,
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Classify cubes under their own names, once all of them can be: records, notes and texts."""
    opened = [open_cube(path) for path, _ in found.cubes]
    for name in (names := [cube.name for cube in opened]):
        if names.count(name) > 1:
            raise ExportError(
                f'Several cubes are called "{name}", so their maps would overwrite each other; '
                "predict them into different folders."
            )
    shared = source_digest(work.inputs)
    outputs = Outputs("predict", (*(p for p, _ in found.cubes), *work.inputs, *maps), overwrite)
    tasks = []
    for cube, (path, _), beside in zip(opened, found.cubes, maps, strict=True):
        task = Task(work, path, cube.name, out, {} if beside is None else {OBJECTS: beside}, shared)
        outputs.claim(work.files(task), [path])
        tasks.append(task)
    notes = list(work.check(shared))
    for cube, beside in zip(opened, maps, strict=True):
        if beside is not None:
            read_numbers(beside, cube, [])
        work.classifier(shared).check(cube)
    prepare_folder(out)
    done = list[tuple[Task, Made]]()
    judged = []
    for task in tasks:
        made, objects = follow(work.mapping(task), task.name)
        outputs.written(work.map_files(task))
        done.append((task, made))
        judged.append(objects)
    whole = [one for one in judged if one is not None]
    for number, one in enumerate(pooled(whole) if same_objects else whole):
        task, made = done[number]
        done[number] = task, follow(work.with_objects(task, made, one), f"{task.name}: objects")
        outputs.written(work.object_files(task))
    records = [
        {"cube": str(cube.path), "files": [str(out / name) for name in made.files], **made.told}
        for cube, (_, made) in zip(opened, done, strict=True)
    ]
    notes += [f"{task.name}: {note}" for task, made in done for note in made.notes]
    texts = [text for _, made in done for text in (made.text, *(str(out / name) for name in made.files))]
    return records, list(dict.fromkeys([*found.notes, *notes])), texts
