"""Results as lines of JSON: one for each scene, number of labels, draw and method."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import recall_score

from s3fn_core.types import FloatArray, IdArray


@dataclass(frozen=True)
class Record:
    """Overall and average accuracy in per cent of one method on one draw."""

    scene: str
    n: int
    seed: int
    method: str
    oa: float
    aa: float
    seconds: float

    @property
    def key(self) -> tuple[str, int, int, str]:
        return self.scene, self.n, self.seed, self.method


def measured(truth: IdArray, ids: IdArray) -> tuple[float, float]:
    """OA and AA in per cent; a class that the test area lacks counts in neither."""
    present = np.unique(truth)
    average = recall_score(truth, ids, labels=present, average="macro", zero_division=0)
    return 100 * float((ids == truth).mean()), 100 * float(average)


def append(file: Path, record: Record) -> None:
    """Add a line in one write, so that several processes can share a file."""
    line = json.dumps(asdict(record)) + "\n"
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


def mend(file: Path) -> None:
    """End a line that an interrupted run left torn, so that the next one does not stick to it."""
    if file.exists() and file.stat().st_size and not file.read_bytes().endswith(b"\n"):
        with file.open("a") as opened:
            opened.write("\n")


def read(file: Path) -> list[Record]:
    """All whole lines; the last of an interrupted run may be torn and is left out."""
    records = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            record = Record(**json.loads(line))
        except ValueError:
            continue
        records[record.key] = record
    return list(records.values())


class Results:
    """The records by scene, number of labels and method."""

    def __init__(self, records: list[Record]) -> None:
        self._by: dict[tuple[str, int, str], dict[int, Record]] = defaultdict(dict)
        for r in records:
            self._by[r.scene, r.n, r.method][r.seed] = r
        self.scenes = list(dict.fromkeys(r.scene for r in records))
        self.numbers = sorted({r.n for r in records})
        self.methods = list(dict.fromkeys(r.method for r in records))

    def values(self, scene: str, n: int, method: str, measure: str) -> FloatArray:
        """`measure` ("oa", "aa") of every draw, in the order of the seeds."""
        draws = self._by.get((scene, n, method), {})
        return np.array([getattr(draws[seed], measure) for seed in sorted(draws)])

    def differences(self, scene: str, n: int, one: str, other: str, measure: str) -> FloatArray:
        """`one` minus `other` on the draws that both were measured on."""
        a, b = self._by.get((scene, n, one), {}), self._by.get((scene, n, other), {})
        both = sorted(a.keys() & b.keys())
        return np.array([getattr(a[s], measure) - getattr(b[s], measure) for s in both])
