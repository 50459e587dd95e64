"""Ctrl-C at any moment: one line, no traceback."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130


@contextmanager
def leaving_at_once(program: str) -> Iterator[None]:
    """Leave the process when it is interrupted; there is nothing to tidy up yet.

    An exception would not do: what is raised inside an import is caught by some libraries, turned
    into errors of their own by others, or printed and forgotten.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{program}: interrupted\n".encode())
        os._exit(INTERRUPTED)

    with _handled(leave):
        yield


@contextmanager
def noted() -> Iterator[list[int]]:
    """Remember interrupts besides raising them, for those that are turned into something else."""
    found: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        found.append(number)
        raise KeyboardInterrupt

    with _handled(note):
        yield found


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle interrupts; other threads than the first are reached by none."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
