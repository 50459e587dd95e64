"""The command predict: maps of cubes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from s3fn_core.cli.arguments import Device, Expectations, Formats, Json, Overwrite, SameObjects, Smooth
from s3fn_core.cli.classify import Classifier, RuleWish, by_model, by_words, room_for_maps
from s3fn_core.cli.inputs import opening_notes, prepare_folder, read_maps
from s3fn_core.cli.output import columns, follow, give, warn
from s3fn_core.cli.outputs import Outputs
from s3fn_core.cli.whole import JudgedCube, object_files, objects_text, pooled, write_objects
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError
from s3fn_core.results.export import USUAL, ClassMap, areas, exporting, map_files
from s3fn_core.results.origin import origin_of, remark_of
from s3fn_core.results.probabilities import export_probabilities, probability_files

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction

MODEL_SUFFIX = ".s3fn"


def predict(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="[MODEL.s3fn] CUBE", help="A model, and the cubes to classify.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    classes: Annotated[
        Path | None,
        typer.Option(
            "--classes",
            metavar="CLASSES.json",
            help="With a model: use these descriptions instead of its own. Without one: classify "
            "by what they say of reflectance.",
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
            help="Objects: by what the model learned of objects (without: by votes), by most votes of "
            "patches, or by their highest mean probability; unless given by the model's own rule."
        ),
    ] = None,
    defect: Annotated[
        str | None,
        typer.Option(
            "--defect",
            metavar="CLASS",
            help="Objects: a class of small defects; an object is of it when so many of its pixels are "
            "as labelled objects let the model learn.",
        ),
    ] = None,
    at_least: Annotated[
        float | None,
        typer.Option(
            "--at-least",
            metavar="SHARE|PIXELS",
            min=0,
            help="Of --defect: so many pixels of an object must be of it, a share below 1 (usual: 0.01) "
            "or their number.",
        ),
    ] = None,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms",
            metavar="SHARE",
            min=0,
            max=1,
            help="Of --defect: find as many as possible with at most this share of the sound objects taken "
            "for defective, by the labelled objects of the training.",
        ),
    ] = None,
    min_patches: Annotated[
        int | None, typer.Option(min=1, help="Objects with fewer valid patches get no class (usual: 10).")
    ] = None,
    unclassified_below: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, metavar="SHARE", help="Pixels whose confidence is lower get no class."
        ),
    ] = None,
    smooth: Smooth = True,
    expectations: Expectations = True,
    probabilities: Annotated[
        bool,
        typer.Option(
            "--probabilities",
            help="Write the probability of every class too, one band a class: as ENVI, GeoTIFF or .npy, "
            "whichever are among the formats.",
        ),
    ] = False,
    formats: Formats = None,
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Classify cubes: maps, confidences and areas as files."""
    started = time.perf_counter()
    model = inputs[0] if classes is None or inputs[0].suffix.lower() == MODEL_SUFFIX else None
    cubes = inputs if model is None else inputs[1:]
    if not cubes:
        raise typer.BadParameter("give a model and a cube, or cubes and --classes.")
    if same_objects and not objects:
        raise typer.BadParameter("--same-objects says what the numbers in the maps after --objects mean.")
    opened = [open_cube(cube) for cube in cubes]
    for name in (names := [cube.name for cube in opened]):
        if names.count(name) > 1:
            raise ExportError(
                f'Several cubes are called "{name}", so their maps would overwrite each other; '
                "predict them into different folders."
            )
    outputs = Outputs("predict", (*inputs, classes, *(objects or ())), overwrite)
    formats = formats or list(USUAL)
    for cube, path in zip(opened, cubes, strict=True):
        files = _files(cube.name, out, formats, probabilities=probabilities)
        outputs.claim([*files, *(object_files(cube.name, out, formats) if objects else ())], [path])
    map_notes = list[str]()
    object_maps = read_maps(objects, opened, "--objects", map_notes)
    wish = RuleWish(vote, min_patches, defect, at_least, false_alarms)
    classify: Classifier
    if model is not None:
        classify = by_model(
            model,
            device,
            wish,
            words=classes,
            smooth=smooth,
            expectations=expectations,
            probabilities=probabilities,
        )
    elif not expectations:
        raise typer.BadParameter("without a model there is nothing but what the descriptions expect.")
    else:
        assert classes is not None
        classify = by_words(classes, wish, smooth, probabilities=probabilities)
    for cube in opened:
        classify.check(cube)
    prepare_folder(out)
    records, texts, judged = dict[str, dict[str, Any]](), list[str](), list[JudgedCube]()
    remark = remark_of(from_words=model is None, reworded=classes is not None)
    by = ", ".join(path.name for path in (model, classes) if path is not None)
    notes = [*opening_notes(opened), *map_notes, *classify.notes]

    def finish(one: JudgedCube) -> None:
        """Write and tell what the objects of a cube are."""
        name = one.cube.name
        files = [str(file) for file in write_objects(one, out, formats, by, remark)]
        outputs.written(object_files(name, out, formats))
        texts.extend([objects_text(one), *files])
        of_cube, told = records[name], [each.to_json() for each in one.found.objects]
        records[name] = {**of_cube, "files": [*of_cube["files"], *files], "objects": told}
        notes.extend(f"{name}: {note}" for note in one.found.notes)

    for cube, numbers in zip(opened, object_maps, strict=True):
        with room_for_maps(cube, out) as into:
            found, whole = follow(classify(cube, numbers, into), cube.name)
            record, lines = _write_map(cube, found, out, formats, by, remark, unclassified_below)
        outputs.written(_files(cube.name, out, formats, probabilities=probabilities))
        notes += [f"{cube.name}: {note}" for note in found.notes]
        records[cube.name] = record
        texts += [*lines, *record["files"]]
        if whole is not None and numbers is not None:
            judged.append(JudgedCube(cube, numbers, whole))
        if judged and not same_objects:
            finish(judged.pop())
    for one in pooled(judged):
        finish(one)
    notes = list(dict.fromkeys(notes))
    warn(notes)
    summary = {
        "model": None if model is None else str(model),
        "classes": str(classes) if classes else None,
        "seconds": round(time.perf_counter() - started, 2),
        "notes": notes,
        "cubes": list(records.values()),
    }
    give(summary, as_json, "\n".join(texts))


def _files(name: str, out: Path, formats: Sequence[str], *, probabilities: bool) -> list[Path]:
    """All files that are written of the map of a cube."""
    return map_files(out, name, formats) + (probability_files(out, name, formats) if probabilities else [])


def _write_map(
    cube: Cube, found: Prediction, out: Path, formats: Sequence[str], by: str, remark: str, sure: float | None
) -> tuple[dict[str, Any], list[str]]:
    """Write the map of a cube, made `by` a model, where it is `sure` enough; what to tell of it."""
    result = ClassMap(
        found.ids,
        found.confidence,
        found.classes,
        cube.name,
        cube.georeference,
        cube.simulated,
        remark,
        found.novelty,
        origin_of(by, found.metrics),
        cube,
    )
    if sure is not None:
        result = result.without_unsure(sure)
    files = follow(exporting(result, out, cube.name, formats), cube.name)
    if (each := found.probabilities) is not None:
        files += export_probabilities(each, result, out, formats)
    rows = areas(result)
    record = {
        "cube": str(cube.path),
        "files": [str(file) for file in files],
        "novel_share": found.novel_share,
        "areas": [
            {"id": r.class_id, "name": r.name, "pixels": r.pixels, "percent": r.percent, "area": r.area}
            for r in rows
        ],
    }
    table = [(r.name, str(r.pixels), f"{r.percent:.1f}") for r in rows]
    return record, [columns([(cube.name, "pixels", "per cent"), *table])]
