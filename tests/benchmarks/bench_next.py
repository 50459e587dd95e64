"""How many labels it takes: where "Next place" leads, and at random.

    make bench-next
    make bench-next ARGS="--scenes indian-random --draws 2 --labels 40"

Every run begins with one label of each class.  A label is what the ground truth says of the chosen
pixel; places without ground truth are not chosen.  After each label the quick model is trained and
maps all other pixels of known class.  What both must reach is 90 % of the accuracy that random
labels reach at the end (mean of the last five).
"""

from __future__ import annotations

import argparse
import os
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import Prediction, predict
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.results.next_place import groups_of, next_place
from s3fn_core.types import IdArray, ObjectMap
from tests.benchmarks.accuracy import scenes
from tests.benchmarks.accuracy.parts import Part

SCENES = ("indian-random", "muufl", "fruit")
REACHED = 0.9
LAST = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenes", nargs="+", default=SCENES)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--labels", type=int, default=60, help="that are added")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    folder = Path(os.environ.get("S3FN_DATA", Path(__file__).parents[3] / "shared" / "data"))
    print(f"labels added until {100 * REACHED:.0f} % of the end of random labels; OA in per cent")
    print(f"{'scene':16s} draw  classes   goal   random    next   OA half-way: random, next   at the end")
    for name in chosen.scenes:
        scene = scenes.open_scene(name, folder)
        for seed in range(chosen.draws):
            made = scenes.draw(scene, 1, seed)
            part = max(made.parts, key=lambda one: int((one.test > 0).sum()))
            compare(name, seed, part, made.classes, chosen.labels)


def compare(name: str, seed: int, part: Part, classes: ClassSet, labels: int) -> None:
    truth = np.where(part.test > 0, part.test, part.train)
    shown = ClassSet(tuple(replace(c, descriptions=()) for c in classes if (truth == c.id).any()))
    groups = run(groups_of(part.cube))
    rng = np.random.default_rng(seed)
    first = np.zeros_like(truth)
    for one in shown:
        first.flat[rng.choice(np.flatnonzero(truth == one.id))] = one.id
    at_random = course(part, truth, first, shown, labels, np.random.default_rng(seed + 100), None)
    led = course(part, truth, first, shown, labels, np.random.default_rng(seed + 100), groups)
    goal = REACHED * float(np.mean(at_random[-LAST:]))
    half = labels // 2
    print(
        f"{name:16s} {seed:4d} {len(shown):8d}  {100 * goal:5.1f}  {until(at_random, goal):>6s}  "
        f"{until(led, goal):>6s}   {100 * at_random[half]:19.1f}, {100 * led[half]:.1f}"
        f"   {100 * at_random[-1]:.1f}, {100 * led[-1]:.1f}",
        flush=True,
    )


def course(
    part: Part,
    truth: IdArray,
    first: IdArray,
    classes: ClassSet,
    labels: int,
    rng: np.random.Generator,
    groups: ObjectMap | None,
) -> list[float]:
    """Accuracy after 0, 1, ... labels more, chosen at random where no groups are given."""
    known = first.copy()
    found = []
    for added in range(labels + 1):
        config = preset("quick")
        model = run(train([LabelledCube(part.cube, known)], classes, config, device="cpu")).model
        prediction = run(predict(model, part.cube, device="cpu", probabilities=True))
        left = (truth > 0) & (known == 0)
        found.append(float((prediction.ids[left] == truth[left]).mean()))
        if added < labels:
            place = None if groups is None else asked(prediction, classes, known, groups, left)
            chosen = rng.choice(np.flatnonzero(left)) if place is None else place
            known.flat[chosen] = truth.flat[chosen]
    return found


def asked(
    prediction: Prediction, classes: ClassSet, known: IdArray, groups: ObjectMap, left: np.ndarray
) -> int | None:
    assert prediction.probabilities is not None
    place = next_place(
        prediction.probabilities, classes, known, groups, novelty=prediction.novelty, where=left
    )
    return None if place is None else place.line * known.shape[1] + place.sample


def until(accuracies: list[float], goal: float) -> str:
    """Labels after which the accuracy stays at the goal for good."""
    below = [i for i, one in enumerate(accuracies) if one < goal]
    number = below[-1] + 1 if below else 0
    return f">{len(accuracies) - 1}" if number == len(accuracies) else str(number)


if __name__ == "__main__":
    main()
