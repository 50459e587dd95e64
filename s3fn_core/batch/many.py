"""Many tasks as one operation, wherever they run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from s3fn_core.batch.outputs import source_digest
from s3fn_core.batch.pool import Pool, in_turn
from s3fn_core.batch.record import record_path
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.cubes.formats.beside import first_shared
from s3fn_core.errors import ExportError
from s3fn_core.files import remove_unfinished
from s3fn_core.languages import plural
from s3fn_core.progress import Operation, Progress


@dataclass(frozen=True)
class Told(Progress):
    """A report of many tasks, which says of which one it is.

    Attributes
    ----------
    finished, tasks : int
        How many of them have ended, of how many.
    name : str
        Of the task.
    share : float
        How much of that task is done, 0..1.
    outcome : Outcome or None
        What became of it, as soon as that is known.
    """

    finished: int = 0
    tasks: int = 0
    name: str = ""
    share: float = 0.0
    outcome: Outcome | None = None


def prepared(tasks: Sequence[Task]) -> tuple[list[Task], tuple[str, ...]]:
    """The tasks ready to be done, all of one work, and what the user should know of that.

    No two of them write the same file, and none an input.

    Raises
    ------
    ExportError
        When two would, or a result would replace an input.
    S3FNError
        When the work can be done with no cube.
    """
    if not tasks:
        return [], ()
    work = tasks[0].work
    shared = source_digest(work.inputs)
    notes = work.check(shared)
    taken: dict[Path, Task] = {}
    for task in tasks:
        for path in (*work.files(task), record_path(task)):
            if (other := taken.setdefault(path, task)) is not task:
                raise ExportError(
                    "{path} would be written twice, for {first} and for {second}; "
                    "write them into different folders.",
                    path=path,
                    first=other.cube,
                    second=task.cube,
                )
    inputs = [*work.inputs, *(path for task in tasks for path in (task.cube, *task.beside.values()))]
    if (found := first_shared(taken, [path for path in inputs if path.exists()])) is not None:
        raise ExportError(
            "{path} is, or lies in, an input of this command, which stays as it is; choose another folder.",
            path=found,
        )
    return [replace(task, shared=shared) for task in tasks], notes


def doing(tasks: Sequence[Task], pool: Pool = in_turn) -> Operation[list[Outcome]]:
    """Do tasks that are :func:`prepared`; the outcomes in their order.

    Closed before its end it stops all of them; what is done stays, and is known by the next run.
    """
    for folder in {task.folder for task in tasks}:
        remove_unfinished(folder)
    shares, outcomes = [0.0] * len(tasks), dict[int, Outcome]()
    events = pool(tasks)
    try:
        for number, said in events:
            task = tasks[number]
            outcome = said if isinstance(said, Outcome) else None
            shares[number] = 1.0 if isinstance(said, Outcome) else said.fraction
            if outcome is not None:
                outcomes[number] = outcome
            message, notes = ("", ()) if isinstance(said, Outcome) else (said.message, said.notes)
            text = plural(
                "{done} of {count} cube, {name}",
                "{done} of {count} cubes, {name}",
                len(tasks),
                done=len(outcomes),
                name=task.name,
            )
            yield Told(
                "batch",
                sum(shares) / len(shares),
                f"{text}: {message}" if message else text,
                notes=notes,
                finished=len(outcomes),
                tasks=len(tasks),
                name=task.name,
                share=shares[number],
                outcome=outcome,
            )
    finally:
        events.close()
    return [outcomes[number] for number in range(len(tasks))]
