"""A work that needs no model: it doubles a file's numbers, and does as the file's name says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.task import Made, Task
from s3fn_core.errors import CubeError
from s3fn_core.files import whole_file
from s3fn_core.progress import Operation, Progress


@dataclass(frozen=True)
class Doubling:
    """NAME.txt with twice the sum: "bad" fails, "killer" ends its process, "slow" waits for OUT/../wait."""

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
        while task.stem.startswith("slow") and (task.out.parent / "wait").exists():
            time.sleep(0.05)
            yield Progress("double", 0.6, "Waiting")
        if task.stem == "bad":
            raise CubeError(f"{task.cube} is bad; take another.")
        if task.stem == "broken":
            raise ZeroDivisionError("oh")
        total = int(self.factor * np.load(task.cube).sum())
        with whole_file(task.folder / f"{task.stem}.txt") as path:
            path.write_text(str(total))
        return Made((task.relative(task.folder / f"{task.stem}.txt"),), {"sum": total})
