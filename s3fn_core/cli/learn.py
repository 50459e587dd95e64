"""The command train.  What needs torch is imported inside, so that ``--help`` answers at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.arguments import (
    Attribute,
    Device,
    Encoder,
    Expectations,
    Json,
    MatchBy,
    Objects,
    Overwrite,
    Pairs,
    SameObjects,
    Smooth,
    SomeClasses,
    SomeCubes,
    SomeLabels,
    TestRegions,
)
from s3fn_core.cli.inputs import prepare_file
from s3fn_core.cli.material import Maps, of_files, of_project, of_report
from s3fn_core.cli.output import follow
from s3fn_core.cli.training import Wish, carry_out
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.model.config import TrainSettings, train_config
from s3fn_core.project import Project

REPEATED = ("from_report", "cubes", "out", "device", "overwrite", "as_json")
"""What may be given with --from-report."""


def train(
    context: typer.Context,
    *,
    cubes: SomeCubes = None,
    labels: SomeLabels = None,
    pairs: Pairs = None,
    classes: SomeClasses = None,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="PROJECT",
            help="Train on all labelled cubes of a project, instead of CUBE, --labels and --classes.",
        ),
    ] = None,
    from_report: Annotated[
        Path | None,
        typer.Option(
            metavar="REPORT.html",
            help="Repeat the training of a report, which contains labels, classes and settings; give "
            "CUBE... only if the cubes have moved.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="MODEL.s3fn")],
    preset: Annotated[
        Literal["pixel", "quick", "object", "paper"] | None,
        typer.Option(
            help="Few labelled pixels; the same without a network, in seconds and not measured; whole "
            "objects; or the network as published. By default that of the project, or else pixel."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Short for --preset quick.")] = False,
    split: Annotated[
        Literal["blocks", "random"],
        typer.Option(
            help="Hold out blocks (objects, cubes), or random pixels, which gives figures that are too high."
        ),
    ] = "blocks",
    match: MatchBy = None,
    attribute: Attribute = None,
    test_regions: TestRegions = None,
    objects: Objects = None,
    same_objects: SameObjects = False,
    encoder: Encoder = "default",
    pooling: Annotated[
        Literal["mean", "label", "cls"] | None,
        typer.Option(help="Which words stand for a paragraph; by default as in the preset."),
    ] = None,
    label_embeddings: Annotated[
        Literal["text", "tuned"],
        typer.Option(help="Keep the vectors of the text, or tune them near the text."),
    ] = "text",
    init: Annotated[
        Path | None, typer.Option("--init", metavar="MODEL.s3fn", help="Model to start from.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of each stage.")] = None,
    seed: int = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Save the state in MODEL.s3fn.partial, and continue from there.")
    ] = False,
    experts: Annotated[
        bool,
        typer.Option(
            "--experts/--no-experts",
            help="Use linear classifiers of the spectrum next to the network, if the preset has them.",
        ),
    ] = True,
    unlabelled: Annotated[
        bool,
        typer.Option(
            "--unlabelled/--labelled-only",
            help="Estimate means and noise from all pixels of the cubes, or only from those around labels.",
        ),
    ] = True,
    smooth: Smooth = True,
    expectations: Expectations = True,
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines",
            "--rivals",
            help="Measure standard classifiers on the same held-out labels: support vector machine, "
            "shrinkage LDA, random forest, spectral angle.",
        ),
    ] = False,
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Train on labelled cubes and described classes."""
    if from_report is not None:
        _repeated(context, from_report, cubes, out, as_json)
        return
    others = (cubes, labels, pairs, classes, test_regions, objects)
    opened = None if project is None else _opened(project, others)
    own = TrainSettings.from_json({} if opened is None else opened.settings.get("train") or {})
    chosen = "quick" if quick else preset or own.preset
    asked = TrainSettings(chosen, epochs or 0, encoder, pooling or "", label_embeddings)
    config = train_config(asked)
    panel = replace(
        config.experts,
        enabled=config.experts.enabled and experts,
        unlabelled=unlabelled,
        smoothing=config.experts.smoothing and smooth,
        objects=config.experts.objects and experts,
    )
    fusion = replace(config.fusion, evidence=config.fusion.evidence and expectations)
    config = config.with_(seed=seed, split=replace(config.split, method=split), experts=panel, fusion=fusion)
    if opened is not None:
        together = "random" if split == "random" else own.split
        same = same_objects or own.same_objects
        material = follow(of_project(opened, together, same), opened.name)
    else:
        assert classes is not None  # which its option sees to
        material = of_files(
            cubes, labels, pairs, classes, Maps(test_regions, objects, same_objects, attribute, match)
        )
    if out.is_dir():
        raise ModelError(f"{out} is a folder; name the model file to write, such as model.s3fn.")
    outputs = Outputs("train", (*material.cubes, *material.read, init), overwrite)
    outputs.claim([out], material.cubes)
    state = out.with_name(f"{out.name}.partial") if resume else None
    outputs.keep_inputs([] if state is None else [state])
    prepare_file(out)

    from s3fn_core.model.checkpoint import load_model

    initial = None if init is None else load_model(init)
    carry_out(Wish(material, config, device, initial, state, baselines), out, outputs, as_json)


def _repeated(
    context: typer.Context, report: Path, cubes: list[Path] | None, out: Path, as_json: bool
) -> None:
    """Train once more as a report says; it brings labels, classes and settings."""
    for name in context.params:
        given = context.get_parameter_source(name)
        if given is not None and given.name == "COMMANDLINE" and name not in REPEATED:
            option = name.replace("_", "-")
            raise typer.BadParameter(
                f"--from-report contains labels, classes and settings; leave out --{option}."
            )
    outputs = Outputs("train", (*(cubes or ()), report), context.params["overwrite"])
    outputs.claim([out], [report])
    prepare_file(out)
    material, recipe = of_report(report, cubes or ())
    outputs.keep_inputs_of(material.cubes, [out])
    wish = Wish(material, recipe.train_config, context.params["device"], recipe=recipe)
    carry_out(wish, out, outputs, as_json)


def _opened(path: Path, others: Iterable[object]) -> Project:
    """The project to learn from; raises LabelError where other inputs are given, too."""
    if any(other is not None for other in others):
        raise LabelError(
            "--project takes the place of CUBE, --labels, --pairs, --classes, --objects and --test-regions; "
            "give the project alone."
        )
    return Project.load(path)
