"""What the command train says of rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from s3fn_core.cli.output import follow
from s3fn_core.errors import ModelError
from s3fn_core.quoting import columns

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel
    from s3fn_core.model.dataset import LabelledCube
    from s3fn_core.model.rivals.measuring import Rivals
    from s3fn_core.model.rivals.rival import Rival
    from s3fn_core.results.difference import PairedDifference


def measured_beside(model: S3FNModel, data: Sequence[LabelledCube]) -> Rivals:
    """The rivals of a model that was trained on `data`; the reason as a note where there are none.

    The model has already been written, so this is a note and not an error.
    """
    from s3fn_core.model.rivals.measuring import Rivals, measure_rivals

    try:
        return follow(measure_rivals(data, model.classes, model.config), "rivals")
    except ModelError as error:
        return Rivals((), (str(error),))


def rivals_json(model: S3FNModel, rivals: Sequence[Rival]) -> list[dict[str, Any]]:
    """Figures of each rival, and how the model differs from it on the same held-out pixels."""
    found = []
    for rival in rivals:
        difference = _difference(model, rival)
        figures = {
            name: rival.metrics["held_out"][name] for name in ("oa", "aa", "kappa", "count", "intervals")
        }
        told = None if difference is None else difference.to_json()
        found.append({"rival": rival.kind, **figures, "difference": told})
    return found


def rivals_table(model: S3FNModel, rivals: Sequence[Rival]) -> str:
    """The model and its rivals, one below the other."""
    rows = [("same held-out labels", "OA", "95 %", "AA", "model minus baseline", "95 %", "p (McNemar)")]
    if held_out := model.metrics.get("held_out"):
        rows.append(("model", *_figures(held_out), "", "", ""))
    for rival in rivals:
        difference = _difference(model, rival)
        rows.append((rival.title, *_figures(rival.metrics["held_out"]), *_told(difference)))
    return columns(rows)


def _difference(model: S3FNModel, rival: Rival) -> PairedDifference | None:
    """None where one of them keeps no record of its answers."""
    from s3fn_core.results.difference import paired_difference

    if model.answers is None or rival.answers is None:
        return None
    return paired_difference(model.answers, rival.answers)


def _figures(held_out: Mapping[str, Any]) -> tuple[str, str, str]:
    interval = (held_out["intervals"] or {}).get("oa")
    return f"{100 * held_out['oa']:.1f} %", _range(interval), f"{100 * held_out['aa']:.1f} %"


def _told(difference: PairedDifference | None) -> tuple[str, str, str]:
    if difference is None:
        return ("", "", "")
    return f"{100 * difference.gain:+.1f}", _range(difference.interval), f"{difference.p:.2g}"


def _range(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"
