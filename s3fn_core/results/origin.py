"""How a map was made, as the files of the map say it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import s3fn_core
from s3fn_core.files import json_text, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.quoting import per_cent

UNMEASURED = "not measured"
GUESS = "guess from the words alone"
LIVE = "live map of the quick model, not measured"
REWORDED = "map in edited words, not measured"
BASELINE = "map of a baseline classifier, for comparison"
NAME_ENDINGS = {GUESS: "_guess", LIVE: "_live", REWORDED: "_edited_words", BASELINE: "_baseline"}
"""What the file names of a map end in that no measured model made."""
BESIDE = "-metadata.json"
"""After the name of a file that cannot say itself what it is; the ending is that of CSV on the Web
(W3C, Model for Tabular Data and Metadata on the Web, 5.3)."""


def origin_of(model: str, metrics: Mapping[str, Any], since: str = "", remark: str = "") -> dict[str, str]:
    """The program, the date, the model and how well it did, for the metadata of a map.

    Parameters
    ----------
    model : str
        What made the map, such as a model's file; left out where empty.
    metrics : mapping
        ``Prediction.metrics`` or ``ObjectPrediction.metrics``: what was measured of the model as it made
        this map, or nothing.
    since : str
        What has changed since the map was made; left out where empty.
    remark : str
        As of :func:`remark_of`; left out where empty.
    """
    accuracy = UNMEASURED
    if held_out := metrics.get("held_out"):
        counted = f"{held_out['count']} held-out {held_out.get('of', 'pixels')}"
        accuracy = f"{per_cent(held_out['oa'])} of {counted} correct"
    return {
        **stamp(),
        **({"model": model} if model else {}),
        "accuracy": accuracy,
        **({"changed_since": since} if since else {}),
        **({"remark": remark} if remark else {}),
    }


def stamp() -> dict[str, str]:
    """The program and the date."""
    return {"program": f"S3FN {s3fn_core.__version__}", "written": _now().isoformat(timespec="seconds")}


def _now() -> datetime:
    """The time, or the one that SOURCE_DATE_EPOCH states, for files that are alike to the byte.

    Source: https://reproducible-builds.org/specs/source-date-epoch
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(stated), UTC) if stated.isdecimal() else datetime.now().astimezone()


def remark_of(*, from_words: bool, live: bool = False, reworded: bool = False, baseline: bool = False) -> str:
    """What every file says of a map that no measured model made; "" of one that such a model did."""
    if baseline:
        return BASELINE
    return GUESS if from_words else LIVE if live else REWORDED if reworded else ""


def texts_of(classes: ClassSet) -> dict[str, str]:
    """What each class was described as, for the metadata."""
    return {f"class_{c.id}": f"{c.name}: {c.text or 'no description'}" for c in classes}


def as_text(about: Mapping[str, str]) -> str:
    """The metadata of a map on one line, for formats that have room for a description only."""
    return "; ".join(f"{key}: {' '.join(value.split())}" for key, value in about.items())


def beside(path: Path) -> Path:
    """Where :func:`write_beside` writes."""
    return path.with_name(path.name + BESIDE)


def write_beside(path: Path, *about: Mapping[str, str]) -> None:
    """Write the metadata of a table or an array, or of its parts, as a file beside it.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    context = {"@context": "http://www.w3.org/ns/csvw"} if path.suffix == ".csv" else {}
    notes = [dict(part) for part in about]
    with whole_file(beside(path)) as temporary:
        temporary.write_text(json_text({**context, "url": path.name, "notes": notes}), "utf-8")
