"""The work of the simulation; it imports little, as every worker imports it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.files import whole_file
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import IdArray


@dataclass(frozen=True)
class Waiting:
    """Reads a cube, waits, and writes a map of one byte a pixel; in blocks each waits for its share."""

    seconds: float

    command = "wait"
    inputs: tuple[Path, ...] = ()

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"seconds": self.seconds}

    def check(self, shared: str) -> tuple[str, ...]:
        return ()

    def files(self, task: Task) -> list[Path]:
        return [task.folder / f"{task.stem}_classes.npy"]

    def make(self, task: Task) -> Operation[Made]:
        yield Progress("wait", 0.5, "Waiting")
        ids = (np.load(task.cube).mean(2) > 0).astype(np.uint8)
        time.sleep(self.seconds)
        return self.written(task, ids)

    def written(self, task: Task, ids: IdArray) -> Made:
        (path,) = self.files(task)
        with whole_file(path) as temporary, temporary.open("wb") as file:
            np.save(file, ids)
        return Made((task.relative(path),))

    whole = ""

    def blocks(self, task: Task, cube: Cube, count: int) -> list[range]:
        ends = [number * cube.lines // count for number in range(count + 1)]
        return [range(first, end) for first, end in pairwise(ends)]

    def block(self, task: Task, lines: range) -> Operation[tuple[range, IdArray]]:
        yield Progress("wait", 0.5, "Waiting")
        values = np.load(task.cube, mmap_mode="r")
        ids = (values[lines.start : lines.stop].mean(2) > 0).astype(np.uint8)
        time.sleep(self.seconds * len(lines) / len(values))
        return lines, ids

    def joined(self, task: Task, blocks: Iterator[Any]) -> Operation[Made]:
        ids = np.zeros(np.load(task.cube, mmap_mode="r").shape[:2], np.uint8)
        for said in blocks:
            if isinstance(said, Progress):
                yield said
            else:
                lines, found = said
                ids[lines.start : lines.stop] = found
        return self.written(task, ids)
