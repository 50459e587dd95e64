"""Cyclic garbage dies in the main thread, whichever thread makes it necessary."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

from pyqtgraph import InfiniteLine

from s3fn_core.progress import Progress
from s3fn_gui.base.garbage import collector
from s3fn_gui.base.jobs import JobRunner
from tests.gui.support import Hands

ALLOCATIONS = 300_000  # many times what starts Python's own collection of every generation


class Line(InfiniteLine):
    """A line of a plot that notes where it dies."""

    died_in: ClassVar[list[threading.Thread]] = []

    def __del__(self) -> None:
        self.died_in.append(threading.current_thread())


def allocate() -> Iterator[Progress]:
    yield Progress("step", 0.0)
    kept = [[number] for number in range(ALLOCATIONS)]
    yield Progress("step", 1.0, str(len(kept)))


def test_plot_items_in_a_cycle_are_never_collected_by_a_worker(hands: Hands) -> None:
    Line.died_in.clear()
    line = Line(movable=True)
    line.itself = line  # type: ignore[attr-defined]
    del line
    done: list[object] = []
    JobRunner().start("test", "Allocating", allocate, done.append)
    hands.until(lambda: bool(done))
    kept = [[number] for number in range(ALLOCATIONS)]
    hands.until(lambda: bool(Line.died_in))
    assert Line.died_in == [threading.main_thread()]
    assert len(kept) == ALLOCATIONS


def test_there_is_one_collector_however_many_windows_there_are() -> None:
    assert collector() is collector()
