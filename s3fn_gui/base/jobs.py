"""Slow work of the core, done in worker threads and cancelled within a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Literal

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from s3fn_core.progress import Operation, Progress

log = logging.getLogger(__name__)
Makes = Literal["work", "file"]
LET_GO_AFTER_MS = 800
"""A step that cannot be interrupted (an import, one long read) is not waited for longer."""
STACK_BYTES = 16 * 2**20  # the default of some systems is too small for numerical libraries


class Job(QThread):
    """Does a piece of work; reports `progressed`, then exactly one of the other three.

    `work` gives a result, or a generator that makes it step by step.

    `cancel` closes the generator at its next yield, so that its ``finally`` blocks run.  Where
    that takes too long the job is let go: `cancelled` comes at once, the thread winds down by
    itself and whatever it still produces is dropped.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    wound_down = Signal(object)
    _reported = Signal(object)
    _outcome = Signal(str, object)

    def __init__(
        self, title: str, work: Callable[[], Any], *, makes: Makes | None = None, brief: bool = False
    ) -> None:
        # No parent: a job's connections may hold the last reference to the runner, which would
        # then delete the job a second time while it is being deleted.
        super().__init__()
        self.title = title
        self.makes = makes
        self.brief = brief
        self.setStackSize(STACK_BYTES)
        self._work = work
        self._stop = threading.Event()
        self._ended = False
        self._born = time.monotonic()
        self.fraction = 0.0
        self._reported.connect(self._forward)  # these cross from the worker to the main thread
        self._outcome.connect(self._end)
        self.finished.connect(self._wind_down)

    def run(self) -> None:
        """Worker thread: pull the generator to its end."""
        operation: Operation[Any] | None = None
        try:
            operation = _stepwise(self._work)
            while not self._stop.is_set():
                self._reported.emit(next(operation))
            self._outcome.emit("cancelled", None)
        except StopIteration as stop:
            self._outcome.emit("cancelled" if self._stop.is_set() else "succeeded", stop.value)
        except BaseException as error:  # a worker thread must never end silently
            self._outcome.emit("cancelled" if self._stop.is_set() else "failed", error)
        finally:
            if operation is not None:
                self._close(operation)

    def cancel(self) -> None:
        """Ask the job to stop; `cancelled` follows within a second."""
        if not self._stop.is_set():
            self._stop.set()
            QTimer.singleShot(LET_GO_AFTER_MS, self, self.let_go)

    def let_go(self) -> None:
        """Be cancelled now, whatever the thread is still doing."""
        self._end("cancelled", None)

    @property
    def is_active(self) -> bool:
        """True until one of the three end signals was sent."""
        return not self._ended

    def remaining(self) -> float | None:
        """Seconds that are left at the present pace, None while nothing can be said."""
        spent = time.monotonic() - self._born
        if self.fraction < 0.02 or spent < 1.0:
            return None
        return spent / self.fraction * (1 - self.fraction)

    def _forward(self, progress: Progress) -> None:
        """Main thread: pass on a report, unless the job is being cancelled."""
        self.fraction = max(self.fraction, progress.fraction)
        if self.is_active and not self._stop.is_set():
            self.progressed.emit(progress)

    def _close(self, operation: Operation[Any]) -> None:
        try:
            operation.close()
        except Exception:
            log.exception("%s: closing the operation failed", self.title)

    def _wind_down(self) -> None:
        """Main thread: the thread is over."""
        self.wound_down.emit(self)

    def _end(self, outcome: str, value: object) -> None:
        """Main thread: pass on the first outcome, drop any later one.

        A result that was on its way when the job was cancelled is none: nobody waits for it.
        """
        if self._ended:
            return
        self._ended = True
        if outcome == "cancelled" or self._stop.is_set():
            self.cancelled.emit()
        elif outcome == "failed":
            self.failed.emit(value)
        else:
            self.succeeded.emit(value)


def _stepwise(work: Callable[[], Any]) -> Operation[Any]:
    """The work as an operation; where it is one piece, without any step."""
    result = work()
    return (yield from result) if isinstance(result, Generator) else result


class JobRunner(QObject):
    """Holds the running jobs: one for each kind, the newest wins.  The status bar follows it."""

    starting = Signal(str)
    changed = Signal()
    progressed = Signal(object, object)
    broke = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._active: dict[str, Job] = {}
        self._threads: set[Job] = set()
        self._open = True

    def start(
        self,
        kind: str,
        title: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        *,
        progressed: Callable[[Progress], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        makes: Makes | None = None,
        brief: bool = False,
    ) -> Job:
        """Do `work` (see :class:`Job`) in a thread; a running job of the same kind is cancelled.

        `done`, `progressed`, `failed` and `cancelled` are called in the main thread.  Without
        `failed`, the error goes to the message bar.  What a job `makes` is not dropped without a
        question: "work" that belongs to the open project, or a "file".  A `brief` one is over before
        anybody has read its title, so that the status bar leaves it out.
        """
        self.starting.emit(kind)
        self.cancel(kind)
        job = Job(title, work, makes=makes, brief=brief)
        if not self._open:
            return job
        self._active[kind] = job
        self._threads.add(job)

        def ended(then: Callable[..., None] | None, *values: Any) -> None:
            if self._active.get(kind) is job:
                del self._active[kind]
            if then is not None:
                then(*values)
            self.changed.emit()

        def report(progress: Progress) -> None:
            if progressed is not None:
                progressed(progress)
            self.progressed.emit(job, progress)

        def broken(error: BaseException) -> None:
            self.broke.emit(title, error)

        job.progressed.connect(report)
        job.succeeded.connect(lambda value: ended(done, value))
        job.failed.connect(lambda error: ended(failed or broken, error))
        job.cancelled.connect(lambda: ended(cancelled))
        job.wound_down.connect(self._forget)
        job.start()
        self.changed.emit()
        return job

    def _forget(self, job: Job) -> None:
        self._threads.discard(job)
        job.deleteLater()

    def get(self, kind: str) -> Job | None:
        """The running job of a kind."""
        return self._active.get(kind)

    @property
    def active(self) -> tuple[Job, ...]:
        """Jobs that have not ended, oldest first."""
        return tuple(self._active.values())

    def making(self, *kinds: Makes) -> list[str]:
        """Titles of running jobs that make something which would be missed."""
        return [job.title for job in self.active if job.makes in kinds]

    def cancel(self, kind: str) -> None:
        """Stop the job of a kind, if there is one."""
        job = self._active.get(kind)
        if job is not None:
            job.cancel()

    def shut_down(self, wait_ms: int = 10_000) -> bool:
        """Cancel everything and wait for the threads; False when one would not stop.

        No job starts afterwards, and none that ran is heard of again.
        """
        self._open = False
        jobs = tuple(self._threads)
        for job in jobs:
            job.cancel()
        deadline = time.monotonic() + wait_ms / 1000
        stopped = [job.wait(max(1, int((deadline - time.monotonic()) * 1000))) for job in jobs]
        for job in jobs:
            job.let_go()
        return all(stopped)
