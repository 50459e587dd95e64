"""Seconds of competing pieces of work, taken in turns so that all meet the same disturbances."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

import torch

from s3fn_core.progress import Progress

Work = Callable[[], object]


def in_turns(works: Mapping[str, Work], rounds: int, device: str = "cpu") -> dict[str, float]:
    """Median seconds of each piece of work over `rounds`, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            if device == "cuda":
                torch.cuda.synchronize()
            if number:
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def product(device: str, dtype: torch.dtype = torch.float32) -> tuple[Work, float]:
    """A large matrix product, whose rate is what the machine can do; and its operations."""
    n = 8192 if device == "cuda" else 2048
    a, b = (torch.randn(n, n, device=device, dtype=dtype) for _ in range(2))
    return lambda: a @ b, 2.0 * n**3


class Stopwatch:
    """Seconds of each step of an operation, taken from its reports."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.step = "start"
        self.since = time.perf_counter()

    def __call__(self, progress: Progress) -> None:
        now = time.perf_counter()
        self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.since
        self.step, self.since = progress.step, now

    @property
    def total(self) -> float:
        return sum(self.seconds.values())
