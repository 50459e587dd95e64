"""Long operations side by side, each in a thread of its own.

Threads suffice, since NumPy, PyTorch and scikit-learn release Python's lock while they compute.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from typing import Generic, TypeVar

from threadpoolctl import threadpool_limits

from s3fn_core.progress import Operation, Progress, scaled

ResultT = TypeVar("ResultT")
Reports = SimpleQueue[tuple[int, Progress | None]]
"""Number of an operation and its report, None at its end."""


class _StoppedError(Exception):
    """An operation was closed because another one failed, or because nobody waits any more."""


def side_by_side(
    operations: Sequence[Operation[ResultT]],
    workers: int,
    reporter: int = 0,
    prepare: Callable[[], None] = lambda: None,
) -> Operation[list[ResultT]]:
    """Run operations in `workers` threads; the results in the order of the operations.

    Reports are those of operation number `reporter`, after its end those of the first that is not
    done yet, with the progress of all.  An error in one operation, or closing this one, stops all
    at their next report.  An operation may wait for an earlier one (see :class:`Later`), since they
    are begun in their order.  `prepare` is called first in each thread.
    """
    if min(workers, len(operations)) < 2:
        return (yield from _in_turn(operations))
    reports: Reports = SimpleQueue()
    stop = threading.Event()
    with ThreadPoolExecutor(workers, "s3fn", prepare) as pool:
        futures = [
            pool.submit(_drive, operation, number, reports, stop)
            for number, operation in enumerate(operations)
        ]
        try:
            yield from _relayed(reports, len(operations), reporter)
        finally:
            stop.set()
    return _results(futures)


class Later(Generic[ResultT]):
    """The result of an operation, for those that run beside it and need it in the end."""

    def __init__(self) -> None:
        self._future: Future[ResultT] = Future()

    def of(self, operation: Operation[ResultT]) -> Operation[ResultT]:
        """Run `operation` and let the others have its result."""
        try:
            result = yield from operation
        except BaseException:
            self._future.cancel()
            raise
        self._future.set_result(result)
        return result

    def get(self) -> ResultT:
        """The result, as soon as it is there."""
        try:
            return self._future.result()
        except CancelledError as error:
            raise _StoppedError from error


def _in_turn(operations: Sequence[Operation[ResultT]]) -> Operation[list[ResultT]]:
    results, count = [], len(operations)
    for number, operation in enumerate(operations):
        results.append((yield from scaled(operation, number / count, (number + 1) / count)))
    return results


def _drive(operation: Operation[ResultT], number: int, reports: Reports, stop: threading.Event) -> ResultT:
    """Run one operation in this thread until it is done or all are to stop."""
    try:
        while not stop.is_set():
            try:
                progress = next(operation)
            except StopIteration as done:
                result: ResultT = done.value
                return result
            reports.put((number, progress))
        raise _StoppedError
    except BaseException:
        stop.set()
        raise
    finally:
        operation.close()
        reports.put((number, None))


def _relayed(reports: Reports, count: int, reporter: int) -> Iterator[Progress]:
    """The reports of `count` operations as those of one, until all have ended."""
    fractions, running = [0.0] * count, set(range(count))
    latest: dict[int, Progress] = {}
    while running:
        number, progress = reports.get()
        leader = reporter if reporter in running else min(running)
        if progress is None:
            running.discard(number)
            fractions[number] = 1.0
            continue
        fractions[number] = progress.fraction
        latest[number] = progress
        said = latest.get(leader, progress)
        if number != leader:  # its figures and notes are passed on, its words are not
            said = replace(progress, step=said.step, message=said.message)
        yield replace(said, fraction=sum(fractions) / count)


def _results(futures: Sequence[Future[ResultT]]) -> list[ResultT]:
    """What the operations gave; raises the error of the one that failed by itself."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in errors:
        if not isinstance(error, _StoppedError):
            raise error
    return [future.result() for future in futures]


_limit = threading.Lock()
_limited: list[threadpool_limits] = []


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let NumPy's and SciPy's matrix products compute in the thread that asks for them.

    Handing out parts of small products costs more than it gives, many times more where the cores
    are busy.  The limit holds for the whole program, until the last who asked for it leaves.
    """
    with _limit:
        _limited.append(_limited[0] if _limited else threadpool_limits(1, "blas"))
    try:
        yield
    finally:
        with _limit:
            limit = _limited.pop()
            if not _limited:
                limit.restore_original_limits()
