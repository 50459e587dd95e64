"""The commands.  What needs torch is imported inside them, so that ``--help`` answers at once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from s3fn_core.cli.arguments import Classes, Cubes, Device, Encoder, Formats, Json, Labels, Model
from s3fn_core.cli.output import accuracy_table, columns, follow, give, warn
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ExportError, LabelError, ModelError
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.exchange import read_labels, write_labels
from s3fn_core.model.config import preset as preset_named
from s3fn_core.results.export import FORMATS, ClassMap, areas, export_map
from s3fn_core.types import IdArray

app = typer.Typer(
    help="From a hyperspectral cube to a classification map, with classes described in words.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

SIMILAR = 0.95
"""Cosine of two label embeddings from which on their descriptions say nearly the same."""


@app.command()
def info(
    cube: Annotated[Path, typer.Argument(metavar="CUBE")],
    as_json: Json = False,
) -> None:
    """Tell what a cube is, and what was repaired to open it."""
    opened = open_cube(cube)
    result = {
        "path": str(cube),
        "name": opened.name,
        "lines": opened.lines,
        "samples": opened.samples,
        "bands": opened.bands,
        "wavelengths": None if opened.wavelengths is None else opened.wavelengths.tolist(),
        "dtype": str(opened.data.dtype),
        "interleave": opened.interleave,
        "scale": opened.scale,
        "nodata": opened.nodata,
        "bad_bands": np.flatnonzero(~opened.good_bands).tolist(),
        "georeferenced": opened.georeference is not None,
        "simulated": opened.simulated,
        "notes": list(opened.notes),
    }
    give(result, as_json, _describe_cube(opened))


@app.command()
def train(
    cubes: Cubes,
    labels: Labels,
    classes: Classes,
    out: Annotated[Path, typer.Option("--out", metavar="MODEL.s3fn")],
    preset: Annotated[
        Literal["pixel", "object", "paper"],
        typer.Option(help="Few labelled pixels, whole objects, or the network as published."),
    ] = "pixel",
    encoder: Encoder = "default",
    init: Annotated[
        Path | None, typer.Option("--init", metavar="MODEL.s3fn", help="Model to start from.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of each stage.")] = None,
    seed: int = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Learn from labelled cubes and described classes."""
    config = preset_named(preset)
    config = config.with_(seed=seed, fusion=replace(config.fusion, encoder=encoder))
    if epochs is not None:
        config = config.with_epochs(epochs)
    class_set = read_classes(classes)
    pairs = _labelled(cubes, labels)
    if out.is_dir():
        raise ModelError(f"{out} is a folder; name the model file to write, such as model.s3fn.")
    _prepare_folder(out.parent)

    from s3fn_core.model.checkpoint import load_model, save_model
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.training import train as train_model

    initial = None if init is None else load_model(init)
    data = [LabelledCube(cube, ids) for cube, ids in pairs]
    operation = train_model(data, class_set, config, device=device, initial=initial)
    trained = follow(operation, "training")
    save_model(trained.model, out)
    notes = [*_opening_notes(cube for cube, _ in pairs), *trained.notes]
    warn(notes)
    figures = trained.accuracy
    result: dict[str, Any] = {
        "model": str(out),
        "preset": preset,
        "seed": seed,
        "device": trained.device,
        "seconds": round(trained.seconds, 2),
        "split": trained.split,
        "notes": notes,
        **(figures.to_json() if figures else {"oa": None, "aa": None, "kappa": None}),
    }
    held_out = accuracy_table(figures) if figures else "No accuracy."
    text = (
        f"{out}: trained in {trained.seconds:.0f} s on {trained.device}\n"
        f"Held out ({trained.split}): {held_out}"
    )
    give(result, as_json, text)


@app.command()
def predict(
    model: Model,
    cubes: Cubes,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    formats: Formats = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Classify cubes: maps, confidences and areas as files."""
    opened = [open_cube(cube) for cube in cubes]
    names = [cube.name for cube in opened]
    for name in names:
        if names.count(name) > 1:
            raise ExportError(
                f'Several cubes are called "{name}", so their maps would overwrite each other; '
                "predict them into different folders."
            )
    _prepare_folder(out)

    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.model.inference import predict as predict_map

    loaded = load_model(model)
    started = time.perf_counter()
    maps = []
    for cube in opened:
        found = follow(predict_map(loaded, cube, device=device), cube.name)
        result = ClassMap(
            found.ids, found.confidence, found.classes, cube.name, cube.georeference, cube.simulated
        )
        files = export_map(result, out, cube.name, formats or tuple(FORMATS))
        maps.append((cube, files, areas(result)))
    records = [
        {
            "cube": str(cube.path),
            "files": [str(file) for file in files],
            "areas": [
                {"id": r.class_id, "name": r.name, "pixels": r.pixels, "percent": r.percent,
                 "area": r.area}
                for r in rows
            ],
        }
        for cube, files, rows in maps
    ]  # fmt: skip
    texts = [
        "\n".join(
            [
                columns(
                    [(cube.name, "pixels", "per cent")]
                    + [(r.name, str(r.pixels), f"{r.percent:.1f}") for r in rows]
                ),
                *map(str, files),
            ]
        )
        for cube, files, rows in maps
    ]
    warn(_opening_notes(opened))
    seconds = round(time.perf_counter() - started, 2)
    give({"model": str(model), "seconds": seconds, "cubes": records}, as_json, "\n\n".join(texts))


@app.command()
def evaluate(
    model: Model,
    cubes: Cubes,
    labels: Labels,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Compare what a model says with label maps."""
    pairs = _labelled(cubes, labels)

    from s3fn_core.model.checkpoint import load_model
    from s3fn_core.model.inference import predict as predict_map
    from s3fn_core.results.metrics import accuracy

    loaded = load_model(model)
    truth, predicted, confidence = [], [], []
    for cube, ids in pairs:
        found = follow(predict_map(loaded, cube, device=device), cube.name)
        labelled = ids > 0
        truth.append(ids[labelled])
        predicted.append(found.ids[labelled])
        confidence.append(found.confidence[labelled])
    figures = accuracy(
        np.concatenate(truth), np.concatenate(predicted), loaded.classes, np.concatenate(confidence)
    )
    result = {
        "model": str(model),
        "cubes": [str(cube) for cube in cubes],
        "labels": [str(path) for path in labels],
        **figures.to_json(),
    }
    warn(_opening_notes(cube for cube, _ in pairs))
    give(result, as_json, accuracy_table(figures))


@app.command()
def similarity(classes: Classes, encoder: Encoder = "default", as_json: Json = False) -> None:
    """Show how alike the class descriptions are."""
    class_set = read_classes(classes)

    from s3fn_core.words.encoder import encode_classes

    embeddings = follow(encode_classes(class_set, encoder=encoder), "describing classes")
    cosine = embeddings.similarity()
    names = class_set.names
    close = [
        (a, b, float(cosine[i, j]))
        for i, a in enumerate(names)
        for j, b in enumerate(names[:i])
        if cosine[i, j] >= SIMILAR
    ]
    warnings = [
        f'the descriptions of "{a}" and "{b}" say nearly the same (cosine {value:.3f}); '
        "name what tells them apart"
        for b, a, value in close
    ]
    warn([*embeddings.notes, *warnings])
    result = {
        "classes": list(names),
        "similarity": [[round(float(value), 6) for value in row] for row in cosine],
        "threshold": SIMILAR,
        "encoder": embeddings.encoder,
        "notes": [*embeddings.notes, *warnings],
    }
    table = [("", *names)]
    table += [(name, *(f"{v:.3f}" for v in row)) for name, row in zip(names, cosine, strict=True)]
    give(result, as_json, columns(table))


@app.command()
def demo(out: Annotated[Path, typer.Option("--out", metavar="DIR")], seed: int = 0) -> None:
    """Write simulated, labelled and described scenes to try."""
    from s3fn_core.cubes.simulate import SCENES, partial_labels, simulate, write_scene

    for name in SCENES:
        scene = simulate(name, seed=seed)
        cube = write_scene(scene, out / name)
        labels = cube.with_name(f"{cube.stem}_labels.tif")
        write_labels(partial_labels(scene, seed=seed), labels, scene.classes)
        truth, classes = cube.with_name(f"{cube.stem}_truth.hdr"), cube.with_name("classes.json")
        model = cube.with_name(f"{name}.s3fn")
        typer.echo(
            f"{scene.cube.name}: {scene.cube.lines} x {scene.cube.samples} pixels, "
            f"{scene.cube.bands} bands; {', '.join(scene.classes.names)}\n"
            f"  s3fn train {cube} --labels {labels} --classes {classes} --out {model}\n"
            f"  s3fn predict {model} {cube} --out {cube.with_name('map')}\n"
            f"  s3fn evaluate {model} {cube} --labels {truth}"
        )


def _labelled(cubes: Sequence[Path], labels: Sequence[Path]) -> list[tuple[Cube, IdArray]]:
    """Open cubes and the label map of each."""
    if len(cubes) != len(labels):
        raise LabelError(
            f"Cubes: {len(cubes)}, label maps: {len(labels)}; give one label map per cube, "
            "in the same order."
        )
    pairs = []
    for cube_path, label_path in zip(cubes, labels, strict=True):
        cube = open_cube(cube_path)
        pairs.append((cube, read_labels(label_path, shape=cube.shape[:2])))
    return pairs


def _opening_notes(cubes: Iterable[Cube]) -> list[str]:
    """What was repaired or guessed when the cubes were opened."""
    return [f"{cube.name}: {note}" for cube in cubes for note in cube.notes]


def _prepare_folder(folder: Path) -> None:
    """Make a folder for results, now rather than fail after minutes of work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK):
        raise ExportError(f"{folder} cannot be written to; choose another folder.")


def _describe_cube(cube: Cube) -> str:
    """What `info` tells a person."""
    if cube.wavelengths is None:
        wavelengths = "unknown"
    else:
        wavelengths = f"{cube.wavelengths.min():.1f} to {cube.wavelengths.max():.1f} nm"
    bad = int(np.count_nonzero(~cube.good_bands))
    rows = [
        ("cube", cube.name + (" (simulated)" if cube.simulated else "")),
        ("size", f"{cube.lines} lines x {cube.samples} samples x {cube.bands} bands"),
        ("wavelengths", wavelengths),
        ("stored as", f"{cube.data.dtype}, {cube.interleave.upper()}"),
        ("no-data", "none" if cube.nodata is None else f"{cube.nodata:g}"),
        ("bad bands", str(bad) if bad else "none"),
        ("georeference", "yes" if cube.georeference else "none"),
        *(("note", note) for note in cube.notes),
    ]
    return "\n".join(f"{name:12}  {text}" for name, text in rows)
