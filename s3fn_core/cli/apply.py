"""The command predict: maps of cubes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from s3fn_core.cli.arguments import Device, Expectations, Formats, Json, Overwrite, Smooth
from s3fn_core.cli.classify import Classifier, RuleWish, by_model, by_words, room_for_maps
from s3fn_core.cli.inputs import opening_notes, prepare_folder, read_maps
from s3fn_core.cli.output import columns, follow, give, warn
from s3fn_core.cli.outputs import Outputs
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError
from s3fn_core.results.export import USUAL, ClassMap, areas, export_map, exporting, map_files, objects_file
from s3fn_core.results.object_table import tray_of, write_objects_table
from s3fn_core.results.origin import origin_of, remark_of
from s3fn_core.results.probabilities import export_probabilities, probability_files

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction
    from s3fn_core.types import ObjectMap


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
    opened = [open_cube(cube) for cube in cubes]
    for name in (names := [cube.name for cube in opened]):
        if names.count(name) > 1:
            raise ExportError(
                f'Several cubes are called "{name}", so their maps would overwrite each other; '
                "predict them into different folders."
            )
    outputs = Outputs("predict", (*inputs, classes, *(objects or ())), overwrite)
    targets = [_files(cube.name, out, formats or USUAL, objects is not None) for cube in opened]
    if probabilities:
        for files, cube in zip(targets, opened, strict=True):
            files += probability_files(out, cube.name, formats or USUAL)
    for files, path in zip(targets, cubes, strict=True):
        outputs.claim(files, [path])
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
    records, texts = [], []
    remark = remark_of(from_words=model is None, reworded=classes is not None)
    by = ", ".join(path.name for path in (model, classes) if path is not None)
    notes = [*opening_notes(opened), *map_notes, *classify.notes]
    for cube, numbers, files in zip(opened, object_maps, targets, strict=True):
        with room_for_maps(cube, out) as into:
            found, judged = follow(classify(cube, numbers, into), cube.name)
            record, lines = _write_map(cube, found, out, formats or USUAL, by, remark, unclassified_below)
        if judged is not None:
            assert numbers is not None
            record, more = _write_objects(record, cube, numbers, judged, out, formats or USUAL, by)
            lines += more
        outputs.written(files)
        told = (*found.notes, *(judged.notes if judged else ()))
        notes += [f"{cube.name}: {note}" for note in dict.fromkeys(told)]
        records.append(record)
        texts += [*lines, *record["files"]]
    warn(notes)
    summary = {
        "model": None if model is None else str(model),
        "classes": str(classes) if classes else None,
        "seconds": round(time.perf_counter() - started, 2),
        "notes": notes,
        "cubes": records,
    }
    give(summary, as_json, "\n".join(texts))


def _files(name: str, out: Path, formats: Sequence[str], objects: bool) -> list[Path]:
    """All files that are written of a cube."""
    files = map_files(out, name, formats)
    if objects:
        files += [objects_file(out, name), *map_files(out, f"{name}_objects", formats, layers=())]
    return files


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


def _write_objects(
    record: dict[str, Any],
    cube: Cube,
    objects: ObjectMap,
    found: ObjectPrediction,
    out: Path,
    formats: Sequence[str],
    by: str,
) -> tuple[dict[str, Any], list[str]]:
    """Write the table and the map of a cube's objects; the record and text to tell of them."""
    told = [one.to_json() for one in found.objects]
    tray = follow(tray_of(cube, objects, found.objects, found.classes), f"{cube.name}: spectra of objects")
    table = write_objects_table([tray], objects_file(out, cube.name))
    result = ClassMap(
        found.ids, None, found.classes, cube.name, cube.georeference, cube.simulated, origin=origin_of(by, {})
    )
    files = [table, *export_map(result, out, f"{cube.name}_objects", formats)]
    rows = [("object", "class", "votes", "agreement", "probability", "unknown")]
    rows += [
        (
            str(one.number),
            one.class_name,
            f"{one.leading} of {one.patches}",
            f"{one.agreement:.2f} ({one.interval[0]:.2f} to {one.interval[1]:.2f})",
            f"{one.probability:.2f}",
            "unknown" if one.unknown else "",
        )
        for one in found.objects
    ]
    record = {**record, "files": [*record["files"], *map(str, files)], "objects": told}
    return record, [columns(rows)]
