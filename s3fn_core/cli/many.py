"""How the commands do the same with many cubes: progress, one summary table, the exit status."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from s3fn_core.batch.cluster import on_cluster
from s3fn_core.batch.inputs import Found
from s3fn_core.batch.many import Told, doing, prepared
from s3fn_core.batch.pool import Pool, in_processes, in_turn
from s3fn_core.batch.summary import check_summary, write_summary
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.cli.inputs import prepare_folder
from s3fn_core.cli.output import give, warn
from s3fn_core.errors import LabelError, S3FNError
from s3fn_core.progress import Operation, Progress, run
from s3fn_core.quoting import named, one_line

PARTLY = 3
"""Exit status where some cubes were done and some were not."""


def chosen_pool(workers: int | None, scheduler: str | None) -> Pool | None:
    """Where the cubes are worked on; None where nobody said so.

    Raises
    ------
    typer.BadParameter
        When both are given.
    """
    if scheduler is not None:
        if workers is not None:
            raise typer.BadParameter("--scheduler has its own workers; leave out --workers.")
        return on_cluster(scheduler)
    if workers is None:
        return None
    return in_turn if workers == 1 else in_processes(workers)


def companions(
    given: Sequence[Path] | None, found: Found, endings: Sequence[str], option: str
) -> list[Path] | list[None]:
    """The file that belongs to each cube: given in their order, or NAME and one of `endings` in a folder.

    Raises
    ------
    LabelError
        When there are more or fewer files than cubes.
    """
    if not given:
        return [None] * len(found.cubes)
    if len(given) == 1 and given[0].is_dir():
        return [_companion(given[0], name, endings) for _, name in found.cubes]
    if len(given) != len(found.cubes):
        raise LabelError(
            f"Cubes: {len(found.cubes)}, maps after {option}: {len(given)}; give one map per cube, in "
            f"the same order, or a folder of NAME{endings[0]}."
        )
    return list(given)


def _companion(folder: Path, name: str, endings: Sequence[str]) -> Path:
    """The first that exists; otherwise the first name, whose absence is reported with its cube."""
    names = [folder / f"{name}{ending}" for ending in endings]
    return next((path for path in names if path.exists()), names[0])


def carry_out(
    tasks: Sequence[Task],
    notes: Sequence[str],
    pool: Pool | None,
    told: Mapping[str, Any],
    started: float,
    as_json: bool,
    conclude: Callable[[Sequence[Task], Sequence[Outcome]], None] | None = None,
) -> None:
    """Do tasks, tell of them, and write DIR/summary.csv.

    `conclude` does what needs the outcomes of all.

    Raises
    ------
    S3FNError
        When no cube could be worked on.
    typer.Exit
        With status 3, when some could not.
    """
    out = tasks[0].out
    tasks, of_work = prepared(tasks)
    prepare_folder(out)
    path = check_summary(out)
    said: list[str] = []
    outcomes = _shown(doing(tasks, pool or in_turn), tasks, as_json, said)
    if conclude is not None:
        conclude(tasks, outcomes)
    write_summary(outcomes, path)
    failed = [one for one in outcomes if one.made is None]
    if len(failed) == len(outcomes):
        why = failed[0].message if len(failed) == 1 else f"No cube was done; {path} says why for each."
        raise S3FNError(why)
    notes = [*notes, *of_work, *dict.fromkeys(said), *_notes(outcomes)]
    warn(notes)
    result = {
        **told,
        "seconds": round(time.perf_counter() - started, 2),
        "notes": notes,
        "cubes": [_record(one, out) for one in outcomes if one.made is not None],
        "failed": [{"cube": str(one.cube), "name": one.name, "message": one.message} for one in failed],
        "summary": str(path),
    }
    give(result, as_json, f"{_counted(outcomes)}\n{path}")
    if failed:
        raise typer.Exit(PARTLY)


def _notes(outcomes: Sequence[Outcome]) -> list[str]:
    """What is to be known of cubes; a note on several is one."""
    names: dict[str, list[str]] = {}
    for one in outcomes:
        for note in one.made.notes if one.made else ():
            names.setdefault(note, []).append(one.name)
    return [f"{named(cubes)}: {note}" for note, cubes in names.items()]


def _record(one: Outcome, out: Path) -> dict[str, Any]:
    """The JSON record of a cube."""
    assert one.made is not None
    files = [str(out / name) for name in one.made.files]
    return {"cube": str(one.cube), "name": one.name, "status": one.status, "files": files, **one.made.told}


def _counted(outcomes: Sequence[Outcome]) -> str:
    count = {status: sum(one.status == status for one in outcomes) for status in ("done", "known", "failed")}
    text = f"{count['done'] + count['known']} of {len(outcomes)} cubes done"
    if count["known"]:
        text += f", {count['known']} of them by an earlier run"
    return text + (f"; {count['failed']} not done" if count["failed"] else "")


def _shown(
    operation: Operation[list[Outcome]], tasks: Sequence[Task], as_json: bool, notes: list[str]
) -> list[Outcome]:
    """Run the tasks with bars where stderr is a terminal, else with a line for each cube.

    What is to be known of how they run is added to `notes`.
    """

    def noting(show: Callable[[Progress], None]) -> Callable[[Progress], None]:
        def noted(told: Progress) -> None:
            notes.extend(told.notes)
            show(told)

        return noted

    console = Console(stderr=True)
    if not console.is_terminal:
        return run(operation, noting(_Lines(len(tasks), as_json).show))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        return run(operation, noting(_Bars(bars, len(tasks)).show))


class _Lines:
    """One line for each cube that is done, for people or, as JSON, for a program."""

    def __init__(self, count: int, as_json: bool) -> None:
        self._count, self._as_json = count, as_json
        self._done = 0

    def show(self, told: Progress) -> None:
        if not isinstance(told, Told) or told.outcome is None:
            return
        self._done += 1
        one = told.outcome
        if self._as_json:
            record = {"cube": str(one.cube), "name": one.name, "status": one.status, "message": one.message}
            typer.echo(json.dumps({**record, "number": self._done, "of": self._count}), err=True)
        else:
            typer.echo(f"[{self._done}/{self._count}] {_line(one)}", err=True)


class _Bars:
    """A bar for all cubes, and one for each that is being worked on."""

    def __init__(self, bars: Bars, count: int) -> None:
        self._bars, self._count, self._done = bars, count, 0
        self._all = bars.add_task(f"0 of {count} cubes", total=1.0)
        self._each: dict[str, TaskID] = {}

    def show(self, told: Progress) -> None:
        if not isinstance(told, Told):
            return
        if told.outcome is None:
            if told.name not in self._each:
                self._each[told.name] = self._bars.add_task(escape(one_line(told.name)), total=1.0)
            self._bars.update(self._each[told.name], completed=told.share)
        else:
            self._done += 1
            if told.name in self._each:
                self._bars.remove_task(self._each.pop(told.name))
            if told.outcome.status == "failed":
                self._bars.console.print(escape(_line(told.outcome)), highlight=False)
        self._bars.update(
            self._all, completed=told.fraction, description=f"{self._done} of {self._count} cubes"
        )


def _line(one: Outcome) -> str:
    text = {"done": "done", "known": "done earlier", "failed": f"not done: {one.message}"}[one.status]
    return one_line(f"{one.name}: {text}")
