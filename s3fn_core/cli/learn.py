"""The command train.  What needs torch is imported inside, so that ``--help`` answers at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

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
from s3fn_core.cli.material import Maps, of_files, of_project
from s3fn_core.cli.output import accuracy_table, columns, follow, give, warn
from s3fn_core.cli.outputs import Outputs
from s3fn_core.cli.rivals import measured_beside, rivals_json, rivals_table
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.model.config import TrainSettings, train_config
from s3fn_core.project import Project


def train(
    *,
    cubes: SomeCubes = None,
    labels: SomeLabels = None,
    pairs: Pairs = None,
    classes: SomeClasses = None,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="PROJECT",
            help="Learn from all labelled cubes of a project, in place of CUBE, --labels and --classes.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="MODEL.s3fn")],
    preset: Annotated[
        Literal["pixel", "quick", "object", "paper"] | None,
        typer.Option(
            help="Few labelled pixels; the same without a network, in seconds and unmeasured; whole "
            "objects; or the network as published. By default the project's own, else pixel."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Short for --preset quick.")] = False,
    split: Annotated[
        Literal["blocks", "random"],
        typer.Option(help="Hold out blocks (objects, cubes), or random pixels, which flatters."),
    ] = "blocks",
    match: MatchBy = None,
    attribute: Attribute = None,
    test_regions: TestRegions = None,
    objects: Objects = None,
    same_objects: SameObjects = False,
    encoder: Encoder = "default",
    pooling: Annotated[
        Literal["mean", "label", "cls"] | None,
        typer.Option(help="What stands for a paragraph; the preset's own when not given."),
    ] = None,
    label_embeddings: Annotated[
        Literal["text", "tuned"],
        typer.Option(help="Compare with the text's vectors, or let them be tuned near the text."),
    ] = "text",
    init: Annotated[
        Path | None, typer.Option("--init", metavar="MODEL.s3fn", help="Model to start from.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of each stage.")] = None,
    seed: int = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep the state in MODEL.s3fn.partial; go on from there.")
    ] = False,
    experts: Annotated[
        bool,
        typer.Option(
            "--experts/--no-experts",
            help="Let linear classifiers of the spectrum speak beside the network, where the preset does.",
        ),
    ] = True,
    unlabelled: Annotated[
        bool,
        typer.Option(
            "--unlabelled/--labelled-only",
            help="Take what is common and what is noise from all pixels of the cubes, or only from "
            "those around labels.",
        ),
    ] = True,
    smooth: Smooth = True,
    expectations: Expectations = True,
    rivals: Annotated[
        bool,
        typer.Option(
            "--rivals",
            help="Measure well-known classifiers on the same held-out labels: support vector machine, "
            "shrinkage LDA, random forest, spectral angle.",
        ),
    ] = False,
    device: Device = "auto",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Learn from labelled cubes and described classes."""
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

    from s3fn_core.model.checkpoint import load_model, save_model
    from s3fn_core.model.learning.training import train as train_model
    from s3fn_core.results.map_accuracy import MapAccuracy

    initial = None if init is None else load_model(init)
    told = list[str]()
    operation = train_model(
        material.data, material.classes, config, device=device, initial=initial, resume=state
    )
    try:
        trained = follow(operation, "training", told)
    except KeyboardInterrupt:
        warn([] if state is None else [_kept(state)])
        raise
    save_model(trained.model, out)
    outputs.written([out])
    if state is not None:
        state.unlink(missing_ok=True)
    measured = measured_beside(trained.model, material.data) if rivals else None
    notes = [*material.notes, *trained.notes, *(measured.notes if measured else ())]
    warn(note for note in notes if note not in told)
    figures = trained.accuracy
    result: dict[str, Any] = {
        "model": str(out),
        "preset": chosen,
        "seed": seed,
        "device": trained.device,
        "seconds": round(trained.seconds, 2),
        "split": trained.split,
        "notes": notes,
        "evidence_weight": trained.model.evidence_weight,
        "speakers": trained.model.metrics.get("speakers"),
        "smoothing": trained.model.smoothing,
        "map_accuracy": trained.model.metrics.get("map_accuracy"),
        "objects": trained.model.metrics.get("objects"),
        "without_expectations": trained.model.metrics.get("without_expectations"),
        **(figures.to_json() if figures else {"oa": None, "aa": None, "kappa": None}),
        **({} if measured is None else {"rivals": rivals_json(trained.model, measured.rivals)}),
    }
    text = f"{out}: trained in {trained.seconds:.0f} s on {trained.device}\n"
    if figures:
        text += f"Held out ({trained.split}): {accuracy_table(figures)}"
        if expected := trained.model.metrics.get("map_accuracy"):
            text += f"\n\n{MapAccuracy.from_json(expected).sentence}"
    else:
        text += f"No accuracy was measured: {_why(trained.split)}."
    if len(speakers := trained.model.metrics.get("speakers", [])) > 1:
        text += f"\n\n{_speakers_table(speakers)}"
    if measured is not None and measured.rivals:
        text += f"\n\n{rivals_table(trained.model, measured.rivals)}"
    give(result, as_json, text)


def _opened(path: Path, others: Iterable[object]) -> Project:
    """The project to learn from; raises LabelError where other inputs are given, too."""
    if any(other is not None for other in others):
        raise LabelError(
            "--project takes the place of CUBE, --labels, --pairs, --classes, --objects and --test-regions; "
            "give the project alone."
        )
    return Project.load(path)


def _why(split: str) -> str:
    """The reason behind a sentence that says that nothing was held out."""
    return split.removeprefix("no held-out part: ").removeprefix("not measured: ")


def _speakers_table(speakers: list[dict[str, Any]]) -> str:
    """Who speaks in the model with what weight, and what each reaches alone on held-out labels."""
    rows = [("speaker", "weight", "alone")]
    for one in speakers:
        alone = "" if one["oa"] is None else f"{100 * one['oa']:.1f} %"
        rows.append((one["name"], f"{one['share']:.2f}", alone))
    return columns(rows)


def _kept(state: Path) -> str:
    """What is left of a training that was interrupted."""
    if state.exists():
        return f"{state} keeps what was done; the same command goes on from there."
    return "nothing is kept yet: the state is first written after half a minute of training."
