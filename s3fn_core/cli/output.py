"""What the commands print: results on stdout, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from s3fn_core.files import without_nan
from s3fn_core.progress import Operation, Progress
from s3fn_core.progress import run as drive
from s3fn_core.quoting import columns, one_line, unmarked

if TYPE_CHECKING:
    from s3fn_core.results.intervals import Intervals
    from s3fn_core.results.metrics import Accuracy

ResultT = TypeVar("ResultT")
SCHEMA_VERSION = 1
"""Of the objects that --json prints: grows when a key goes or changes its meaning, not when one is added."""
_objects = 0


def objects_given() -> int:
    """How many JSON objects were printed by now: an error adds none to the result of its command."""
    return _objects


def follow(operation: Operation[ResultT], title: str, told: list[str] | None = None) -> ResultT:
    """Run an operation to its end, with a bar where stderr is a terminal.

    Notes that it gives on the way are printed at once and added to `told`.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(title, total=1.0)

        def show(progress: Progress) -> None:
            text = f"{title}: {progress.message or progress.step}"
            bars.update(bar, completed=progress.fraction, description=text.replace("[", "\\["))
            warn(progress.notes)
            if told is not None:
                told.extend(progress.notes)

        return drive(operation, show)


def warn(notes: Iterable[str]) -> None:
    """Remarks that the user should know of, on stderr."""
    for note in notes:
        typer.echo(f"note: {one_line(note)}", err=True)


def give(result: dict[str, Any], as_json: bool, text: str) -> None:
    """Print the result of a command, for a program or for a person."""
    global _objects
    _objects += as_json
    told = {"schema_version": SCHEMA_VERSION, **result}
    typer.echo(json.dumps(without_nan(told), allow_nan=False) if as_json else unmarked(text))


def accuracy_table(figures: Accuracy) -> str:
    """Overall figures, figures of each class, and the confusion matrix."""
    per_class = [("class", "precision", "recall", "F1", "pixels")]
    per_class += [
        (c.name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", str(c.support))
        for c in figures.per_class
        if c.support
    ]
    confusion = [("truth \\ predicted", *figures.class_names)]
    confusion += [
        (name, *map(str, row)) for name, row in zip(figures.class_names, figures.confusion, strict=True)
    ]
    parts = [str(figures), columns(per_class), columns(confusion)]
    if unmeasured := [c.name for c in figures.per_class if not c.support]:
        parts.insert(2, f"Not measured, no labels: {', '.join(unmeasured)}.")
    if figures.intervals is not None:
        parts.insert(1, _interval_line(figures.intervals))
    if figures.unclassified:
        parts.append(f"{figures.unclassified} labelled pixels were not classified (background).")
    return "\n\n".join(parts)


def _interval_line(intervals: Intervals) -> str:
    from s3fn_core.results.metrics import range_text

    known = [
        f"{name} {range_text(interval, percent)}"
        for name, interval, percent in (
            ("OA", intervals.oa, True),
            ("AA", intervals.aa, True),
            ("kappa", intervals.kappa, False),
        )
        if interval is not None
    ]
    if not known:
        return f"The {intervals.blocks} {intervals.unit} do not differ, so there is no interval."
    return f"95 % confidence from {intervals.blocks} {intervals.unit}: {', '.join(known)}"
