"""Running an operation in a script, with a bar on stderr or a function that is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from s3fn_core.progress import Operation, Progress, run

ResultT = TypeVar("ResultT")
Follow: TypeAlias = bool | Callable[[Progress], None]
"""False: nothing is shown; True: a bar; or a function that gets each report."""


def follow(operation: Operation[ResultT], title: str, progress: Follow) -> ResultT:
    """Run an operation to its end and give its result."""
    if not isinstance(progress, bool):
        return run(operation, progress)
    if not progress:
        return run(operation)
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(title, total=1.0)

        def show(report: Progress) -> None:
            text = f"{title}: {report.message or report.step}".replace("[", "\\[")
            bars.update(bar, completed=report.fraction, description=text)

        return run(operation, show)
