"""Where tasks run: here one after another, or in processes of their own.

A process that the system kills, mostly for memory, takes one task with it and no other: that one is
tried once more.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TypeAlias

from s3fn_core.batch.running import running
from s3fn_core.batch.task import Outcome, Task
from s3fn_core.batch.worker import serve
from s3fn_core.languages import tr
from s3fn_core.progress import Progress

Event: TypeAlias = tuple[int, Progress | Outcome]
"""Number of a task, and how far it is or what became of it."""
Events: TypeAlias = Generator[Event, None, None]
Pool: TypeAlias = Callable[[Sequence[Task]], Events]
"""Does tasks and says what happens; closing the iterator stops them at their next report."""
_PATIENCE = 10.0  # seconds until a process that does not stop is ended
_DYING = 5.0  # seconds that a process whose pipe is closed takes at most
_KILLED = tr("The system ended the process that worked on it, twice. Memory may be short: use fewer workers.")
_CRASHED = tr("The process that worked on it crashed, twice. Run s3fn report-problem and report it.")
_CRASHES = {-getattr(signal, name, 0) for name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT")} - {0}


def in_turn(tasks: Sequence[Task]) -> Events:
    """Do tasks in this thread, one after another."""
    for number, task in enumerate(tasks):
        operation = running(task)
        try:
            while True:
                try:
                    progress = next(operation)
                except StopIteration as end:
                    yield number, end.value
                    break
                yield number, progress
        finally:
            operation.close()


def in_processes(workers: int) -> Pool:
    """Do tasks in processes that share the cores of this machine."""

    def pool(tasks: Sequence[Task]) -> Events:
        count = min(workers, len(tasks))
        threads = max(1, (os.cpu_count() or 1) // max(count, 1))
        waiting = deque(range(len(tasks)))
        again = set[int]()
        crew = [_Worker(threads) for _ in range(count)]
        try:
            while waiting or any(worker.number is not None for worker in crew):
                for worker in crew:
                    if worker.number is None and waiting:
                        worker.give(number := waiting.popleft(), tasks[number])
                busy = [worker for worker in crew if worker.number is not None]
                ready = wait([worker.pipe for worker in busy])
                for worker in busy:
                    if worker.pipe not in ready or worker.number is None:
                        continue
                    number = worker.number
                    try:
                        said: Progress | Outcome = worker.pipe.recv()
                    except (EOFError, OSError):
                        crew[crew.index(worker)] = _Worker(threads)
                        status = worker.end(_DYING)
                        if number not in again:
                            again.add(number)
                            waiting.append(number)
                            continue
                        why = _CRASHED if status in _CRASHES else _KILLED
                        said = Outcome(tasks[number].name, tasks[number].cube, "failed", message=why)
                    if isinstance(said, Outcome):
                        worker.number = None
                    yield number, said
        finally:
            _stop(crew)

    return pool


class _Worker:
    """A process, this end of its pipe, and the number of the task that it has."""

    def __init__(self, threads: int) -> None:
        context = get_context("spawn")  # a fork would copy locks that other threads hold
        self.pipe, far = context.Pipe()
        self.number: int | None = None
        self._process = context.Process(target=serve, args=(far, threads), daemon=True)
        with _interrupts_blocked():
            self._process.start()
        far.close()

    def give(self, number: int, task: Task) -> None:
        """Begin a task; where the process is gone, that shows when it is listened to."""
        self.number = number
        try:
            self.pipe.send(task)
        except OSError:
            return

    def end(self, patience: float) -> int | None:
        """Wait for the process, which was told to stop, then end it; the status with which it ended."""
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.pipe.close()
        return self._process.exitcode

    def tell(self) -> None:
        """Ask the process to stop at its next report."""
        try:
            self.pipe.send(None)
        except OSError:
            return


def _stop(crew: Sequence[_Worker]) -> None:
    for worker in crew:
        if worker.number is None:
            worker.pipe.close()
        else:
            worker.tell()
    for worker in crew:
        worker.end(_PATIENCE)


@contextmanager
def _interrupts_blocked() -> Generator[None]:
    """Let a process begin that Ctrl-C does not reach, not even before its first line."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
