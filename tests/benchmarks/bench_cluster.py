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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from distributed import LocalCluster

from s3fn_core.batch.cluster import on_cluster
from s3fn_core.batch.many import doing, prepared
from s3fn_core.batch.pool import Pool
from s3fn_core.batch.task import Task
from s3fn_core.model.applying.inference import mapper_of_model, predict
from s3fn_core.model.applying.mapper import blocks_of
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import Operation, ResultT, run
from s3fn_core.workers import one_blas_thread
from tests.benchmarks.cluster.work import Waiting
from tests.benchmarks.engine.scene import LINES, SAMPLES, class_set, scene, some_labels
from tests.benchmarks.engine.table import Row, show

FIELD = (64, 55)
TALL, BLOCKS, SMOOTHING = 2048, (2, 4, 8), 1.0
"""Lines of the cube that is mapped in blocks, their numbers, and the strength of the smoothing."""
WORKERS = (1, 4, 16)
SIDE, BANDS = 64, 50
"""Of the small cubes of the simulation, which are read and whose maps are written."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=0.5, help="that a simulated cube takes")
    parser.add_argument("--cubes", type=int, default=64)
    chosen = parser.parse_args()
    models = trained()
    show("Maps on one core", one_core(models))
    show(f"A cube of {TALL} x {SAMPLES} pixels in blocks, `pixel`, on one core", in_blocks(models["pixel"]))
    title = f"{chosen.cubes} cubes of {chosen.seconds:g} s each: share of the ideal time"
    show(title, simulated(chosen.cubes, chosen.seconds))


def trained() -> dict[str, S3FNModel]:
    """Models of two presets, taught shortly."""
    cube, truth = scene(LINES, SAMPLES, FIELD)
    data = [LabelledCube(cube, some_labels(truth))]
    return {
        name: run(train(data, class_set(), preset(name).with_epochs(5), device="cpu")).model
        for name in ("quick", "pixel")
    }


def one_core(models: Mapping[str, S3FNModel]) -> Iterator[Row]:
    """Pixels per second of a model on one core, and bytes that are read and written for one pixel."""
    cube, _ = scene(LINES, SAMPLES, FIELD)
    for name, model in models.items():
        with one_thread():
            _, seconds = took(predict(model, cube, device="cpu"))
        yield Row(f"`{name}`, {cube.bands} bands", f"{LINES * SAMPLES / seconds:,.0f} pixels/s")
    yield Row("bytes read for a pixel", f"{cube.bands * np.dtype(cube.data.dtype).itemsize}")
    yield Row("bytes written for a pixel: class, confidence, novelty", f"{1 + 4 + 4}")


def in_blocks(model: S3FNModel) -> Iterator[Row]:
    """What a map in blocks costs: the longest block, all of them together, moving and joining them."""
    cube, _ = scene(TALL, SAMPLES, FIELD)
    with one_thread():
        mapper = mapper_of_model(replace(model, smoothing=SMOOTHING), cube, device="cpu")
        whole, alone = took(mapper.whole())
        yield Row("whole", f"{alone:.1f} s")
        for count in BLOCKS:
            made = [took(mapper.block(lines)) for lines in blocks_of(cube, mapper.side, count)]
            joined, seconds = took(mapper.joined(iter([block for block, _ in made])))
            assert np.array_equal(joined.ids, whole.ids)
            assert np.array_equal(joined.confidence, whole.confidence)
            moved = sum(array.nbytes for block, _ in made for array in block.maps.values())
            longest, total = max(each for _, each in made), sum(each for _, each in made)
            yield Row(
                f"{count} blocks",
                f"longest {longest:.1f} s, ideal {alone / count:.1f} s; together {total / alone:.2f} times "
                f"the whole; {moved / (TALL * SAMPLES):.0f} bytes a pixel moved, joined in {seconds:.2f} s",
            )


def took(operation: Operation[ResultT]) -> tuple[ResultT, float]:
    """The result of an operation and its seconds."""
    started = time.perf_counter()
    return run(operation), time.perf_counter() - started


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
    """Efficiency of 1, 4 and 16 workers of a scheduler, on many cubes and on the blocks of one."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "in").mkdir()
        for number in range(cubes):
            values = np.random.default_rng(number).normal(size=(SIDE, SIDE, BANDS))
            np.save(folder / "in" / f"cube{number:03}.npy", values.astype(np.float32))
        every = sorted((folder / "in").glob("*.npy"))
        for count in WORKERS:
            with LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=count,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=logging.CRITICAL,  # a worker that is being closed may miss its scheduler
            ) as cluster:
                pool = on_cluster(cluster.scheduler_address)
                timed(folder, f"warm{count}", every, 0.0, pool)  # workers import what they need
                spent = timed(folder, f"d{count}", every, seconds, pool)
                rows.append(_row(f"{count} worker{'s' * (count > 1)}", spent, cubes, seconds, count))
                if count > 1:
                    spent = timed(folder, f"b{count}", every[:1], seconds * cubes, pool)
                    rows.append(_row(f"{count} workers, one cube in blocks", spent, cubes, seconds, count))
    return rows


def timed(folder: Path, name: str, cubes: Sequence[Path], seconds: float, pool: Pool) -> float:
    """Seconds for some cubes."""
    work = Waiting(seconds)
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
