"""Commands that make maps: predict and evaluate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import typer

from s3fn_core.cli.arguments import (
    Attribute,
    Cubes,
    Device,
    Formats,
    Json,
    Labels,
    MatchBy,
    Model,
    Overwrite,
    Smooth,
)
from s3fn_core.cli.classify import Classifier, RuleWish, by_model, by_words, room_for_maps
from s3fn_core.cli.inputs import open_labelled, opening_notes, prepare_folder, read_maps
from s3fn_core.cli.output import accuracy_table, columns, follow, give, warn
from s3fn_core.cli.outputs import Outputs
from s3fn_core.cli.text_controls import controls_table, measure_controls
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError
from s3fn_core.results.export import USUAL, ClassMap, areas, export_map, exporting, map_files, objects_file
from s3fn_core.results.object_table import tray_of, write_objects_table
from s3fn_core.results.origin import origin_of, remark_of

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.results.metrics import Accuracy
    from s3fn_core.types import BoolArray, ObjectMap


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
    for files, path in zip(targets, cubes, strict=True):
        outputs.claim(files, [path])
    map_notes = list[str]()
    object_maps = read_maps(objects, opened, "--objects", map_notes)
    wish = RuleWish(vote, min_patches, defect, at_least, false_alarms)
    classify: Classifier
    if model is not None:
        classify = by_model(model, device, wish, words=classes, smooth=smooth)
    else:
        assert classes is not None
        classify = by_words(classes, wish, smooth)
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


def evaluate(
    model: Model,
    cubes: Cubes,
    labels: Labels,
    match: MatchBy = None,
    attribute: Attribute = None,
    text_controls: Annotated[
        bool,
        typer.Option(
            "--text-controls",
            help="Does the text matter? Trains the model's kind of network again on a part of the "
            "given labels, with its descriptions and with other words in their place, and "
            "measures them on the rest. The model itself is not changed.",
        ),
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Of the text controls: repetitions.")] = 5,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Compare what a model says with label maps; also, how much its words have to do with it."""
    from s3fn_core.results.intervals import square_blocks
    from s3fn_core.results.metrics import accuracy

    classify = by_model(model, device)
    pairs, label_notes = open_labelled(cubes, labels, classify.model.classes, attribute, match)
    for cube, _ in pairs:
        classify.check(cube)
    truth = [ids[ids > 0] for _, ids in pairs]
    every, classes = np.concatenate(truth), classify.model.classes
    accuracy(every, every, classes)  # raises where these are not labels of the model's classes
    predicted, confidence, places, known = [], [], [], []
    notes = [*opening_notes(cube for cube, _ in pairs), *label_notes]
    for number, (cube, ids) in enumerate(pairs):
        found, _ = follow(classify(cube, None, None), cube.name)
        labelled = ids > 0
        predicted.append(found.ids[labelled])
        confidence.append(found.confidence[labelled])
        places.append(np.insert(np.argwhere(labelled), 0, number, axis=1))
        known.append(_learned(classify.model, cube)[labelled])
        notes += [f"{cube.name}: {note}" for note in found.notes]

    def figures_of(some: BoolArray) -> Accuracy:
        return accuracy(
            every[some],
            np.concatenate(predicted)[some],
            classes,
            np.concatenate(confidence)[some],
            square_blocks(np.concatenate(places)[some]),
        )

    learned = np.concatenate(known)
    figures = figures_of(np.ones_like(learned))
    unseen = figures_of(~learned) if learned.any() and not learned.all() else None
    if learned.any():
        notes.append(_told_learned(int(learned.sum()), figures, unseen))
    result = {
        "model": str(model),
        "cubes": [str(cube) for cube in cubes],
        "labels": [str(path) for path in labels],
        "notes": notes,
        **figures.to_json(),
        "learned": int(learned.sum()),
        "unseen": unseen and unseen.to_json(),
    }
    text = accuracy_table(figures)
    if text_controls:
        measured = measure_controls(classify.model, pairs, seeds, device)
        notes += measured.notes
        result["text_controls"] = measured.to_json()
        text += f"\n\n{controls_table(measured)}"
    warn(notes)
    give(result, as_json, text)


def _learned(model: S3FNModel, cube: Cube) -> BoolArray:
    """The pixels of a cube whose labels a model has learned, as far as its file says."""
    seen = None if model.learned is None else model.learned.seen(cube)
    return np.zeros(cube.shape[:2], bool) if seen is None else seen


def _told_learned(count: int, figures: Accuracy, unseen: Accuracy | None) -> str:
    """What labels that were trained on make of the figures."""
    if unseen is None:
        return (
            f"The model was trained on all of these {count} labelled pixels, so the figures say how well it "
            "remembers them and nothing of other pixels; give labels that it has not seen."
        )
    return (
        f"The model was trained on {count} of these {figures.count} labelled pixels, which flatters. On the "
        f"others: {unseen}."
    )
