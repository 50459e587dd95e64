"""The paper's three data sets: its own saved outputs beside the presets object and paper.

    make reproduce-paper DATA=FOLDER                       DeepHS-Fruit, Blueberries and Wood below FOLDER
    make reproduce-paper DATA=FOLDER ARGS="--epochs 2"     to see that it runs

FOLDER has one folder per data set that the reader has, called deephs-fruit, blueberries or wood.
What a model calls an object is the class of most of its held-out patches, as in the paper.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s3fn_core.cli.material import Material, of_project
from s3fn_core.importers import KINDS, Wish, look, write_project
from s3fn_core.model.config import preset
from s3fn_core.model.learning.training import train
from s3fn_core.progress import Progress, run
from s3fn_core.project import Project
from s3fn_core.results.answers import HeldOutAnswers

PRESETS = ("object", "paper")
PAPER = {"blueberries": "85.42 % of 535", "wood": "94.70 % of 132", "deephs-fruit": "one class only"}
"""What the paper's saved outputs reach; that of DeepHS-Fruit is of avocados, ripeness, camera VIS."""
WISHES = {
    "deephs-fruit": {
        "avocado, official": Wish(fruit="Avocado", camera="VIS"),
        "avocado, fruit-disjoint": Wish(fruit="Avocado", camera="VIS", split="fruit"),
    }
}


@dataclass(frozen=True)
class Row:
    """A training: pixels right in per cent, and objects right of all that were held out."""

    preset: str
    pixels: float
    right: int
    count: int
    seconds: float


def voted(answers: HeldOutAnswers) -> tuple[int, int]:
    """Objects of which most held-out patches were classified correctly, and all."""
    right = 0
    units = np.unique(answers.units)
    for unit in units:
        here = answers.units == unit
        right += int(np.bincount(answers.predicted[here]).argmax() == answers.truth[here][0])
    return right, len(units)


def measure(material: Material, epochs: int) -> Iterator[Row]:
    """Train each preset on a data set."""
    for name in PRESETS:
        config = preset(name).with_epochs(epochs) if epochs else preset(name)
        trained = run(train(material.data, material.classes, config), _say)
        answers = trained.model.answers
        if answers is not None and trained.accuracy is not None:
            yield Row(name, 100 * trained.accuracy.oa, *voted(answers), trained.seconds)


def _say(progress: Progress) -> None:
    print(f"\r{progress.fraction:4.0%} {progress.message:60.60}", end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=0, help="of each stage, in place of the preset's")
    chosen = parser.parse_args()
    there = [kind for kind in KINDS if (chosen.folder / kind).is_dir()]
    if not there:
        parser.error(f"{chosen.folder} holds none of {', '.join(KINDS)}")
    for kind in there:
        for which, wish in WISHES.get(kind, {"": Wish()}).items():
            found = look(kind, chosen.folder / kind, wish)
            with tempfile.TemporaryDirectory() as place:
                made = run(write_project(found, Path(place) / "data.s3fnproj"))
                material = run(of_project(Project.load(made.folder), "auto", False))
                rows = list(measure(material, chosen.epochs))
            print(f"\r\n{found.title} {which}: {made.cubes} cubes, {made.objects} objects; {found.split}")
            print(f"  the paper's own outputs: {PAPER[kind]}")
            for row in rows:
                share = f"{100 * row.right / row.count:.2f} % of {row.count} objects"
                print(
                    f"  {row.preset:7} {share}, {row.pixels:.1f} % of patches, {row.seconds:.0f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
