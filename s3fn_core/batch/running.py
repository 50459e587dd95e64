"""One task from its first byte to its record; what a process, or a machine, is asked to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias

from s3fn_core.batch.outputs import Outputs
from s3fn_core.batch.record import Record
from s3fn_core.batch.task import Made, Outcome, Task
from s3fn_core.errors import CubeError, ExportError, S3FNError
from s3fn_core.files import reason
from s3fn_core.languages import tr
from s3fn_core.logs import log_path
from s3fn_core.memory import is_out_of_memory, what_did_not_fit
from s3fn_core.progress import Operation, Progress

log = logging.getLogger(__name__)
Make: TypeAlias = Callable[[Task], Operation[Made]]


def running(task: Task, make: Make | None = None) -> Operation[Outcome]:
    """Do a task unless it is done; whatever goes wrong with its cube is in the outcome.

    Its files are written whole, its record last.  Closed before its end it leaves whole files of which
    the record says that they are not all.  `make` does the work itself, by default ``task.work.make``.
    """
    try:
        return (yield from _run(task, make or task.work.make))
    except Exception as error:
        return failed(task, error)


def failed(task: Task, error: Exception) -> Outcome:
    """What became of a task that ended with an error."""
    return Outcome(task.name, task.cube, "failed", message=_told(error, task))


def _run(task: Task, make: Make) -> Operation[Outcome]:
    yield Progress("look", 0.0, tr("Looking for earlier results"))
    if not task.cube.exists():
        raise CubeError("{cube} does not exist; check the name and the folder.", cube=task.cube)
    record = Record(task)
    if (known := record.made) is not None:
        return Outcome(task.name, task.cube, "known", known)
    work = task.work
    files = work.files(task)
    outputs = Outputs(work.command, (task.cube, *task.beside.values(), *work.inputs), task.overwrite)
    outputs.claim([*files, record.path], [task.cube], own=record.own)
    _make_folder(task)
    record.begin(files)
    made = yield from make(task)
    record.finish(files, made)
    outputs.written([*files, record.path])
    return Outcome(task.name, task.cube, "done", made)


def _make_folder(task: Task) -> None:
    try:
        task.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            "{folder} cannot be created: {error}.", folder=task.folder, error=reason(error)
        ) from error


def _told(error: Exception, task: Task) -> str:
    """What a user reads of an error."""
    if isinstance(error, S3FNError):
        return str(error)
    if is_out_of_memory(error):
        return tr("{problem}. Use fewer workers, or close other programs.", problem=what_did_not_fit(error))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{reason(error)}"
    log.error("%s of %s", task.work.command, task.cube, exc_info=error)
    return tr(
        "unexpected error ({kind}: {error}); details are in {log}",
        kind=type(error).__name__,
        error=error,
        log=log_path(),
    )
