"""Commands that make maps: predict and evaluate."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from s3fn_core.cli.arguments import Cubes, Device, Formats, Json, Labels, Model
from s3fn_core.cli.inputs import open_labelled, opening_notes, prepare_folder
from s3fn_core.cli.output import accuracy_table, columns, follow, give, warn
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import read_classes
from s3fn_core.progress import Operation
from s3fn_core.results.export import FORMATS, ClassMap, areas, export_map

if TYPE_CHECKING:
    from s3fn_core.model.inference import Prediction


def predict(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="[MODEL.s3fn] CUBE", help="A model, and the cubes to classify."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    classes: Annotated[
        Path | None,
        typer.Option(
            "--classes",
            metavar="CLASSES.json",
            help="Without a model: classify by what these descriptions say of reflectance.",
        ),
    ] = None,
    formats: Formats = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Classify cubes: maps, confidences and areas as files."""
    started = time.perf_counter()
    cubes = inputs if classes else inputs[1:]
    if not cubes:
        raise typer.BadParameter("give a model and a cube, or cubes and --classes.")
    opened = [open_cube(cube) for cube in cubes]
    for name in (names := [cube.name for cube in opened]):
        if names.count(name) > 1:
            raise ExportError(
                f'Several cubes are called "{name}", so their maps would overwrite each other; '
                "predict them into different folders."
            )
    prepare_folder(out)
    classify = _by_words(classes) if classes else _by_model(inputs[0], device)
    records, texts = [], []
    for cube in opened:
        found = follow(classify(cube), cube.name)
        result = ClassMap(
            found.ids, found.confidence, found.classes, cube.name, cube.georeference, cube.simulated
        )
        files = export_map(result, out, cube.name, formats or tuple(FORMATS))
        rows = areas(result)
        records.append(
            {
                "cube": str(cube.path),
                "files": [str(file) for file in files],
                "areas": [
                    {"id": r.class_id, "name": r.name, "pixels": r.pixels, "percent": r.percent,
                     "area": r.area}
                    for r in rows
                ],
            }
        )  # fmt: skip
        table = [(r.name, str(r.pixels), f"{r.percent:.1f}") for r in rows]
        texts += [columns([(cube.name, "pixels", "per cent"), *table]), *map(str, files)]
    warn(opening_notes(opened))
    summary = {
        "model": None if classes else str(inputs[0]),
        "classes": str(classes) if classes else None,
        "seconds": round(time.perf_counter() - started, 2),
        "cubes": records,
    }
    give(summary, as_json, "\n".join(texts))


def _by_model(path: Path, device: str) -> Callable[[Cube], Operation[Prediction]]:
    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.model.inference import predict as predict_map

    model = load_model(path)
    return lambda cube: predict_map(model, cube, device=device)


def _by_words(path: Path) -> Callable[[Cube], Operation[Prediction]]:
    from s3fn_core.model.inference import predict_from_words

    classes = read_classes(path)
    return lambda cube: predict_from_words(classes, cube)


def evaluate(
    model: Model,
    cubes: Cubes,
    labels: Labels,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Compare what a model says with label maps."""
    pairs = open_labelled(cubes, labels)

    from s3fn_core.results.metrics import accuracy

    classify = _by_model(model, device)
    truth, predicted, confidence = [], [], []
    for cube, ids in pairs:
        found = follow(classify(cube), cube.name)
        labelled = ids > 0
        truth.append(ids[labelled])
        predicted.append(found.ids[labelled])
        confidence.append(found.confidence[labelled])
    figures = accuracy(
        np.concatenate(truth), np.concatenate(predicted), found.classes, np.concatenate(confidence)
    )
    result = {
        "model": str(model),
        "cubes": [str(cube) for cube in cubes],
        "labels": [str(path) for path in labels],
        **figures.to_json(),
    }
    warn(opening_notes(cube for cube, _ in pairs))
    give(result, as_json, accuracy_table(figures))
