"""A work that needs no model: it doubles a file's numbers, and does as the file's name says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import CubeError
from s3fn_core.files import whole_file
from s3fn_core.progress import Operation, Progress


@dataclass(frozen=True)
class Doubling:
    """NAME.txt with twice the sum; "bad" fails, "killer" and "crasher" end their process.

    "slow" waits for OUT/../wait.
    """

    factor: int = 2
    file: Path | None = None

    command = "double"

    @property
    def inputs(self) -> tuple[Path, ...]:
        return () if self.file is None else (self.file,)

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"factor": self.factor}

    def check(self, shared: str) -> tuple[str, ...]:
        return ()

    def files(self, task: Task) -> list[Path]:
        return [task.folder / f"{task.stem}.txt"]

    def make(self, task: Task) -> Operation[Made]:
        yield Progress("double", 0.5, "Doubling")
        if task.stem == "killer":
            os.kill(os.getpid(), signal.SIGKILL)
        if task.stem == "crasher":
            os.kill(os.getpid(), signal.SIGSEGV)
        yield from waiting(task)
        if task.stem == "bad":
            raise CubeError(f"{task.cube} is bad; take another.")
        if task.stem == "broken":
            raise ZeroDivisionError("oh")
        return self.written(task, int(np.load(task.cube).sum()))

    def written(self, task: Task, total: int) -> Made:
        (file,) = self.files(task)
        with whole_file(file) as path:
            path.write_text(str(self.factor * total))
        return Made((task.relative(file),), {"sum": self.factor * total})


@dataclass(frozen=True)
class Sharing(Doubling):
    """The same, line by line: each line that is done is noted in OUT/../lines."""

    whole: str = ""

    def blocks(self, task: Task, cube: Cube, count: int) -> list[range]:
        return [range(line, line + 1) for line in range(min(count, cube.lines))]

    def block(self, task: Task, lines: range) -> Operation[int]:
        yield from waiting(task)
        if task.stem == "bad":
            raise CubeError(f"{task.cube} is bad; take another.")
        with (task.out.parent / "lines").open("a") as file:
            file.write(f"{task.stem} {lines.start}\n")
        return int(np.load(task.cube)[lines].sum())

    def joined(self, task: Task, blocks: Iterator[Any]) -> Operation[Made]:
        total = 0
        for said in blocks:
            if isinstance(said, Progress):
                yield said
            else:
                total += said
        return self.written(task, total)


def waiting(task: Task) -> Operation[None]:
    """Wait as long as there is OUT/../wait, if the cube is called slow."""
    while task.stem.startswith("slow") and (task.out.parent / "wait").exists():
        time.sleep(0.05)
        yield Progress("double", 0.6, "Waiting")
