"""Samson, 20 labelled pixels per class: ours and an RBF-SVM on the same pixels in one run.

The test pixels are all others that lie at least 5 pixels away (tests/samson.py).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from s3fn_core.cubes.formats import open_cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from tests import samson

DRAWS = 6
PER_CLASS = 20


def main() -> None:
    beside = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("S3FN_DATA", beside))
    cube = open_cube(folder / "samson" / "Samson.mat")
    truth = samson.ground_truth(folder)
    spectra = cube.read()
    classes = ClassSet()
    for name in samson.NAMES:
        classes = classes.added(name)
    print(f"Samson, {PER_CLASS} labelled pixels per class, OA on the test pixels in per cent")
    print(f"{'draw':>4} {'test':>6} {'RBF-SVM':>8} {'S3FN pixel':>11} {'held-out estimate':>18}")
    rows = []
    for seed in range(DRAWS):
        labels, test = samson.draw(truth, PER_CLASS, seed)
        known = test > 0
        svm = make_pipeline(StandardScaler(), SVC(C=100))
        svm.fit(spectra[labels > 0], labels[labels > 0])
        by_svm = 100 * (svm.predict(spectra[known]) == test[known]).mean()
        config = preset("pixel").with_(seed=seed)
        result = run(train([LabelledCube(cube, labels)], classes, config))
        ours = 100 * (run(predict(result.model, cube)).ids[known] == test[known]).mean()
        estimate = 100 * result.accuracy.oa if result.accuracy else float("nan")
        rows.append((by_svm, ours, estimate))
        print(f"{seed:>4} {known.sum():>6} {by_svm:>8.2f} {ours:>11.2f} {estimate:>18.2f}")
    mean, spread = np.mean(rows, 0), np.std(rows, 0, ddof=1)
    print(f"mean        {mean[0]:>8.2f} {mean[1]:>11.2f} {mean[2]:>18.2f}")
    print(f"SD          {spread[0]:>8.2f} {spread[1]:>11.2f} {spread[2]:>18.2f}")


if __name__ == "__main__":
    main()
