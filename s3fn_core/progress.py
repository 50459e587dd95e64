"""The value that a long operation yields.

A long operation is a generator: every ``yield Progress(...)`` reports how far it is and is a point
where it can be cancelled (by closing the generator); its ``return`` value is the result.  Front
ends drive such a generator in a thread (s3fn_gui.jobs) or in the foreground (:func:`run`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from s3fn_core.errors import S3FNError

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Progress:
    """One report of a long operation.

    Attributes
    ----------
    step : str
        Short id of the phase, e.g. ``"stage 1"``; a change of it starts a new progress bar.
    fraction : float
        Share of the whole operation that is done, 0..1, never falling.
    message : str
        One line for the user.
    metrics : mapping of str to float
        Figures worth plotting, e.g. ``{"epoch": 3, "loss": 0.4}``.
    text : str
        Text that has just arrived (streamed descriptions), else empty.
    notes : tuple of str
        What the user should know now and not only with the result, which repeats it.
    early : object or None
        A first result that can be used until the operation returns the final one.
    """

    step: str
    fraction: float
    message: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    early: object = field(default=None, kw_only=True)


Operation = Generator[Progress, None, ResultT]


def run(operation: Operation[ResultT], report: Callable[[Progress], None] | None = None) -> ResultT:
    """Drive `operation` to its end in this thread and return its result.

    Raises
    ------
    S3FNError
        When it is no operation, or has run already: its result went to who ran it first.
    """
    if not isinstance(operation, Iterator):
        raise S3FNError(
            "run: operation is of type {kind}; give an operation, as train(...) gives.",
            kind=type(operation).__name__,
        )
    if inspect.isgenerator(operation) and inspect.getgeneratorstate(operation) == inspect.GEN_CLOSED:
        raise S3FNError(
            "run: {operation}(...) has run already, and its result is gone (a for loop drops it); "
            "make it again, and give run a second argument, a function that gets each report.",
            operation=operation.__name__,
        )
    while True:
        try:
            progress = next(operation)
        except StopIteration as stop:
            result: ResultT = stop.value
            return result
        if report is not None:
            report(progress)


def mapped(operation: Operation[ResultT], change: Callable[[Progress], Progress]) -> Operation[ResultT]:
    """Run `operation` as a part of a larger one, its reports changed on the way."""
    try:
        while True:
            try:
                progress = next(operation)
            except StopIteration as stop:
                result: ResultT = stop.value
                return result
            yield change(progress)
    finally:
        operation.close()


def scaled(operation: Operation[ResultT], start: float, stop: float) -> Operation[ResultT]:
    """Run `operation` as the part from `start` to `stop` of a larger one."""
    return mapped(operation, lambda p: replace(p, fraction=start + (stop - start) * p.fraction))


def inside(
    operation: Operation[ResultT], context: Callable[[], AbstractContextManager[None]]
) -> Operation[ResultT]:
    """Run `operation` in a context that is left for every report and entered again after it.

    So what the context sets for the whole program is never met by whoever drives the operation.
    """
    try:
        while True:
            with context():
                try:
                    progress = next(operation)
                except StopIteration as stop:
                    result: ResultT = stop.value
                    return result
            yield progress
    finally:
        operation.close()
