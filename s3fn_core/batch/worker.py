"""A process that does one task after another; it imports little before it knows its threads."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3fn_core.batch.task import Outcome, Task

_SECONDS = 0.1  # between two reports


def serve(pipe: Connection, threads: int) -> None:
    """Do the tasks that come through a pipe until it is closed, or anything comes during one.

    Ctrl-C reaches every process of a terminal; here whoever gave the task says when to stop.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for library in ("OMP", "MKL", "OPENBLAS", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_NUM_THREADS"] = str(threads)
    from s3fn_core.logs import start_logging
    from s3fn_core.problems.crashes import traced

    start_logging()
    with traced(), suppress(EOFError, OSError):  # who gave the tasks is gone
        while True:
            task: Task | None = pipe.recv()
            outcome = None if task is None else _done(task, pipe)
            if outcome is None:
                return
            pipe.send(outcome)


def _done(task: Task, pipe: Connection) -> Outcome | None:
    """The outcome of a task; None when it was to stop."""
    from s3fn_core.batch.running import running

    operation, last = running(task), 0.0
    try:
        while not pipe.poll():
            try:
                progress = next(operation)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome
            if time.monotonic() - last > _SECONDS:
                pipe.send(progress)
                last = time.monotonic()
        return None
    finally:
        operation.close()
