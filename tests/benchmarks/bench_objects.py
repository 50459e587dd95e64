"""Fruit on the trays of a sorting laboratory: ours against what laboratories use today.

A set is one camera (smile, dead elements) and trays of twenty objects 17 to 26 pixels wide: two trays
with thirty labelled fruit, then trays of two days, on the second of which the lamps have drifted by
3 % since the white reference.  Measured are the ripeness of unseen fruit, rotten spots of 1 to 5 % of a fruit
(area under the curve), and the foreign bodies that are noticed at 2 % false alarms.

    make bench-objects ARGS="--jobs 2 --results objects.jsonl"     ten sets of 28 trays
    make bench-objects ARGS="--sets 2 --trays 4"                   some minutes
"""

from __future__ import annotations

import argparse
from functools import partial

from tests.benchmarks.accuracy import running, texts
from tests.benchmarks.objects import baselines, figures, lot, own

FIRST = 100
"""Seed of the first set that is reported; constants were chosen on sets 0 to 4."""


def measure(task: running.Task, chosen: argparse.Namespace, table: texts.Table) -> int:
    """Measure what is missing of one set."""
    _, trays, seed = task
    running.prepare("cpu")
    done = {r["method"] for r in figures.read(chosen.results) if r["set"] == seed}
    wanted = [
        name
        for name in (*baselines.NAMES, *own.NAMES)
        if name not in done and any(part in name for part in chosen.methods)
    ]
    made = lot.make(seed, trays, chosen.counts)
    for answers in (
        baselines.measured(made, [n for n in baselines.NAMES if n in wanted]),
        own.measured(made, [n for n in own.NAMES if n in wanted], table),
    ):
        for name, found in answers:
            figures.append(chosen.results, seed, name, found)
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sets", type=int, default=10)
    parser.add_argument("--first", type=int, default=FIRST, help="seed of the first set")
    parser.add_argument("--trays", type=int, default=13, help="unseen trays on each day")
    parser.add_argument("--counts", action="store_true", help="leave the counts as they are, uncalibrated")
    chosen = running.arguments(parser, "objects")
    if not chosen.show:
        tasks = [("trays", chosen.trays, seed) for seed in range(chosen.first, chosen.first + chosen.sets)]
        table = texts.load(chosen.texts, lot.RIPENESS, lot.SOUNDNESS)
        running.in_processes(partial(measure, chosen=chosen, table=table), tasks, chosen.jobs)
    print("\n".join(figures.table(figures.read(chosen.show or chosen.results))), flush=True)


if __name__ == "__main__":
    main()
