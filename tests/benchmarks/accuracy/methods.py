"""What is compared: classifiers on spectra that know no words, and ours with words of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.inference import predict, predict_from_words
from s3fn_core.model.training import train
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from tests.benchmarks.accuracy.scenes import Draw


def _searched(per_class: int) -> ClassifierMixin:
    grid = {"svc__C": [1, 10, 100, 1000], "svc__gamma": ["scale", 0.001, 0.01, 0.1]}
    return GridSearchCV(make_pipeline(StandardScaler(), SVC()), grid, cv=min(5, per_class))


WORDLESS: dict[str, Callable[[int], ClassifierMixin | None]] = {
    "SVM, C=100": lambda n: make_pipeline(StandardScaler(), SVC(C=100)),
    "SVM, unit norm": lambda n: make_pipeline(Normalizer(), StandardScaler(), SVC(C=100)),
    "SVM, cross-validated": lambda n: _searched(n) if n > 1 else None,
    "shrinkage LDA": lambda n: (
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto") if n > 1 else None
    ),
    "random forest": lambda n: RandomForestClassifier(300, random_state=0),
}


def without_words(made: Draw, per_class: int) -> Iterator[tuple[str, IdArray]]:
    """Name and answer for every test pixel, of each classifier that needs only spectra."""
    spectra, ids = made.spectra(made.labels)
    asked, _ = made.spectra([p.test for p in made.parts])
    for name, make in WORDLESS.items():
        classifier = make(per_class)
        if classifier is not None:
            yield name, classifier.fit(spectra, ids).predict(asked)


def with_words(made: Draw, per_class: int, seed: int) -> Iterator[tuple[str, IdArray]]:
    """Name and answer for every test pixel, of ours with right and wrong words."""
    shuffled = _shuffled(made.classes, seed)
    if per_class == 0:
        yield "words alone", _alone(made, made.classes)
        yield "shuffled words alone", _alone(made, shuffled)
        return
    bare = ClassSet(tuple(replace(c, descriptions=()) for c in made.classes))
    right = _trained(made, made.classes, seed)
    yield "ours: descriptions + expectations", _answers(made, right)
    yield "ours: descriptions", _answers(made, replace(right, evidence_weight=0.0))
    yield "ours: class names only", _answers(made, _trained(made, bare, seed))
    wrong = _trained(made, shuffled, seed)
    yield "ours: shuffled + expectations", _answers(made, wrong)
    yield "ours: shuffled", _answers(made, replace(wrong, evidence_weight=0.0))


def _shuffled(classes: ClassSet, seed: int) -> ClassSet:
    """Every class with the description of another one."""
    shift = 1 + seed % (len(classes) - 1)
    others = (*classes.classes[shift:], *classes.classes[:shift])
    pairs = zip(classes, others, strict=True)
    return ClassSet(tuple(replace(c, descriptions=o.descriptions) for c, o in pairs))


def _trained(made: Draw, classes: ClassSet, seed: int) -> S3FNModel:
    pairs = zip(made.parts, made.labels, strict=True)
    data = [LabelledCube(p.cube, labels) for p, labels in pairs]
    return run(train(data, classes, preset("pixel").with_(seed=seed))).model


def _answers(made: Draw, model: S3FNModel) -> IdArray:
    parts = [p for p in made.parts if p.test.any()]
    return np.concatenate([run(predict(model, p.cube)).ids[p.test > 0] for p in parts])


def _alone(made: Draw, classes: ClassSet) -> IdArray:
    parts = [p for p in made.parts if p.test.any()]
    maps = [run(predict_from_words(classes, p.cube)).ids[p.test > 0] for p in parts]
    return np.concatenate(maps)
