"""Tasks on a cluster: a scheduler of dask gives them to its workers.

All machines see the same files under the same names.  A worker that dies, or no longer answers, loses
its task to another one.  It may have begun to write: files are whole or not there, and the record of
the cube says which are its own, so doing a task once more changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s3fn_core.batch.pool import Events, Pool
from s3fn_core.batch.running import running
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.errors import ExportError
from s3fn_core.progress import Progress, run

MISSING = (
    "A cluster needs the package distributed, which is not installed. Install it: "
    "python -m pip install 's3fn[distributed]'."
)
CONNECTING = 15.0  # seconds
_HEARTBEAT = 0.5  # seconds until the caller may stop the tasks
_LOST = "Every worker that tried this cube died ({}). Memory may be short: give each worker more."


def on_cluster(address: str) -> Pool:
    """Do tasks on the workers of a scheduler, such as ``tcp://login1:8786``, or a scheduler file.

    Raises
    ------
    ExportError
        When the package is missing, or nothing answers at the address.
    """

    def pool(tasks: Sequence[Task]) -> Events:
        client, wait = _connected(address)
        waiting: dict[Any, int] = {}
        try:
            for number, task in enumerate(tasks):
                waiting[client.submit(done, task, pure=False, key=f"{number}-{task.name}")] = number
            while waiting:
                for future in _ended(client, wait, list(waiting)):
                    number = waiting.pop(future)
                    yield number, _outcome(future, tasks[number])
                if waiting:
                    number = min(waiting.values())
                    yield number, Progress("cluster", 0.0, "Waiting for the workers")
        finally:
            client.cancel(list(waiting), force=True)
            client.close()

    return pool


def done(task: Task) -> Outcome:
    """Do a task to its end; what a worker is asked for."""
    return run(running(task))


def _connected(address: str) -> tuple[Any, Any]:
    """A client of the scheduler, and the function that waits for its futures."""
    try:
        from distributed import Client, wait
    except ImportError as error:
        raise ExportError(MISSING) from error
    given = {"address": address} if "://" in address else {"scheduler_file": address}
    try:
        return Client(**given, timeout=CONNECTING, set_as_default=False), wait  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        why = str(error) or "it took too long"
        raise ExportError(
            f"No scheduler answers at {address} ({why}); start it, or check the address."
        ) from error


def _ended(client: Any, wait: Any, futures: Sequence[Any]) -> Sequence[Any]:
    """Those that have ended within a heartbeat."""
    try:
        with client.as_current():
            wait(futures, timeout=_HEARTBEAT, return_when="FIRST_COMPLETED")
    except TimeoutError:
        return ()
    return [future for future in futures if future.done()]


def _outcome(future: Any, task: Task) -> Outcome:
    """What became of a task; of one that no worker survived, that it failed."""
    error = future.exception()
    if error is None:
        outcome: Outcome = future.result()
        return outcome
    return Outcome(task.name, task.cube, "failed", message=_LOST.format(type(error).__name__))
