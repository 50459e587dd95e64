"""A benchmark's draws, measured in several processes, each with one thread."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import records

Task = tuple[str, int, int]
"""Scene, number of labels, draw."""
_Draw = TypeVar("_Draw")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def arguments(parser: argparse.ArgumentParser, name: str) -> argparse.Namespace:
    """Parse the command line with what all such benchmarks understand."""
    parser.add_argument("--methods", nargs="+", default=[""], help="parts of a name or a group")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with one thread")
    parser.add_argument("--results", type=Path, help="file to add to (JSON lines)")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print what is in FILE")
    parser.add_argument("--texts", type=Path, help="file that keeps the vectors of the texts")
    parser.add_argument("--device", default="auto", help="of the convolutional networks")
    chosen = parser.parse_args()
    beside = Path(__file__).parents[4] / "shared" / "data"
    chosen.data = Path(os.environ.get("S3FN_DATA", beside))
    if chosen.results is None and not chosen.show:
        chosen.results = Path(tempfile.mkdtemp(prefix="s3fn-")) / f"{name}.jsonl"
        print(f"Results go to {chosen.results}", file=sys.stderr)
    if chosen.results:
        records.mend(chosen.results)
    return chosen


def in_processes(work: Callable[[Task], int], tasks: list[Task], jobs: int) -> None:
    """Do `work`, which gives the number of failures, for all tasks; exit where some failed."""
    os.environ.update(ONE_THREAD)  # read by the processes when they start
    started, failed = time.monotonic(), 0
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        pending = {pool.submit(work, task): task for task in tasks}
        for done, future in enumerate(as_completed(pending), 1):
            failed += future.result()
            scene, n, seed = pending[future]
            minutes = (time.monotonic() - started) / 60
            line = f"{done}/{len(tasks)} {scene} n={n} draw {seed}, {minutes:.1f} min"
            print(line, file=sys.stderr, flush=True)
    if failed:
        sys.exit(f"{failed} methods failed; their errors stand above. Start again to repeat them.")


def missing(chosen: argparse.Namespace, task: Task, group: str, names: list[str]) -> list[str]:
    """Which of a group's methods are asked for and not measured yet."""
    known = {r.key for r in records.read(chosen.results)}
    return [
        name
        for name in names
        if (*task, name) not in known
        and any(part.lower() in f"{group} {name}".lower() for part in chosen.methods)
    ]


def measure(file: Path, task: Task, truth: IdArray, answers: Iterator[tuple[str, IdArray]]) -> int:
    """Write down how good every answer is, as it comes; 1 where a method failed."""
    since = time.monotonic()
    try:
        for name, ids in answers:
            now = time.monotonic()
            oa, aa = records.measured(truth, ids)
            records.append(file, records.Record(*task, name, oa, aa, round(now - since, 2)))
            since = now
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def prepare(device: str) -> str:
    """One thread for torch; the device that is meant."""
    import torch

    from s3fn_core.model.network.device import choose_device

    torch.set_num_threads(1)
    return choose_device(device)
