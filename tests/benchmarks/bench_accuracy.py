"""Accuracy with 0 to 20 labels per class: ours, and classifiers and networks that know no words.

Constants of ours were chosen on some of the scenes; the others are only reported (``scenes.py``).
All methods see the same labelled pixels and answer for the same test pixels, all there are.
Results are kept as they come, and a run that is started again goes on where it stopped:

    make bench-accuracy ARGS="--jobs 2 --results accuracy.jsonl --scenes samson --draws 1"
    make bench-accuracy ARGS="--show accuracy.jsonl"
"""

from __future__ import annotations

import argparse
from functools import partial
from itertools import product
from pathlib import Path

from tests.benchmarks.accuracy import (
    airborne,
    neighbours,
    networks,
    ours,
    records,
    running,
    scenes,
    tables,
    texts,
    wordless,
)

CLASS_SETS = (airborne.named(airborne.CROPS), airborne.described())
GROUPS = {"wordless": wordless, "neighbours": neighbours, "networks": networks, "ours": ours}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--per-class", type=int, nargs="+", default=[0, 1, 2, 5, 10, 20])
    known = (*scenes.NAMES, *scenes.MORE)
    parser.add_argument("--scenes", nargs="+", choices=known, default=scenes.NAMES)
    chosen = running.arguments(parser, "accuracy")
    if chosen.show:
        show(chosen.show)
        return
    # The longest first, so that the end does not wait for one of them.
    numbers = sorted(chosen.per_class, reverse=True)
    tasks = [(s, n, seed) for n, seed, s in product(numbers, range(chosen.draws), chosen.scenes)]
    try:
        work = partial(measure, chosen=chosen, table=texts.load(chosen.texts, *CLASS_SETS))
        running.in_processes(work, tasks, chosen.jobs)
    finally:
        show(chosen.results)


def measure(task: running.Task, chosen: argparse.Namespace, table: texts.Table) -> int:
    """Measure what is missing of one draw; the number of groups of methods that failed."""
    device = running.prepare(chosen.device)
    scene, n, seed = task
    made, failed = None, 0
    for group, methods in GROUPS.items():
        wanted = running.missing(chosen, task, group, methods.names(n))
        if wanted:
            made = made or scenes.draw(scenes.open_scene(scene, chosen.data), n, seed)
            answers = methods.answers(made, wanted, table, device)
            failed += running.measure(chosen.results, task, made.truth, answers)
    return failed


def show(file: Path) -> None:
    results = records.Results(records.read(file))
    print("\n".join([*tables.accuracies(results), *tables.goals(results)]), flush=True)


if __name__ == "__main__":
    main()
