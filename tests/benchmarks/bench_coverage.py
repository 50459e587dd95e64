"""Whether a training is honest: how often the accuracy of the map lies in the interval it states.

Labels are drawn as in the benchmark of accuracy, a model is trained on them, and what it states of
the whole map is compared with the accuracy on all test pixels.  The interval of the held-out figure
stands beside it.  With `--together` all labels of a class are drawn within 12 pixels of each other,
as where somebody labels one place of each.

    make bench-coverage ARGS="--draws 8 --results coverage.jsonl"
    make bench-coverage ARGS="--show coverage.jsonl"
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from s3fn_core.model.applying.inference import predict
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from tests.benchmarks.accuracy import records, running, scenes, tables, texts
from tests.benchmarks.accuracy.parts import Scene, only

APART = 12
"""Pixels on each side of the place that a class is labelled in, with --together."""
HALF_PERCENT = 0.5
"""Intervals are told in whole per cent."""
PRESETS = ("quick", "pixel")
COLUMNS = ["n", "draws", "of the map: stated", "inside", "width", "of held-out labels: stated", "inside"]


@dataclass(frozen=True)
class Statement:
    """What a training stated, and the accuracy of the map, in per cent."""

    scene: str
    n: int
    seed: int
    method: str
    oa: float
    held_out: float | None
    interval: tuple[float, float] | None
    expected: tuple[float, float] | None

    @property
    def key(self) -> tuple[str, int, int, str]:
        return self.scene, self.n, self.seed, self.method


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--per-class", type=int, nargs="+", default=[1, 2, 5, 20])
    parser.add_argument("--scenes", nargs="+", choices=scenes.NAMES, default=scenes.NAMES)
    parser.add_argument("--preset", choices=PRESETS, default=PRESETS[0])
    parser.add_argument("--together", action="store_true", help="label one place of each class")
    chosen = running.arguments(parser, "coverage")
    if not chosen.show:
        numbers = sorted(chosen.per_class, reverse=True)
        tasks = [(s, n, seed) for n, seed, s in product(numbers, range(chosen.draws), chosen.scenes)]
        running.in_processes(partial(measure, chosen=chosen), tasks, chosen.jobs)
    print("\n".join(table(read(chosen.show or chosen.results))), flush=True)


def measure(task: running.Task, chosen: argparse.Namespace) -> int:
    """Write down what one training states; 1 where it failed."""
    method = chosen.preset + (", labels together" if chosen.together else "")
    if (*task, method) in {one.key for one in read(chosen.results)}:
        return 0
    running.prepare("cpu")
    scene, n, seed = task
    opened = scenes.open_scene(scene, chosen.data)
    try:
        made = (together if chosen.together else scenes.draw)(opened, n, seed)
        records.append(chosen.results, Statement(*task, method, *stated(made, config(chosen.preset, seed))))
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def config(name: str, seed: int) -> TrainConfig:
    """A preset that holds labels out."""
    found = preset(name).with_(seed=seed)
    return found.with_(split=replace(found.split, folds=preset("pixel").split.folds))


def stated(made: scenes.Draw, settings: TrainConfig) -> tuple[float, float | None, object, object]:
    """Accuracy of the map, the held-out one with its interval, and what was expected of the map."""
    data = [LabelledCube(p.cube, m) for p, m in zip(made.parts, made.labels, strict=True)]
    result = run(train(data, texts.bare(made.classes), settings, device="cpu"))
    parts = [p for p in made.parts if p.test.any()]
    found = [run(predict(result.model, p.cube, device="cpu")).ids[p.test > 0] for p in parts]
    figures, expected = result.accuracy, result.model.metrics["map_accuracy"]
    interval = figures and figures.intervals and figures.intervals.oa
    known = None if expected is None or expected["low"] is None else (expected["low"], expected["high"])
    return (
        100 * float((np.concatenate(found) == made.truth).mean()),
        None if figures is None else 100 * figures.oa,
        interval and tuple(100 * end for end in interval),
        known and tuple(100 * end for end in known),
    )


def together(scene: Scene, per_class: int, seed: int) -> scenes.Draw:
    """Labels of each class that lie around one of its training pixels."""
    parts, classes = scene(seed)
    rng = np.random.default_rng(1000 + seed)
    labels = [np.zeros_like(p.train) for p in parts]
    for k in classes.ids:
        places = np.array([(i, *at) for i, p in enumerate(parts) for at in np.argwhere(p.train == k)])
        middle = places[rng.integers(len(places))]
        near = (places[:, 0] == middle[0]) & (np.abs(places[:, 1:] - middle[1:]).max(1) <= APART)
        for number, line, sample in rng.permutation(places[near])[:per_class]:
            labels[number][line, sample] = k
    parts = [replace(p, test=only(p.test, drawn == 0)) for p, drawn in zip(parts, labels, strict=True)]
    return scenes.Draw(parts, labels, classes, per_class, seed)


def read(file: Path) -> list[Statement]:
    """All whole lines."""
    found = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            one = Statement(**json.loads(line))
        except (ValueError, TypeError):
            print(f"{file}: a line is not a statement and is left out", file=sys.stderr)
            continue
        found[one.key] = one
    return list(found.values())


def table(statements: list[Statement]) -> Iterator[str]:
    """For each method, group of scenes and number of labels: how many maps lie in what was stated."""
    groups = {"chosen on": scenes.CHOSEN_ON, "reported": scenes.REPORTED}
    for method, (title, members) in product(dict.fromkeys(s.method for s in statements), groups.items()):
        here = [s for s in statements if s.method == method and s.scene in members]
        if not here:
            continue
        yield f"\n### {method}, scenes {title}\n"
        yield from tables.header(
            ["n", "draws", "map: stated", "inside", "width", "held-out: stated", "inside"]
        )
        for n in sorted({s.n for s in here}):
            yield tables.row([n, *_cells([s for s in here if s.n == n])])
        yield tables.row(["all", *_cells(here)])


def _cells(some: list[Statement]) -> Iterator[object]:
    yield len(some)
    expected = [(s.expected, s.oa) for s in some if s.expected is not None]
    yield len(expected)
    yield f"{100 * np.mean([_holds(*one) for one in expected]):.0f} %" if expected else ""
    yield f"{np.mean([high - low for (low, high), _ in expected]):.0f}" if expected else ""
    held_out = [(s.interval, s.oa) for s in some if s.interval is not None]
    yield len(held_out)
    yield f"{100 * np.mean([_holds(*one) for one in held_out]):.0f} %" if held_out else ""


def _holds(interval: tuple[float, float], oa: float) -> bool:
    low, high = interval
    return low - HALF_PERCENT <= oa <= high + HALF_PERCENT


if __name__ == "__main__":
    main()
