"""How a batch grows with its workers: what one core maps, and what handing out the cubes costs.

Cores that this machine does not have cannot be timed, so the second part is a simulation: tasks wait as
long as a core would calculate, and everything else is real (processes, scheduler, files, records).

    make bench-cluster ARGS="--seconds 0.5 --cubes 64"
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from distributed import LocalCluster

from s3fn_core.batch.cluster import on_cluster
from s3fn_core.batch.many import doing, prepared
from s3fn_core.batch.pool import Pool
from s3fn_core.batch.task import Task
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.workers import one_blas_thread
from tests.benchmarks.cluster.work import Waiting
from tests.benchmarks.engine.scene import LINES, SAMPLES, class_set, scene, some_labels
from tests.benchmarks.engine.table import Row, show

WORKERS = (1, 4, 16)
SIDE, BANDS = 64, 50
"""Of the small cubes of the simulation, which are read and whose maps are written."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=0.5, help="that a simulated cube takes")
    parser.add_argument("--cubes", type=int, default=64)
    chosen = parser.parse_args()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    show("Maps on one core", one_core())
    title = f"{chosen.cubes} cubes of {chosen.seconds:g} s each: share of the ideal time"
    show(title, simulated(chosen.cubes, chosen.seconds))


def one_core() -> list[Row]:
    """Pixels per second of a model on one core, and bytes that are read and written for one pixel."""
    cube, truth = scene(LINES, SAMPLES, (64, 55))
    labels = some_labels(truth)
    rows = []
    for name in ("quick", "pixel"):
        config = preset(name).with_epochs(5)
        model = run(train([LabelledCube(cube, labels)], class_set(), config, device="cpu")).model
        with one_thread():
            started = time.perf_counter()
            run(predict(model, cube, device="cpu"))
            seconds = time.perf_counter() - started
        rows.append(Row(f"`{name}`, {cube.bands} bands", f"{LINES * SAMPLES / seconds:,.0f} pixels/s"))
    stored = cube.bands * np.dtype(cube.data.dtype).itemsize
    rows.append(Row("bytes read for a pixel", f"{stored}"))
    rows.append(Row("bytes written for a pixel: class, confidence, novelty", f"{1 + 4 + 4}"))
    return rows


@contextmanager
def one_thread() -> Iterator[None]:
    """Of torch and of NumPy's products."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with one_blas_thread():
            yield
    finally:
        torch.set_num_threads(before)


def simulated(cubes: int, seconds: float) -> list[Row]:
    """Efficiency of 1, 4 and 16 workers of a scheduler."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "in").mkdir()
        for number in range(cubes):
            values = np.random.default_rng(number).normal(size=(SIDE, SIDE, BANDS))
            np.save(folder / "in" / f"cube{number:03}.npy", values.astype(np.float32))
        for count in WORKERS:
            with LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster:
                pool = on_cluster(cluster.scheduler_address)
                timed(folder, f"warm{count}", 0.0, pool)  # workers import what they need
                took = timed(folder, f"d{count}", seconds, pool)
            rows.append(_row(f"{count} worker{'s' * (count > 1)}", took, cubes, seconds, count))
    return rows


def timed(folder: Path, name: str, seconds: float, pool: Pool) -> float:
    """Seconds for all cubes."""
    work = Waiting(seconds)
    cubes = sorted((folder / "in").glob("*.npy"))
    tasks, _ = prepared([Task(work, cube, cube.stem, folder / name) for cube in cubes])
    started = time.perf_counter()
    outcomes = run(doing(tasks, pool))
    assert all(one.status == "done" for one in outcomes)
    return time.perf_counter() - started


def _row(name: str, took: float, cubes: int, seconds: float, workers: int) -> Row:
    ideal = seconds * -(-cubes // workers)
    return Row(name, f"{took:.1f} s, ideal {ideal:.1f} s: {100 * ideal / took:.0f} %")


if __name__ == "__main__":
    main()
