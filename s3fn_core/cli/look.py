"""Commands that need no model: info, similarity, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import Classes, Encoder, Json, Overwrite, TextPooling
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.exchange import write_labels
from s3fn_core.quoting import columns
from s3fn_core.types import FloatArray


def info(cube: Annotated[Path, typer.Argument(metavar="CUBE")], as_json: Json = False) -> None:
    """Show what a cube is, and what was repaired to open it."""
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


def similarity(
    classes: Classes, encoder: Encoder = "default", pooling: TextPooling = "mean", as_json: Json = False
) -> None:
    """Show how alike the class descriptions are."""
    class_set = read_classes(classes)

    from s3fn_core.words import similarity as alike

    found = follow(alike.similarity(class_set, encoder=encoder, pooling=pooling), "describing classes")
    warn([*found.embeddings.notes, *found.warnings])
    names = class_set.names
    result = {
        "classes": list(names),
        "similarity": _rounded(found.cosine),
        "centred": _rounded(found.centred),
        "threshold": alike.TOO_CLOSE,
        "encoder": found.embeddings.encoder,
        "pooling": pooling,
        "tokens": list(found.embeddings.tokens),
        "chunks": list(found.embeddings.chunks),
        "paragraphs": [
            {"class": p.class_id, "number": p.number + 1, "nearest": p.nearest, "pulls": _rounded(p.pulls)}
            for p in found.paragraphs
        ],
        "notes": [*found.embeddings.notes, *found.warnings],
    }
    table = [("", *names, "tokens")]
    table += [
        (name, *(f"{value:.3f}" for value in row), str(tokens))
        for name, row, tokens in zip(names, found.cosine, found.embeddings.tokens, strict=True)
    ]
    give(result, as_json, columns(table))


def _rounded(values: FloatArray) -> Any:
    return np.round(values.astype(float), 6).tolist()


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR")], seed: int = 0, overwrite: Overwrite = False
) -> None:
    """Write simulated, labelled and described scenes to try."""
    from s3fn_core.cubes.simulate import SCENES, partial_labels, simulate, write_scene

    outputs = Outputs("demo", (), overwrite)
    targets = {name: _scene_files(out / name, name) for name in SCENES}
    for files in targets.values():
        outputs.claim(files, [f"seed {seed}"])
    for name, files in targets.items():
        scene = simulate(name, seed=seed)
        cube = write_scene(scene, out / name)
        classes, labels, _, _, truth, _, _ = files
        write_labels(partial_labels(scene, seed=seed), labels, scene.classes)
        outputs.written(files)
        model = cube.with_name(f"{name}.s3fn")
        typer.echo(
            f"{scene.cube.name}: {scene.cube.lines} x {scene.cube.samples} pixels, "
            f"{scene.cube.bands} bands; {', '.join(scene.classes.names)}\n"
            f"  s3fn train {cube} --labels {labels} --classes {classes} --out {model}\n"
            f"  s3fn predict {model} {cube} --out {cube.with_name('map')}\n"
            f"  s3fn evaluate {model} {cube} --labels {truth}"
        )


def _scene_files(folder: Path, name: str) -> list[Path]:
    """What is written of a simulated scene, the cube last."""
    stem = f"simulated_{name}"
    maps = (f"{stem}_labels.tif", f"{stem}_labels.tif.aux.xml", f"{stem}_truth.img", f"{stem}_truth.hdr")
    return [folder / file for file in ("classes.json", *maps, f"{stem}.img", f"{stem}.hdr")]


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
