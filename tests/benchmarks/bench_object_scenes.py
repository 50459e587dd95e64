"""Whole objects of simulated scenes: ours, and classifiers of mean spectra, ten labelled a class.

In the three scenes the classes differ by what they are made of, and no texture tells them apart:
wood has the same rings in both.  So a fourth, "wood grain", has boards whose pixels were dealt
anew against boards as they are: the mean spectra say nothing there, and only texture decides.

    make bench-object_scenes ARGS="--jobs 2 --results objects.jsonl"
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.model.applying.inference import predict
from s3fn_core.model.applying.objects import predict_objects
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.votes import VoteRule, choose_voters
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import ours, records, running, tables, texts, trays
from tests.benchmarks.accuracy.trays import ObjectDraw

TRAINING = VoteRule(minimum=10, most=10)
"""Patches of a labelled object that are trained on."""


class PLSDA(ClassifierMixin, BaseEstimator):
    """Partial least squares on one-hot classes; the class with the highest answer."""

    def __init__(self, components: int = 2) -> None:
        self.components = components

    def fit(self, x: np.ndarray, y: np.ndarray) -> PLSDA:
        self.classes_ = np.unique(y)
        one_hot = (y[:, None] == self.classes_).astype(float)
        self.model_ = PLSRegression(self.components, scale=True).fit(x, one_hot)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.classes_[self.model_.predict(x).argmax(1)]


def _searched(*steps: BaseEstimator) -> GridSearchCV:
    return GridSearchCV(make_pipeline(*steps, SVC()), {"svc__C": [1, 10, 100, 1000]}, cv=5)


MEANS: dict[str, Callable[[], ClassifierMixin]] = {
    "PLS-DA": lambda: GridSearchCV(PLSDA(), {"components": list(range(1, 13))}, cv=5),
    "SVM": lambda: _searched(StandardScaler()),
    "SVM unit norm": lambda: _searched(Normalizer(), StandardScaler()),
}
OURS = (
    "pixel: mean probability",
    "object: votes",
    "object: mean probability",
    "paper: votes",
    "paper: mean probability",
)


def by_mean_spectra(made: ObjectDraw, wanted: list[str]) -> Iterator[tuple[str, IdArray]]:
    """What each classifier of mean spectra says of the test objects."""
    means = made.means()
    for name in wanted:
        model = MEANS[name]().fit(means[made.known], made.ids[made.known])
        yield name, model.predict(means[~made.known])


def by_ours(
    made: ObjectDraw, wanted: list[str], table: texts.Table, device: str
) -> Iterator[tuple[str, IdArray]]:
    """What each preset says of the test objects, in each way of asking it."""
    for name in ("pixel", "object", "paper"):
        ways = [w for w in wanted if w.startswith(name)]
        if not ways:
            continue
        config = preset(name).with_(seed=made.seed)
        if name != "pixel":
            # The objects are small; and all labelled ones are trained on, none kept back.
            split = replace(config.split, folds=1)
            config = config.with_(patch=trays.PATCH[made.scene], split=split)
        model = _trained(made, config, table, "cpu" if name == "pixel" else device)
        for way in ways:
            yield way, _asked(made, model, way, "cpu" if name == "pixel" else device)


def _trained(made: ObjectDraw, config: TrainConfig, table: texts.Table, device: str) -> S3FNModel:
    """From all pixels of the labelled objects, or from the patches that lie on them."""
    known = made.numbers[made.known]
    data = []
    for tray in made.trays:
        labels = np.where(np.isin(tray.objects, known), tray.truth, 0).astype(np.uint8)
        if config.preset != "pixel":
            labels = _centres(labels, tray.objects, config.patch)
        if labels.any():
            data.append(LabelledCube(tray.cube, labels, tray.objects))
    vectors = texts.vectors(table, made.classes, config.fusion.pooling)
    return ours.trained(data, made.classes, vectors, config, device)


def _centres(labels: IdArray, objects: np.ndarray, patch: int) -> IdArray:
    """The labels at the centres of the patches that are chosen on every object."""
    chosen = np.zeros_like(labels)
    for number in np.unique(objects[labels > 0]):
        centres = choose_voters(objects == number, patch, TRAINING).centres
        chosen[tuple(centres.T)] = labels[tuple(centres.T)]
    return chosen


def _asked(made: ObjectDraw, model: S3FNModel, way: str, device: str) -> IdArray:
    """Ids of the test objects; 0 where a preset can say nothing, which counts as wrong."""
    answers: dict[int, int] = {}
    for tray in made.trays:
        if way.startswith("pixel"):
            found = run(predict(model, tray.cube, device=device, probabilities=True))
            for number in np.unique(tray.objects[tray.objects > 0]):
                mean = found.probabilities[tray.objects == number].mean(0)
                answers[int(number)] = model.classes.ids[mean.argmax()]
        else:
            rule = VoteRule(decide="mean" if way.endswith("probability") else "votes")
            judged = run(predict_objects(model, tray.cube, tray.objects, rule, device=device))
            answers |= {o.number: o.class_id for o in judged.objects}
    return np.array([answers[int(i)] for i in made.numbers[~made.known]], np.uint8)


def measure(task: running.Task, chosen: argparse.Namespace, table: texts.Table) -> int:
    """Measure what is missing of one draw; the number of groups of methods that failed."""
    device = running.prepare(chosen.device)
    spectra = running.missing(chosen, task, "mean spectra", list(MEANS))
    networks = running.missing(chosen, task, "ours", list(OURS))
    if not spectra and not networks:
        return 0
    made = trays.draw(*task)
    return sum(
        running.measure(chosen.results, task, made.truth, answers)
        for answers in (by_mean_spectra(made, spectra), by_ours(made, networks, table, device))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--per-class", type=int, default=10, help="labelled objects of each class")
    parser.add_argument("--scenes", nargs="+", choices=trays.NAMES, default=trays.NAMES)
    chosen = running.arguments(parser, "objects")
    if chosen.show:
        show(chosen.show)
        return
    tasks = [(s, chosen.per_class, d) for d, s in product(range(chosen.draws), chosen.scenes)]
    table = texts.load(chosen.texts, trays.draw("wood grain", 1, 0).classes)
    try:
        running.in_processes(partial(measure, chosen=chosen, table=table), tasks, chosen.jobs)
    finally:
        show(chosen.results)


def show(file: Path) -> None:
    """Accuracy of every method on every scene, and ours against the best classifier of means."""
    results = records.Results(records.read(file))
    lines = [line for n in results.numbers for line in tables.objects(results, n, MEANS, OURS)]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
