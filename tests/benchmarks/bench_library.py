"""What the library of materials brings: maps from class names alone, few labels, right and false matches.

    make bench-library
    make bench-library ARGS="--draws 2 --skip-training"

Nobody confirms a match here: the first proposal of each class is taken, as ``s3fn describe --source
library --accept-first`` does.  ``library/wordings.json`` was written by somebody who had not seen
the library's synonyms, after they were settled.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.model.applying.inference import predict, predict_from_words
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from s3fn_core.words.library.matching import Library, open_library
from s3fn_core.words.library.taking import taken
from tests.benchmarks.accuracy import scenes
from tests.benchmarks.accuracy.scenes import Draw

ALONE = ("samson", "enmap-random", "enmap-official", "muufl")
WORDINGS = Path(__file__).with_name("library") / "wordings.json"
RIGHT = {
    "tree": ("deciduous tree canopy", "conifer forest"),
    "low vegetation": ("green grass", "grassland, partly dry", "dry grass", "sparse vegetation on soil"),
    "bare soil": ("bare soil", "mud flat, dry lake bed"),
    "water": ("lake or river water", "clear ocean water", "turbid water with sediment"),
    "roof": (
        "roof, mixed materials",
        "brick",
        "metal roof",
        "bitumen and tar paper roof",
        "asphalt shingle roof",
        "weathered wooden shingles",
        "plastic roof or sheet, white",
    ),
    "road": ("asphalt road", "pavement, mixed", "concrete pavement", "paving bricks"),
    "dry or harvested field": ("ripe cereal", "straw and crop residue", "dry grass", "bare soil"),
    "sand": ("sand", "wet sand"),
}
"""Materials that a person would take for each kind of surface."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--skip-training", action="store_true", help="only words alone and matching")
    chosen = parser.parse_args()
    beside = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("S3FN_DATA", beside))
    library = run(open_library())
    library.propose(LabelClass(1, "anything", "#888888"))  # loads the encoder
    matching(library)
    words_alone(library, folder)
    if not chosen.skip_training:
        few_labels(library, folder, chosen.draws)


def matching(library: Library) -> None:
    """Right entries first and among the first five, false matches, seconds of a look-up."""
    wordings = json.loads(WORDINGS.read_text("utf-8"))
    first = five = silent = total = 0
    seconds = []
    for kind, texts in wordings["materials"].items():
        for text in texts:
            start = time.perf_counter()
            target = LabelClass(1, text, "#888888")
            proposed = library.propose(target)
            seconds.append(time.perf_counter() - start)
            # Where nothing matches, a person is shown the nearest.
            found = [one.entry.name for one in proposed or library.nearest(target)]
            silent += not proposed
            right = RIGHT[kind]
            total += 1
            first += bool(proposed) and found[0] in right
            hit = any(name in right for name in found)
            five += hit
            if not hit:
                print(f'  missed: "{text}" ({kind}): {", ".join(found)}')
    print(f"wordings: right first {first}, among the first five {five}, of {total}; {silent} match nothing")
    false = []
    for text in wordings["none"]:
        found_ = library.propose(LabelClass(1, text, "#888888"))
        if found_:
            false.append(f"{text} -> {found_[0].entry.name} ({found_[0].score:.2f})")
    print(f"words without an entry: {len(false)} of {len(wordings['none'])} matched: {'; '.join(false)}")
    print(f"look-up: median {1000 * np.median(seconds):.0f} ms, slowest {1000 * max(seconds):.0f} ms\n")


def by_name(library: Library, classes: ClassSet, draw: Draw | None = None) -> ClassSet:
    """Classes that know nothing but their names, described by the first proposal of each."""
    reach = None if draw is None else draw.parts[0].cube.range_nm
    described = []
    for one in classes:
        bare = replace(one, descriptions=())
        found = library.propose(bare)
        described.append(replace(bare, descriptions=taken((), found[0].entry, reach)) if found else bare)
    return ClassSet(tuple(described))


def words_alone(library: Library, folder: Path) -> None:
    """Maps without any label: by our texts with numbers, and by class names through the library."""
    print("words alone, OA / AA      our texts      class names")
    for name in ALONE:
        made = scenes.draw(scenes.open_scene(name, folder), 0, 0)
        ours, named = alone(made, made.classes), alone(made, by_name(library, made.classes, made))
        print(f"{name:24s}  {figures(made, ours)}   {figures(made, named)}")
    print()


def alone(made: Draw, classes: ClassSet) -> IdArray:
    parts = [p for p in made.parts if p.test.any()]
    maps = [run(predict_from_words(classes, p.cube)).ids[p.test > 0] for p in parts]
    return np.concatenate(maps)


def few_labels(library: Library, folder: Path, draws: int) -> None:
    """One label per class: no words, the library's curves, and those of other classes."""
    print("n = 1, OA                  no words   library   shuffled")
    for name in ALONE:
        scene = scenes.open_scene(name, folder)
        rows = []
        for seed in range(draws):
            made = scenes.draw(scene, 1, seed)
            named = by_name(library, made.classes, made)
            bare = ClassSet(tuple(replace(c, descriptions=()) for c in named))
            kinds = (bare, named, shuffled(named, seed))
            rows.append([accuracy(made, trained(made, classes)) for classes in kinds])
        means = np.mean(rows, axis=0)
        print(f"{name:24s}  " + "  ".join(f"{mean:8.1f}" for mean in means), flush=True)


def shuffled(classes: ClassSet, seed: int) -> ClassSet:
    shift = 1 + seed % (len(classes) - 1)
    others = (*classes.classes[shift:], *classes.classes[:shift])
    pairs = zip(classes, others, strict=True)
    return ClassSet(tuple(replace(c, descriptions=o.descriptions) for c, o in pairs))


def trained(made: Draw, classes: ClassSet) -> IdArray:
    data = [LabelledCube(p.cube, m) for p, m in zip(made.parts, made.labels, strict=True)]
    model = run(train(data, classes, preset("pixel").with_(seed=made.seed), device="cpu")).model
    parts = [p for p in made.parts if p.test.any()]
    return np.concatenate([run(predict(model, p.cube, device="cpu")).ids[p.test > 0] for p in parts])


def accuracy(made: Draw, said: IdArray) -> float:
    return 100 * float((said == made.truth).mean())


def figures(made: Draw, said: IdArray) -> str:
    truth = made.truth
    recalls: Sequence[float] = [float((said[truth == i] == i).mean()) for i in np.unique(truth)]
    return f"{accuracy(made, said):5.1f} / {100 * float(np.mean(recalls)):5.1f}"


if __name__ == "__main__":
    main()
