"""Classifiers of single spectra that know neither words nor neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.covariance import OAS
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.model import kept_texts
from s3fn_core.types import FloatArray

Targets = npt.NDArray[np.integer]
TREES = 300
COST = 100.0
FAINT = 1e-12
"""Probability that stands for none."""


class Classifier(Protocol):
    """What a baseline is: learned from spectra (n, bands) and class indices (n,)."""

    def fit(self, spectra: FloatArray, targets: Targets) -> Self: ...

    def scores(self, spectra: FloatArray) -> FloatArray:
        """Scores (m, learned classes): up to a constant per pixel, logarithms of probabilities.

        The columns are the classes that were learned, in ascending order.
        """


class ShrinkageLDA(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Linear discriminant analysis whose one covariance, pooled over the classes, is shrunk.

    The shrinkage (Chen et al. 2010, oracle approximating) is found from the residuals of all
    classes together.  scikit-learn finds one for each class alone, which with two labels a class
    is none at all: the covariance becomes singular and the answers noise.
    """

    def fit(self, spectra: FloatArray, targets: Targets) -> Self:
        self.classes_, index = np.unique(targets, return_inverse=True)
        means = np.stack([spectra[index == k].mean(0) for k in range(len(self.classes_))])
        covariance = OAS(assume_centered=True).fit(spectra - means[index]).covariance_
        self.axes_ = np.linalg.solve(covariance, means.T)
        self.offset_ = -0.5 * np.einsum("kb,bk->k", means, self.axes_)
        return self

    def decision_function(self, spectra: FloatArray) -> FloatArray:
        """Logarithms of the densities, up to a constant per pixel."""
        scores: FloatArray = spectra @ self.axes_ + self.offset_
        return scores

    def predict(self, spectra: FloatArray) -> Targets:
        found: Targets = self.classes_[self.decision_function(spectra).argmax(1)]
        return found


class Pipeline:
    """Standardised spectra, scored by the decision function of what comes last."""

    def __init__(self, *steps: BaseEstimator) -> None:
        self._model = make_pipeline(*steps)

    def fit(self, spectra: FloatArray, targets: Targets) -> Self:
        self._model.fit(spectra, targets)
        return self

    def scores(self, spectra: FloatArray) -> FloatArray:
        found: FloatArray = self._model.decision_function(spectra)
        return np.stack([-found, found], 1) if found.ndim == 1 else found  # of two classes


class Forest:
    """Trees vote; each knows the shares of the classes in its leaves."""

    def __init__(self, seed: int) -> None:
        self._model = RandomForestClassifier(TREES, random_state=seed)

    def fit(self, spectra: FloatArray, targets: Targets) -> Self:
        self._model.fit(spectra, targets)
        return self

    def scores(self, spectra: FloatArray) -> FloatArray:
        logs: FloatArray = np.log(np.maximum(self._model.predict_proba(spectra), FAINT))
        return logs


class SpectralAngle:
    """The class whose mean spectrum has the smallest angle to the pixel's (Kruse et al. 1993).

    The angles of the labelled spectra to the mean of their own class say how far others may be off.
    """

    def fit(self, spectra: FloatArray, targets: Targets) -> Self:
        present, index = np.unique(targets, return_inverse=True)
        means = np.stack([spectra[index == k].mean(0) for k in range(len(present))])
        self._means = _unit(means)
        own = self._angles(spectra)[np.arange(len(index)), index]
        self._spread = max(float(np.sqrt(np.mean(own**2))), 1e-6)
        return self

    def scores(self, spectra: FloatArray) -> FloatArray:
        scores: FloatArray = -0.5 * (self._angles(spectra) / self._spread) ** 2
        return scores

    def _angles(self, spectra: FloatArray) -> FloatArray:
        """In radians, shape (n, classes)."""
        angles: FloatArray = np.arccos(np.clip(_unit(spectra) @ self._means.T, -1, 1))
        return angles


def _unit(spectra: FloatArray) -> FloatArray:
    values = spectra.astype(np.float64)
    unit: FloatArray = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), FAINT)
    return unit


@dataclass(frozen=True)
class Kind:
    """A kind of baseline.

    Attributes
    ----------
    id : str
    short, title : str
        As tables and as sentences call it; in English, see ``kept_texts.told``.
    make : callable
        From a seed to a classifier that has learned nothing yet.
    needs : int
        Labels of some class that it takes at least.
    """

    id: str
    short: str
    title: str
    make: Callable[[int], Classifier]
    needs: int = 1


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            "svm",
            "SVM",
            kept_texts.SVM_TITLE,
            lambda seed: Pipeline(Normalizer(), StandardScaler(), SVC(C=COST)),
        ),
        Kind(
            "lda",
            kept_texts.LDA,
            kept_texts.LDA_TITLE,
            lambda seed: Pipeline(StandardScaler(), ShrinkageLDA()),
            needs=2,
        ),
        Kind("forest", kept_texts.FOREST, kept_texts.FOREST_TITLE, Forest),
        Kind("angle", kept_texts.ANGLE, kept_texts.ANGLE_TITLE, lambda seed: SpectralAngle()),
    )
}
"""The support vector machine has a radial kernel and sees spectra of unit length, so that brightness says
nothing; its cost is fixed, since few labels cannot choose one."""
