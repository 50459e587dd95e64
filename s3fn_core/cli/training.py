"""Training as the command line does it: the work, the file, and what is printed of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3fn_core.batch.outputs import Outputs
from s3fn_core.cli.baselines import baselines_json, baselines_table, measured_beside
from s3fn_core.cli.material import Material
from s3fn_core.cli.output import accuracy_table, follow, give, warn
from s3fn_core.model.config import TrainConfig
from s3fn_core.quoting import columns

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.report.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Wish:
    """What is to be trained.

    Attributes
    ----------
    initial : S3FNModel or None
        Model to start from.
    state : path or None
        Where the training's state is kept, to go on from after an interruption.
    baselines : bool
        Whether to measure well-known classifiers too.
    recipe : Recipe or None
        Of the training that is repeated.
    """

    material: Material
    config: TrainConfig
    device: str
    initial: S3FNModel | None = None
    state: Path | None = None
    baselines: bool = False
    recipe: Recipe | None = None


def carry_out(wish: Wish, out: Path, outputs: Outputs, as_json: bool) -> None:
    """Train, write the model to `out`, and print what came out."""
    from s3fn_core.model.checkpoint import save_model
    from s3fn_core.model.learning.training import train as train_model
    from s3fn_core.results.map_accuracy import MapAccuracy

    material, config, state = wish.material, wish.config, wish.state
    told = list[str]()
    operation = train_model(
        material.data, material.classes, config, device=wish.device, initial=wish.initial, resume=state
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
    measured = measured_beside(trained.model, material.data) if wish.baselines else None
    notes = [*material.notes, *trained.notes, *(measured.notes if measured else ())]
    warn(note for note in notes if note not in told)
    figures, metrics = trained.accuracy, trained.model.metrics
    otherwise = None
    if wish.recipe is not None:
        from s3fn_core.report.repeating import compared

        otherwise = compared(wish.recipe, metrics)
    result: dict[str, Any] = {
        "model": str(out),
        "preset": config.preset,
        "seed": config.seed,
        "device": trained.device,
        "seconds": round(trained.seconds, 2),
        "split": trained.split,
        "notes": notes,
        "evidence_weight": trained.model.evidence_weight,
        "speakers": metrics.get("speakers"),
        "smoothing": trained.model.smoothing,
        "map_accuracy": metrics.get("map_accuracy"),
        "objects": metrics.get("objects"),
        "without_expectations": metrics.get("without_expectations"),
        **(figures.to_json() if figures else {"oa": None, "aa": None, "kappa": None}),
        **({} if measured is None else {"rivals": baselines_json(trained.model, measured.baselines)}),
        **({} if otherwise is None else {"same_figures": not otherwise, "differences": otherwise}),
    }
    text = f"{out}: trained in {trained.seconds:.0f} s on {trained.device}\n"
    if figures:
        text += f"Held out ({trained.split}): {accuracy_table(figures)}"
        if expected := metrics.get("map_accuracy"):
            text += f"\n\n{MapAccuracy.from_json(expected).sentence}"
    else:
        text += f"No accuracy was measured: {_why(trained.split)}."
    if len(members := metrics.get("speakers", [])) > 1:
        text += f"\n\n{_ensemble_table(members)}"
    if measured is not None and measured.baselines:
        text += f"\n\n{baselines_table(trained.model, measured.baselines)}"
    if otherwise is not None:
        text += "\n\n" + ("\n".join(otherwise) or "All held-out figures are those of the report.")
    give(result, as_json, text)


def _why(split: str) -> str:
    """The reason behind a sentence that says that nothing was held out."""
    return split.removeprefix("no held-out part: ").removeprefix("not measured: ")


def _ensemble_table(members: list[dict[str, Any]]) -> str:
    """Who speaks in the model with what weight, and what each reaches alone on held-out labels."""
    rows = [("member", "weight", "alone")]
    for one in members:
        alone = "" if one["oa"] is None else f"{100 * one['oa']:.1f} %"
        rows.append((one["name"], f"{one['share']:.2f}", alone))
    return columns(rows)


def _kept(state: Path) -> str:
    """What is left of a training that was interrupted."""
    if state.exists():
        return f"{state} contains the progress; run the same command again to continue."
    return "nothing was saved yet: the state is first written after half a minute of training."
