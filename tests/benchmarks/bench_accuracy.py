"""Accuracy with 0 to 20 labels per class: ours, and classifiers and networks that know no words.

All methods see the same labelled pixels and answer for the same test pixels, all there are.
Results are kept as they come, and a run that is started again goes on where it stopped:

    make bench-accuracy ARGS="--jobs 2 --results accuracy.jsonl --scenes samson --draws 1"
    make bench-accuracy ARGS="--show accuracy.jsonl"
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.accuracy import networks, ours, records, scenes, tables, texts, wordless

GROUPS = {"wordless": wordless, "networks": networks, "ours": ours}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    chosen = arguments()
    if chosen.show:
        show(chosen.show)
        return
    os.environ.update(ONE_THREAD)  # the processes below share the cores among themselves
    started = time.monotonic()
    table = texts.load(chosen.texts)
    tasks = list(product(chosen.scenes, chosen.per_class, range(chosen.draws)))
    # The longest first, so that the end does not wait for one of them.
    tasks.sort(key=lambda task: -task[1])
    failed = 0
    pool = ProcessPoolExecutor(chosen.jobs, get_context("spawn"))
    with pool:
        pending = {pool.submit(work, task, chosen, table): task for task in tasks}
        for done, future in enumerate(as_completed(pending), 1):
            failed += future.result()
            scene, n, seed = pending[future]
            minutes = (time.monotonic() - started) / 60
            line = f"{done}/{len(tasks)} {scene} n={n} draw {seed}, {minutes:.1f} min"
            print(line, file=sys.stderr, flush=True)
    show(chosen.results)
    if failed:
        sys.exit(f"{failed} methods failed; their errors stand above. Start again to repeat them.")


def arguments() -> argparse.Namespace:
    beside = Path(__file__).parents[3] / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--per-class", type=int, nargs="+", default=[0, 1, 2, 5, 10, 20])
    parser.add_argument("--scenes", nargs="+", choices=scenes.NAMES, default=scenes.NAMES)
    parser.add_argument("--methods", nargs="+", default=[""], help="parts of a name or a group")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with one thread")
    parser.add_argument("--results", type=Path, help="file to add to (JSON lines)")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print what is in FILE")
    parser.add_argument("--texts", type=Path, help="file that keeps the vectors of the texts")
    parser.add_argument("--device", default="auto", help="of the convolutional networks")
    chosen = parser.parse_args()
    chosen.data = Path(os.environ.get("S3FN_DATA", beside))
    if chosen.results is None and not chosen.show:
        chosen.results = Path(tempfile.mkdtemp(prefix="s3fn-")) / "accuracy.jsonl"
        print(f"Results go to {chosen.results}", file=sys.stderr)
    return chosen


def work(task: tuple[str, int, int], chosen: argparse.Namespace, table: texts.Table) -> int:
    """Measure what is missing of one draw; the number of groups of methods that failed."""
    import torch

    from s3fn_core.model.device import choose_device

    torch.set_num_threads(1)
    device = choose_device(chosen.device)
    scene, n, seed = task
    known = {r.key for r in records.read(chosen.results)}
    made, failed = None, 0
    for group, methods in GROUPS.items():
        wanted = [
            name
            for name in methods.names(n)
            if (scene, n, seed, name) not in known
            and any(part.lower() in f"{group} {name}".lower() for part in chosen.methods)
        ]
        if not wanted:
            continue
        made = made or scenes.draw(scenes.open_scene(scene, chosen.data), n, seed)
        since = time.monotonic()
        try:
            for name, ids in methods.answers(made, wanted, table, device):
                now = time.monotonic()
                oa, aa = records.measured(made.truth, ids)
                record = records.Record(scene, n, seed, name, oa, aa, round(now - since, 2))
                records.append(chosen.results, record)
                since = now
        except Exception:
            traceback.print_exc()
            failed += 1
    return failed


def lines(file: Path) -> Iterator[str]:
    results = records.Results(records.read(file))
    yield from tables.accuracies(results)
    yield from tables.goals(results)


def show(file: Path) -> None:
    print("\n".join(lines(file)), flush=True)


if __name__ == "__main__":
    main()
