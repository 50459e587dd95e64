"""How well a prediction agrees with the ground truth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import UNLABELLED, ClassSet
from s3fn_core.types import FloatArray, IdArray

ECE_BINS = 15


@dataclass(frozen=True)
class ClassAccuracy:
    """Figures of one class, shares 0..1; NaN where nothing is there to divide by."""

    class_id: int
    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Accuracy:
    """Agreement of a prediction with the ground truth.

    Attributes
    ----------
    oa, aa : float
        Overall accuracy, and average accuracy: the mean recall over the classes with ground truth.
    kappa : float
        Cohen's kappa; NaN when truth and prediction are one single class.
    per_class : tuple of ClassAccuracy
        In the order of `class_ids`.
    confusion : array of int, shape (K, K)
        Rows truth, columns prediction, in the order of `class_ids`.
    class_ids, class_names : tuples, K each
    ece : float or None
        Expected calibration error, where confidences were given.
    count : int
        Pixels (or objects) compared.
    unclassified : int
        Those among them whose prediction is none of the classes: wrong, but not in `confusion`.
    """

    oa: float
    aa: float
    kappa: float
    per_class: tuple[ClassAccuracy, ...]
    confusion: npt.NDArray[np.int64]
    class_ids: tuple[int, ...]
    class_names: tuple[str, ...]
    ece: float | None
    count: int
    unclassified: int = 0

    def __str__(self) -> str:
        text = f"OA {self.oa:.1%}, AA {self.aa:.1%}, kappa {self.kappa:.3f}, n = {self.count}"
        return text if self.ece is None else f"{text}, ECE {self.ece:.3f}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for a report or a model's metadata; an undefined figure is None."""
        return {
            "oa": self.oa,
            "aa": self.aa,
            "kappa": _defined(self.kappa),
            "ece": self.ece,
            "count": self.count,
            "unclassified": self.unclassified,
            "per_class": [
                {
                    "id": c.class_id,
                    "name": c.name,
                    "precision": _defined(c.precision),
                    "recall": _defined(c.recall),
                    "f1": _defined(c.f1),
                    "support": c.support,
                }
                for c in self.per_class
            ],
            "confusion": self.confusion.tolist(),
        }


def accuracy(
    truth: IdArray, predicted: IdArray, classes: ClassSet, confidence: FloatArray | None = None
) -> Accuracy:
    """Compare class ids with the ground truth.

    Parameters
    ----------
    truth, predicted : arrays of class ids, same shape
        Where `truth` is 0 (unlabelled) nothing is compared.  A prediction that is none of the
        classes counts as wrong.
    classes : ClassSet
    confidence : array of the same shape, 0..1, optional
        Probability of the predicted class.

    Raises
    ------
    LabelError
        When the shapes differ, nothing is labelled, or the truth has an id without a class.
    """
    if truth.shape != predicted.shape:
        raise LabelError(
            f"Ground truth {truth.shape} and prediction {predicted.shape} differ in shape; "
            "compare maps of the same cube."
        )
    labelled = truth != UNLABELLED
    truth, predicted = truth[labelled], predicted[labelled]
    if not truth.size:
        raise LabelError("The ground truth labels no pixel, so there is nothing to compare with.")
    unknown = set(np.unique(truth).tolist()) - set(classes.ids)
    if unknown:
        raise LabelError(
            f"The ground truth holds id {min(unknown)}, which is no class; the classes are "
            f"{', '.join(f'{c.id} {c.name}' for c in classes)}."
        )
    per_class = _per_class(truth, predicted, classes)
    return Accuracy(
        oa=float(np.mean(truth == predicted)),
        aa=float(np.mean([c.recall for c in per_class if c.support])),
        kappa=_kappa(truth, predicted),
        per_class=per_class,
        confusion=_confusion(truth, predicted, classes),
        class_ids=classes.ids,
        class_names=classes.names,
        ece=None if confidence is None else calibration_error(
            truth == predicted, confidence[labelled]
        ),
        count=int(truth.size),
        unclassified=int(np.sum(~np.isin(predicted, classes.ids))),
    )  # fmt: skip


def calibration_error(correct: npt.NDArray[np.bool_], confidence: FloatArray) -> float:
    """Expected calibration error over 15 equal bins of confidence, 0..1.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gap = np.bincount(bins, weights=correct - confidence.astype(np.float64), minlength=ECE_BINS)
    return float(np.abs(gap).sum() / len(correct))


def _per_class(truth: IdArray, predicted: IdArray, classes: ClassSet) -> tuple[ClassAccuracy, ...]:
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=classes.ids, zero_division=np.nan
    )
    return tuple(
        ClassAccuracy(c.id, c.name, float(p), float(r), float(f), int(n))
        for c, p, r, f, n in zip(classes, precision, recall, f1, support, strict=True)
    )


def _confusion(truth: IdArray, predicted: IdArray, classes: ClassSet) -> npt.NDArray[np.int64]:
    matrix = confusion_matrix(truth, predicted, labels=classes.ids)
    return np.asarray(matrix, np.int64)


def _kappa(truth: IdArray, predicted: IdArray) -> float:
    if len(np.union1d(truth, predicted)) < 2:
        return math.nan  # chance alone would agree everywhere
    return float(cohen_kappa_score(truth, predicted))


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
