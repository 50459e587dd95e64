"""How a map was made, as the files of the map say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import s3fn_core

UNMEASURED = "not measured"


def origin_of(model: str, metrics: Mapping[str, Any]) -> dict[str, str]:
    """The program, the date, the model and how well it did, for the metadata of a map.

    Parameters
    ----------
    model : str
        What made the map, such as a model's file; left out where empty.
    metrics : mapping
        ``Prediction.metrics``: what was measured of the model as it made this map, or nothing.
    """
    accuracy = UNMEASURED
    if held_out := metrics.get("held_out"):
        accuracy = f"{held_out['oa']:.1%} of {held_out['count']} held-out pixels right"
    return {
        "program": f"S3FN {s3fn_core.__version__}",
        "written": datetime.now().astimezone().isoformat(timespec="seconds"),
        **({"model": model} if model else {}),
        "accuracy": accuracy,
    }
