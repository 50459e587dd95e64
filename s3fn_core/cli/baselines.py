"""What the command train says of baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from s3fn_core.cli.output import follow
from s3fn_core.errors import ModelError
from s3fn_core.quoting import columns

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.baselines.baseline import Baseline
    from s3fn_core.model.baselines.measuring import Baselines
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.results.difference import PairedDifference


def measured_beside(model: S3FNModel, data: Sequence[LabelledCube]) -> Baselines:
    """The baselines of a model that was trained on `data`; the reason as a note where there are none.

    The model has already been written, so this is a note and not an error.
    """
    from s3fn_core.model.baselines.measuring import Baselines, measure_baselines

    try:
        return follow(measure_baselines(data, model.classes, model.config), "baselines")
    except ModelError as error:
        return Baselines((), (str(error),))


def baselines_json(model: S3FNModel, baselines: Sequence[Baseline]) -> list[dict[str, Any]]:
    """Figures of each baseline, and how the model differs from it on the same held-out pixels."""
    found = []
    for baseline in baselines:
        difference = _difference(model, baseline)
        figures = {
            name: baseline.metrics["held_out"][name] for name in ("oa", "aa", "kappa", "count", "intervals")
        }
        told = None if difference is None else difference.to_json()
        found.append({"rival": baseline.kind, **figures, "difference": told})
    return found


def baselines_table(model: S3FNModel, baselines: Sequence[Baseline]) -> str:
    """The model and its baselines, one below the other."""
    rows = [("same held-out labels", "OA", "95 %", "AA", "model minus baseline", "95 %", "p (McNemar)")]
    if held_out := model.metrics.get("held_out"):
        rows.append(("model", *_figures(held_out), "", "", ""))
    for baseline in baselines:
        difference = _difference(model, baseline)
        rows.append((baseline.title, *_figures(baseline.metrics["held_out"]), *_told(difference)))
    return columns(rows)


def _difference(model: S3FNModel, baseline: Baseline) -> PairedDifference | None:
    """None where one of them keeps no record of its answers."""
    from s3fn_core.results.difference import paired_difference

    if model.answers is None or baseline.answers is None:
        return None
    return paired_difference(model.answers, baseline.answers)


def _figures(held_out: Mapping[str, Any]) -> tuple[str, str, str]:
    interval = (held_out["intervals"] or {}).get("oa")
    return f"{100 * held_out['oa']:.1f} %", _range(interval), f"{100 * held_out['aa']:.1f} %"


def _told(difference: PairedDifference | None) -> tuple[str, str, str]:
    if difference is None:
        return ("", "", "")
    return f"{100 * difference.gain:+.1f}", _range(difference.interval), f"{difference.p:.2g}"


def _range(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"
