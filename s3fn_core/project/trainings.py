"""The trainings that a project remembers: what each was made of, and how well it did.

The record lies in the project's settings, the model in a file of its own among the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any

from s3fn_core.files import read_record
from s3fn_core.languages import tr
from s3fn_core.project.content import plain_name
from s3fn_core.project.project import Project

TRAININGS = "trainings"
"""Their place in a project's settings."""
STORED = {"baseline": "rival"}
"""Fields whose key in the settings is another: projects were written when baselines were called rivals."""
MOST = 20
"""Trainings that a project keeps, baselines not counted: some megabytes each."""


@dataclass(frozen=True)
class TrainingRecord:
    """One training, or one baseline that was measured beside it.

    Attributes
    ----------
    id : str
    name, note : str
        The user's.
    preset : str
    settings : str
        What was changed of the preset, in words.
    split : str
        What was to be held out (``TrainSettings.split``).
    labels : list of (class name, pixels)
        At the time; empty where nobody knows.
    metrics : dict
        As the model has them: held-out figures, split, members, seconds, device.
    date : str
        When it ended, ISO 8601; "" where nobody knows.
    curves : dict from name to list of (place, value)
        Loss and accuracy while it learned.
    stages : list of (place, name)
        Where the curves' stages begin.
    baseline : str
        What kind of baseline it is, as tables call it; "" for a training.
    beside : str
        The id of the training that a baseline was measured beside.
    file : str
        Name among the project's models; "" before it is saved.
    """

    id: str
    name: str
    note: str = ""
    preset: str = ""
    settings: str = ""
    split: str = ""
    labels: list[tuple[str, int]] = field(default_factory=list)
    metrics: dict[str, Any] = field(default_factory=dict)
    date: str = ""
    curves: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    stages: list[tuple[int, str]] = field(default_factory=list)
    baseline: str = ""
    beside: str = ""
    file: str = ""

    @property
    def pixels(self) -> int:
        """All labels at the time."""
        return sum(count for _, count in self.labels)

    @property
    def seconds(self) -> float | None:
        """How long it took; None where nobody knows."""
        found = self.metrics.get("seconds")
        return float(found) if isinstance(found, int | float) else None


def remember(project: Project, records: Iterable[TrainingRecord]) -> None:
    """Put the trainings into the settings of a project; their files are its ``models``."""
    project.settings[TRAININGS] = [_renamed(asdict(record), STORED) for record in records]


def remembered(project: Project) -> tuple[list[TrainingRecord], list[str]]:
    """The trainings of a project, and notes on what cannot be read.

    One whose file is not among the project's models has none.
    """
    found, notes = list[TrainingRecord](), list[str]()
    given = project.settings.get(TRAININGS) or []
    names = {path.name for path in project.models}
    fields = {stored: field for field, stored in STORED.items()}
    for record in given if isinstance(given, list) else []:
        try:
            one = read_record(TrainingRecord, _renamed(record, fields))
            if one.file:
                plain_name(one.file)
        except ValueError as error:
            notes.append(
                tr("A training of {name} could not be read: {error}.", name=project.name, error=error)
            )
            continue
        if one.id not in {other.id for other in found}:
            found.append(one if one.file in names else replace(one, file=""))
    return found, notes


def trainings_table(records: Iterable[TrainingRecord]) -> list[tuple[str, ...]]:
    """The list of trainings with all digits, its headings first; cells are empty where nobody knows."""
    figures = ("oa", "aa", "kappa")
    heads = [
        (f"{name}{unit}", "95 % from", "to")
        for name, unit in (("overall accuracy", " %"), ("average accuracy", " %"), ("kappa", ""))
    ]
    head = ("name", "kind", *chain(*heads), "held-out pixels", "held out", "labelled pixels", "seconds")
    rows = [(*head, "trained", "settings", "note")]
    for one in records:
        held_out = one.metrics.get("held_out") or {}
        spans = held_out.get("intervals") or {}
        values = [(held_out.get(name), *(spans.get(name) or (None, None))) for name in figures]
        scales = (100, 100, 1)
        cells = [_cell(v, scale) for some, scale in zip(values, scales, strict=True) for v in some]
        rows.append(
            (
                one.name,
                f"baseline: {one.baseline}" if one.baseline else "training",
                *cells,
                _cell(held_out.get("count")),
                str(one.metrics.get("split") or ""),
                str(one.pixels) if one.labels else "",
                _cell(one.seconds),
                one.date,
                ", ".join(part for part in (one.preset, one.settings) if part),
                one.note,
            )
        )
    return rows


def _renamed(record: Any, names: Mapping[str, str]) -> Any:
    """A record with other keys; what is none stays as it is."""
    if not isinstance(record, dict):
        return record
    return {names.get(key, key): value for key, value in record.items()}


def _cell(value: float | None, scale: float = 1) -> str:
    return "" if value is None else f"{scale * value:.6g}"
