"""Classifiers of single spectra that know no words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.covariance import OAS
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.types import IdArray
from tests.benchmarks.accuracy import texts
from tests.benchmarks.accuracy.scenes import Draw


class ShrinkageLDA(ClassifierMixin, BaseEstimator):
    """Linear discriminant analysis whose one covariance, pooled over the classes, is shrunk.

    The shrinkage (Chen et al. 2010, oracle approximating) is found from the residuals of all
    classes together.  scikit-learn finds one for each class alone, which with two labels a class
    is none at all: the covariance becomes singular and the answers noise.
    """

    def fit(self, x: np.ndarray, y: np.ndarray) -> ShrinkageLDA:
        self.classes_, index = np.unique(y, return_inverse=True)
        means = np.stack([x[index == k].mean(0) for k in range(len(self.classes_))])
        covariance = OAS(assume_centered=True).fit(x - means[index]).covariance_
        self.axes_ = np.linalg.solve(covariance, means.T)
        self.offset_ = -0.5 * np.einsum("kb,bk->k", means, self.axes_)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return self.classes_[(x @ self.axes_ + self.offset_).argmax(1)]


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
