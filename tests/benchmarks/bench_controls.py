"""Does the text matter?  The controls on scenes whose training and test area are apart.

Labels are one draw of n pixels per class in the training area; the test area is held out.  Prints
the tables of docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.text_controls import SEEDS, text_controls
from s3fn_core.progress import run
from s3fn_core.results.text_controls import TextControls
from tests.benchmarks.accuracy.scenes import MORE, NAMES, Draw, draw, open_scene


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench-controls")
    parser.add_argument(
        "--scenes", nargs="+", default=["samson", "enmap-random", "enmap-official"], choices=(*NAMES, *MORE)
    )
    parser.add_argument("--labels", nargs="+", type=int, default=[5], help="per class")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    wanted = parser.parse_args()
    beside = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("S3FN_DATA", beside))
    for name in wanted.scenes:
        scene = open_scene(name, folder)
        for per_class in wanted.labels:
            made = draw(scene, per_class, 0)
            controls = text_controls(
                labelled(made), made.classes, preset("pixel"), seeds=wanted.seeds, device="cpu"
            )
            print(f"### {name}, n = {per_class}\n\n{table(run(controls))}\n", flush=True)


def labelled(made: Draw) -> list[LabelledCube]:
    """The draw's labels, and the whole test area as the user's own test regions."""
    data = []
    for part, ids in zip(made.parts, made.labels, strict=True):
        test = part.test > 0
        labels = np.where(test, part.test, ids).astype(np.uint8)
        if labels.any():
            data.append(LabelledCube(part.cube, labels, test=test if test.any() else None))
    return data


def table(controls: TextControls) -> str:
    """The verdict and a Markdown table: mean ± SD over the seeds, differences with intervals."""
    lines = ["| words | OA | AA | kappa | OA minus descriptions |", "| --- | --- | --- | --- | --- |"]
    for v in controls.variants:
        gain = v.differences["oa"].points if v.differences else ""
        figures = (v.percent("oa"), v.percent("aa"), f"{v.mean('kappa'):.3f}")
        lines.append(f"| {v.heading} | {' | '.join(figures)} | {gain} |")
    return "\n".join((controls.verdict, "", *lines, "", controls.protocol))


if __name__ == "__main__":
    main()
