"""Baselines that look at neighbours: classifiers of mean spectra, and a smoothed map."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import softmax
from sklearn.base import ClassifierMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import SVC

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.model.baselines.classifiers import ShrinkageLDA
from s3fn_core.model.experts.bases import window_mean
from s3fn_core.model.smoothing import Likeness, edges_of, smooth
from s3fn_core.types import FloatArray, IdArray
from tests.benchmarks.accuracy import texts
from tests.benchmarks.accuracy.scenes import Draw

STRENGTH = 2.0
"""Of the smoothing behind the SVM: the middle of those that ours chooses from."""
SMOOTHED = "SVM unit norm, smoothed"


def _svm() -> ClassifierMixin:
    return make_pipeline(Normalizer(), StandardScaler(), SVC(C=100))


def _lda() -> ClassifierMixin:
    return make_pipeline(StandardScaler(), ShrinkageLDA())


WINDOWED: dict[str, tuple[Callable[[], ClassifierMixin], int]] = {
    f"{kind}, {window} x {window} means": (make, window)
    for kind, make in (("SVM unit norm", _svm), ("shrinkage LDA", _lda))
    for window in (3, 7)
}


def names(per_class: int) -> list[str]:
    """The methods that can be trained on so many labels of each class."""
    if not per_class:
        return []
    return [*(n for n in WINDOWED if per_class > 1 or not n.startswith("shrinkage")), SMOOTHED]


def answers(made: Draw, wanted: list[str], table: texts.Table, device: str) -> Iterator[tuple[str, IdArray]]:
    """Name of each method, and what it says of the test pixels."""
    for name in wanted:
        if name == SMOOTHED:
            yield name, _smoothed(made)
        else:
            make, window = WINDOWED[name]
            yield name, _of_means(made, make(), window)


def _of_means(made: Draw, model: ClassifierMixin, window: int) -> IdArray:
    """Answers of a classifier of the mean spectra of windows."""
    images = [_means(part.cube, window) for part in made.parts]
    pairs = list(zip(images, made.labels, strict=True))
    model.fit(np.concatenate([x[m > 0] for x, m in pairs]), np.concatenate([m[m > 0] for _, m in pairs]))
    tests = [x[p.test > 0] for x, p in zip(images, made.parts, strict=True) if p.test.any()]
    return model.predict(np.concatenate(tests))


def _means(cube: Cube, window: int) -> FloatArray:
    """Mean spectra (lines, samples, good bands), the border mirrored."""
    reach = window // 2
    values = np.nan_to_num(cube.read()[..., cube.good_bands])
    values = np.pad(values, ((reach, reach), (reach, reach), (0, 0)), "reflect")
    return window_mean(values, valid_pixels(values), window)


def _smoothed(made: Draw) -> IdArray:
    """Answers of an SVM whose scores are smoothed over neighbours that look alike."""
    spectra, ids = made.spectra(made.labels)
    model = _svm().fit(spectra, ids)
    found = []
    for part in made.parts:
        if not part.test.any():
            continue
        values = np.nan_to_num(part.cube.read())
        measured = valid_pixels(values)
        scores = model.decision_function(values[..., part.cube.good_bands][measured])
        scores = np.stack([-scores, scores], 1) if scores.ndim == 1 else scores
        probability = np.zeros((*measured.shape, scores.shape[1]), np.float32)
        probability[measured] = softmax(scores, axis=1)
        edges = edges_of(Likeness.of(part.cube).coordinates(values), measured)
        smoothed = smooth(probability, edges, STRENGTH)
        found.append(model.classes_[smoothed.argmax(-1)][part.test > 0])
    return np.concatenate(found)
