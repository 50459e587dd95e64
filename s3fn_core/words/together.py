"""Several operations at the same time, told of as one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from s3fn_core.errors import S3FNError
from s3fn_core.progress import Operation, Progress

KeyT = TypeVar("KeyT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Ended(Generic[ResultT]):
    """How one of the operations ended: with a result or with an expected error."""

    result: ResultT | None = None
    error: S3FNError | None = None


def together(
    starts: Mapping[KeyT, Callable[[], Operation[ResultT]]], at_once: int
) -> Generator[tuple[KeyT, Progress | Ended[ResultT]], None, None]:
    """Run operations in threads, in their order and at most `at_once` at a time.

    Yields what each reports, then how it ended.  An expected error ends its own operation only,
    any other one ends all.  Closing the generator closes every operation at its next report and
    waits for that.

    Parameters
    ----------
    starts : mapping of key to function
        The function makes the operation, in its thread.
    at_once : int
    """
    events: queue.SimpleQueue[tuple[KeyT, Progress | Ended[ResultT] | BaseException]]
    events = queue.SimpleQueue()
    stop = threading.Event()

    def drive(key: KeyT, start: Callable[[], Operation[ResultT]]) -> None:
        try:
            events.put((key, _driven(start(), lambda p: events.put((key, p)), stop)))
        except BaseException as error:  # raised again by the generator, where it belongs
            events.put((key, error))

    pool = ThreadPoolExecutor(at_once, "together")
    try:
        for key, start in starts.items():
            pool.submit(drive, key, start)
        left = len(starts)
        while left:
            key, event = events.get()
            if isinstance(event, BaseException):
                raise event
            left -= isinstance(event, Ended)
            yield key, event
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _driven(
    operation: Operation[ResultT], report: Callable[[Progress], None], stop: threading.Event
) -> Ended[ResultT]:
    """Pull an operation to its end, or until it is to stop."""
    try:
        while not stop.is_set():
            report(next(operation))
    except StopIteration as end:
        return Ended(result=end.value)
    except S3FNError as error:
        return Ended(error=error)
    finally:
        operation.close()
    return Ended()
