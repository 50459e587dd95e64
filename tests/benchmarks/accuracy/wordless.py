"""Classifiers of single spectra that know no words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.model.baselines.classifiers import ShrinkageLDA
from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import texts
from tests.benchmarks.accuracy.scenes import Draw


def _searched(per_class: int) -> GridSearchCV:
    grid = {"svc__C": [1, 10, 100, 1000], "svc__gamma": ["scale", 0.001, 0.01, 0.1]}
    return GridSearchCV(make_pipeline(StandardScaler(), SVC()), grid, cv=min(5, per_class))


MAKERS: dict[str, Callable[[int], ClassifierMixin]] = {
    "SVM C=100": lambda n: make_pipeline(StandardScaler(), SVC(C=100)),
    "SVM unit norm": lambda n: make_pipeline(Normalizer(), StandardScaler(), SVC(C=100)),
    "SVM cross-validated": _searched,
    "shrinkage LDA": lambda n: make_pipeline(StandardScaler(), ShrinkageLDA()),
    "random forest": lambda n: RandomForestClassifier(300, random_state=0),
}
NEED_TWO = ("SVM cross-validated", "shrinkage LDA")


def names(per_class: int) -> list[str]:
    """The classifiers that can be trained on so many labels of each class."""
    return [name for name in MAKERS if per_class > 1 or (per_class and name not in NEED_TWO)]


def answers(made: Draw, wanted: list[str], table: texts.Table, device: str) -> Iterator[tuple[str, IdArray]]:
    """Name of each classifier, and what it says of the test pixels."""
    spectra, ids = made.spectra(made.labels)
    asked, _ = made.spectra([p.test for p in made.parts])
    for name in wanted:
        yield name, MAKERS[name](made.per_class).fit(spectra, ids).predict(asked)
