"""The work of the simulation; it imports little, as every worker imports it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.task import Made, Task
from s3fn_core.files import whole_file
from s3fn_core.progress import Operation, Progress


@dataclass(frozen=True)
class Waiting:
    """Reads a cube, waits, and writes a map of one byte a pixel."""

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
        (path,) = self.files(task)
        with whole_file(path) as temporary, temporary.open("wb") as file:
            np.save(file, ids)
        return Made((task.relative(path),))
