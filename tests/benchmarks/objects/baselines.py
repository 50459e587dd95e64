"""What laboratories do today: PLS-DA and SVM on mean spectra, SVM on pixels, distance from known spectra."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy.signal import savgol_filter
from sklearn.base import ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from s3fn_core.types import FloatArray
from tests.benchmarks.bench_object_scenes import PLSDA
from tests.benchmarks.objects import figures
from tests.benchmarks.objects.lot import ROTTEN, Lot


def _snv(spectra: FloatArray) -> FloatArray:
    """Standard normal variate (Barnes, Dhanoa & Lister, Appl. Spectrosc. 43(5), 1989)."""
    scaled: FloatArray = (spectra - spectra.mean(1, keepdims=True)) / spectra.std(1, keepdims=True)
    return scaled


def _derivative(spectra: FloatArray) -> FloatArray:
    slope: FloatArray = savgol_filter(spectra, 11, 2, deriv=1, axis=1)
    return slope


VIEWS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "raw": lambda spectra: spectra,
    "SNV": _snv,
    "derivative": _derivative,
}
PIXEL, DISTANCE = "SVM of pixels, SNV", "PCA residual, SNV"
NAMES = (*(f"{kind}, {view}" for kind in ("PLS-DA", "SVM") for view in VIEWS), PIXEL, DISTANCE)
COMPONENTS = 6
"""Of the principal component analysis that strange objects are told by."""


def _classifier(kind: str) -> ClassifierMixin:
    if kind == "PLS-DA":
        return GridSearchCV(PLSDA(), {"components": list(range(1, 13))}, cv=5)
    return _svm()


def _svm() -> GridSearchCV:
    grid = {"svc__C": [1, 10, 100, 1000], "svc__gamma": ["scale", 0.001, 0.01]}
    return GridSearchCV(make_pipeline(StandardScaler(), SVC()), grid, cv=5)


def measured(lot: Lot, wanted: list[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """Each method that is wanted, and what it reaches."""
    pixels = lot.pixels()
    means = np.stack([own.mean(0) for own in pixels])
    known = np.array([body.known for body in lot.bodies])
    ids = np.array([body.ripeness for body in lot.bodies])
    for name in wanted:
        since = time.monotonic()
        if name == PIXEL:
            yield name, figures.spotted(lot, _spots(lot, pixels)) | _since(since)
        elif name == DISTANCE:
            yield name, figures.flagged(lot, _distance(_snv(means), known)) | _since(since)
        else:
            kind, _, view = name.partition(", ")
            spectra = VIEWS[view](means)
            model = _classifier(kind).fit(spectra[known], ids[known])
            yield name, figures.right(lot, model.predict(spectra)) | _since(since)


def _since(start: float) -> dict[str, float]:
    return {"seconds": time.monotonic() - start}


def _spots(lot: Lot, pixels: list[FloatArray]) -> FloatArray:
    """Score of every body: the mean of its highest hundredth, the best of the scores that were tried."""
    labels = [lot.spot_labels(tray) for tray in range(len(lot.trays))]
    seen = [labels[body.tray][lot.mask(body)] for body in lot.bodies]
    spectra = np.concatenate([own[ids > 0] for own, ids in zip(pixels, seen, strict=True)])
    rotten = np.concatenate([ids[ids > 0] for ids in seen]) == ROTTEN
    model = _svm().fit(_snv(spectra), rotten)
    scores = [np.sort(model.decision_function(_snv(own)))[::-1] for own in pixels]
    return np.array([own[: max(1, len(own) // 100)].mean() for own in scores])


def _distance(spectra: FloatArray, known: FloatArray) -> FloatArray:
    """How far spectra are from the plane of the known ones (Q), as in soft independent modelling (SIMCA)."""
    model = PCA(COMPONENTS).fit(spectra[known])
    rest = spectra - model.inverse_transform(model.transform(spectra))
    found: FloatArray = np.square(rest).sum(1)
    return found
