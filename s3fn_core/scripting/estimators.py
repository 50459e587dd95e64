"""Estimators in the manner of scikit-learn: of single spectra, and of labelled cubes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet, LabelClass
from s3fn_core.labels.material_colours import PALETTE
from s3fn_core.model.config import TrainConfig, preset
from s3fn_core.results.metrics import accuracy
from s3fn_core.scripting.fitting import fit
from s3fn_core.scripting.given import ClassesLike, CubeLike, MapLike, classes_of, cube_of, ids_of
from s3fn_core.scripting.model import Device, Model
from s3fn_core.types import FloatArray, IdArray

Spectra = npt.NDArray[np.floating[Any]]
_APART = 16
"""Pixels from one spectrum to the next: so far apart, none is taken for a neighbour of another."""


class SpectrumClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Classify spectra by the model's linear experts and by descriptions, without any neighbourhood.

    Parameters
    ----------
    wavelengths : array, shape (bands,), optional
        In nm.  Without them, descriptions cannot say what a spectrum should look like.
    descriptions : mapping of label to str, optional
        What is known of the classes in words.  Those of labels that are not learned are left out; note
        that ``cross_val_predict(method="predict_proba")`` numbers the labels anew.
    per_class : int
        Of each class at most so many spectra, drawn at random, are learned from.
    seed : int

    Attributes
    ----------
    classes_ : array, shape (classes,)
        The labels, sorted.
    model_ : Model
        What was learned, also to classify whole cubes.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_score
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["sand", "snow"], 30)
    >>> X = np.where(y == "snow", 0.9, 0.4)[:, None] + rng.normal(0, 0.02, (60, 12))
    >>> float(cross_val_score(SpectrumClassifier(), X, y, cv=3).min())
    1.0
    """

    def __init__(
        self,
        *,
        wavelengths: Sequence[float] | npt.NDArray[np.floating[Any]] | None = None,
        descriptions: Mapping[Any, str] | None = None,
        per_class: int = 300,
        seed: int = 0,
    ) -> None:
        self.wavelengths = wavelengths
        self.descriptions = descriptions
        self.per_class = per_class
        self.seed = seed

    def fit(self, X: Spectra, y: npt.ArrayLike) -> Self:  # noqa: N803 (scikit-learn's name)
        """Learn from spectra (n, bands) and their labels (n,)."""
        spectra, labels = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(labels)
        self.classes_, index = np.unique(labels, return_inverse=True)
        if len(self.classes_) > MAX_CLASSES:
            raise LabelError(
                "{count} classes are too many; at most {highest}.",
                count=len(self.classes_),
                highest=MAX_CLASSES,
            )
        if len(self.classes_) < 2:
            raise LabelError(
                "Classifier can't be fitted: the data has one class only, {name}.", name=self.classes_[0]
            )
        texts = self.descriptions or {}
        words = ClassSet.of({str(one): texts.get(one, "") for one in self.classes_.tolist()})
        config = preset("quick")
        config = config.with_(
            seed=self.seed,
            per_class=self.per_class,
            experts=replace(config.experts, unlabelled=False, smoothing=False),
        )
        ids = np.zeros((1, len(spectra) * _APART), np.uint8)
        ids[0, ::_APART] = index + 1
        self.model_ = fit(self._cube(spectra), ids, words, settings=config)
        return self

    def predict_proba(self, X: Spectra) -> FloatArray:  # noqa: N803
        """Probabilities of the classes, shape (n, classes), in the order of `classes_`."""
        check_is_fitted(self)
        spectra = validate_data(self, X, dtype=np.float32, reset=False)
        found = self.model_.predict(self._cube(spectra), smooth=False).probabilities
        assert found is not None
        probability = found[0, ::_APART]
        # Spectra that are 0 in every band are background, of which nothing is known.
        none = probability.sum(1) == 0
        return np.where(none[:, None], np.float32(1 / len(self.classes_)), probability)

    def predict(self, X: Spectra) -> npt.NDArray[Any]:  # noqa: N803
        """The likeliest label of each spectrum, shape (n,)."""
        found: npt.NDArray[Any] = self.classes_[self.predict_proba(X).argmax(1)]
        return found

    def _cube(self, spectra: FloatArray) -> Cube:
        """A cube of one line in which the spectra lie apart, with background between them."""
        count, bands = spectra.shape

        def read(lines: slice, samples: slice, some: list[int]) -> npt.NDArray[Any]:
            place = np.arange(samples.start, samples.stop)
            block = np.zeros((1, len(place), len(some)), np.float32)
            block[0, place % _APART == 0] = spectra[place[place % _APART == 0] // _APART][:, some]
            return block

        data = WindowedArray((1, count * _APART, bands), np.float32, read)
        waves = None if self.wavelengths is None else np.asarray(self.wavelengths, np.float64)
        return Cube(data, "spectra", wavelengths=waves)


class CubeClassifier(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Classify cubes; an example is a whole cube with its label map, so cubes are never divided.

    ``X`` is a list of cubes (or files), ``y`` one of label maps (arrays of class ids, 0 where nothing
    is known, or files).

    Parameters
    ----------
    classes : ClassSet, mapping of names to descriptions, or CLASSES.json, optional
        When not given, the classes are the ids of the label maps.
    settings : {"pixel", "quick", "object", "paper"} or TrainConfig
    seed : int
    device : {"auto", "cpu", "cuda", "mps"}

    Attributes
    ----------
    model_ : Model
    """

    def __init__(
        self,
        classes: ClassesLike | None = None,
        *,
        settings: str | TrainConfig = "pixel",
        seed: int = 0,
        device: Device = "auto",
    ) -> None:
        self.classes = classes
        self.settings = settings
        self.seed = seed
        self.device = device

    def fit(self, X: Sequence[CubeLike], y: Sequence[MapLike]) -> Self:  # noqa: N803
        """Learn from cubes and their label maps."""
        cubes = [cube_of(one) for one in X]
        words = _classes_in(y) if self.classes is None else classes_of(self.classes)
        self.model_: Model = fit(
            cubes, list(y), words, settings=self.settings, seed=self.seed, device=self.device
        )
        return self

    def predict(self, X: Sequence[CubeLike]) -> list[IdArray]:  # noqa: N803
        """The class id of each pixel, 0 on background: one map (lines, samples) for each cube."""
        check_is_fitted(self)
        return [self.model_.predict(one, probabilities=False, device=self.device).ids for one in X]

    def predict_proba(self, X: Sequence[CubeLike]) -> list[FloatArray]:  # noqa: N803
        """The probability of each class: one array (lines, samples, classes) for each cube."""
        check_is_fitted(self)
        found = (self.model_.predict(one, device=self.device).probabilities for one in X)
        return [one for one in found if one is not None]

    def score(self, X: Sequence[CubeLike], y: Sequence[MapLike]) -> float:  # noqa: N803
        """Share of all labelled pixels that are right (overall accuracy)."""
        cubes = [cube_of(one) for one in X]
        classes = self.model_.classes
        truth = [ids_of(labels, cube, classes).ravel() for cube, labels in zip(cubes, y, strict=True)]
        found = [ids.ravel() for ids in self.predict(cubes)]
        return accuracy(np.concatenate(truth), np.concatenate(found), classes).oa


def _classes_in(maps: Sequence[MapLike]) -> ClassSet:
    """Classes for the ids of label maps, "class 3" and the like."""
    if not all(isinstance(one, np.ndarray) for one in maps):
        raise LabelError("Label files need classes: CubeClassifier(classes=...).")
    ids = sorted({int(i) for one in maps for i in np.unique(np.asarray(one)) if i != UNLABELLED})
    return ClassSet(tuple(LabelClass(i, f"class {i}", PALETTE[(i - 1) % len(PALETTE)]) for i in ids))
