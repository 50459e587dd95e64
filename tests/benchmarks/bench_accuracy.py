"""Accuracy with 0 to 20 labels per class: ours and classifiers that know no words.

All methods see the same pixels in one run.  Overall / average accuracy in per cent, mean and, in
brackets, standard deviation of the overall accuracy over the draws.

    make bench-accuracy ARGS="--draws 6 --per-class 0 1 2 5 10 20 --scenes samson"
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.metrics import recall_score

from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import methods, scenes


def main() -> None:
    beside = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("S3FN_DATA", beside))
    available = {
        "samson": lambda: scenes.samson_strips(folder),
        "enmap-official": lambda: scenes.enmap(folder, official=True),
        "enmap-random": lambda: scenes.enmap(folder, official=False),
        "fruit": lambda: scenes.simulated("fruit"),
        "blueberries": lambda: scenes.simulated("blueberries"),
        "wood": lambda: scenes.simulated("wood"),
    }
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--per-class", type=int, nargs="+", default=[0, 1, 2, 5, 10, 20])
    parser.add_argument("--scenes", nargs="+", choices=available, default=list(available))
    chosen = parser.parse_args()
    for name in chosen.scenes:
        scene = available[name]()
        table: dict[str, dict[int, list[tuple[float, float]]]] = defaultdict(dict)
        for per_class in chosen.per_class:
            for seed in range(chosen.draws):
                for method, oa, aa in measure(scene, per_class, seed):
                    table[method].setdefault(per_class, []).append((oa, aa))
        show(name, table, chosen.per_class)


def measure(scene: scenes.Scene, per_class: int, seed: int) -> list[tuple[str, float, float]]:
    """(method, OA, AA) of every method on one draw."""
    made = scenes.draw(scene, per_class, seed)
    truth = np.concatenate([p.test[p.test > 0] for p in made.parts])
    answers = [] if per_class == 0 else list(methods.without_words(made, per_class))
    answers += methods.with_words(made, per_class, seed)
    present = np.unique(truth)  # a class that the test area lacks counts in neither figure

    def average(ids: IdArray) -> float:
        return float(recall_score(truth, ids, labels=present, average="macro", zero_division=0))

    return [(name, 100 * float((ids == truth).mean()), 100 * average(ids)) for name, ids in answers]


def show(
    name: str, table: dict[str, dict[int, list[tuple[float, float]]]], per_class: list[int]
) -> None:
    print(f"\n{name}: OA / AA (SD of OA), by labels per class")
    print(f"{'':34}" + "".join(f"{f'n = {n}':>20}" for n in per_class))
    for method, row in table.items():
        cells = []
        for n in per_class:
            if n not in row:
                cells.append("")
                continue
            oa, aa = np.mean(row[n], 0)
            cells.append(f"{oa:.1f} / {aa:.1f} ({np.std(row[n], 0)[0]:.1f})")
        print(f"{method:34}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
