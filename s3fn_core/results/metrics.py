"""How well a prediction agrees with the ground truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import UNLABELLED, ClassSet
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.figures import ReliabilityBin
from s3fn_core.results.intervals import Interval, Intervals, bootstrap
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


@dataclass(frozen=True, eq=False)
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
    reliability : tuple of ReliabilityBin
        Where confidences were given; bins without a pixel are left out.
    intervals : Intervals or None
        95 % confidence, where blocks were given and there are enough of them.
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
    reliability: tuple[ReliabilityBin, ...] = ()
    intervals: Intervals | None = None

    def __str__(self) -> str:
        oa = f"OA {per_cent(self.oa)}"
        if self.intervals is not None and self.intervals.oa is not None:
            oa += f" ({range_text(self.intervals.oa, percent=True)})"
        text = f"{oa}, AA {per_cent(self.aa)}, kappa {self.kappa:.3f}, n = {self.count}"
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
            "reliability": [asdict(part) for part in self.reliability],
            "intervals": None if self.intervals is None else self.intervals.to_json(),
        }


def range_text(interval: Interval, percent: bool = False) -> str:
    """How an interval is printed, in per cent as "88.1 to 96.0 %"."""
    low, high = interval
    if percent:
        return tr("{low:.1f} to {high:.1f} %", low=100 * low, high=100 * high)
    return tr("{low:.3f} to {high:.3f}", low=low, high=high)


@checked(LabelError)
def accuracy(
    truth: IdArray,
    predicted: IdArray,
    classes: ClassSet,
    confidence: FloatArray | None = None,
    blocks: npt.NDArray[np.integer] | None = None,
    unit: str = "blocks",
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
    blocks : array of int of the same shape, optional
        Block, object or cube of each pixel, for confidence intervals (``intervals.bootstrap``).
    unit : str
        Which of these they are, in the plural.

    Raises
    ------
    LabelError
        When the shapes differ, nothing is labelled, or the truth has an id without a class.
    """
    if truth.shape != predicted.shape:
        raise LabelError(
            "Ground truth {shape} and prediction {other_shape} differ in shape; compare maps of "
            "the same cube.",
            shape=truth.shape,
            other_shape=predicted.shape,
        )
    for what, values in ((tr("Confidence"), confidence), (tr("Blocks"), blocks)):
        if values is not None and values.shape != truth.shape:
            raise LabelError(
                "{what} {shape} and ground truth {truth_shape} differ in shape.",
                what=what,
                shape=values.shape,
                truth_shape=truth.shape,
            )
    labelled = truth != UNLABELLED
    truth, predicted = truth[labelled], predicted[labelled]
    if not truth.size:
        raise LabelError("The ground truth labels no pixel, so there is nothing to compare with.")
    unknown = set(np.unique(truth).tolist()) - set(classes.ids)
    if unknown:
        raise LabelError(
            "The ground truth holds id {number}, which is not a class; the classes are {classes}.",
            number=min(unknown),
            classes=", ".join(f"{c.id} {c.name}" for c in classes),
        )
    per_class = _per_class(truth, predicted, classes)
    bins = () if confidence is None else reliability(truth == predicted, confidence[labelled])
    return Accuracy(
        oa=float(np.mean(truth == predicted)),
        aa=float(np.mean([c.recall for c in per_class if c.support])),
        kappa=_kappa(truth, predicted),
        per_class=per_class,
        confusion=_confusion(truth, predicted, classes),
        class_ids=classes.ids,
        class_names=classes.names,
        ece=None if confidence is None else calibration_error(bins),
        count=int(truth.size),
        unclassified=int(np.sum(~np.isin(predicted, classes.ids))),
        reliability=bins,
        intervals=None
        if blocks is None
        else bootstrap(
            _index(truth, classes), _index(predicted, classes), len(classes), blocks[labelled], unit=unit
        ),
    )


def reliability(correct: npt.NDArray[np.bool_], confidence: FloatArray) -> tuple[ReliabilityBin, ...]:
    """Confidence against accuracy in 15 equal bins of confidence, empty ones left out."""
    place = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    count = np.bincount(place, minlength=ECE_BINS)
    sure = np.bincount(place, weights=confidence.astype(np.float64), minlength=ECE_BINS)
    right = np.bincount(place, weights=correct, minlength=ECE_BINS)
    return tuple(
        ReliabilityBin(
            float(b / ECE_BINS),
            float((b + 1) / ECE_BINS),
            float(sure[b] / count[b]),
            float(right[b] / count[b]),
            int(count[b]),
        )
        for b in np.flatnonzero(count)
    )


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Expected calibration error, 0..1: the mean gap of the bins, weighted by their pixels.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    gaps = sum(part.count * abs(part.accuracy - part.confidence) for part in bins)
    return gaps / sum(part.count for part in bins)


def _index(ids: IdArray, classes: ClassSet) -> npt.NDArray[np.int64]:
    """Place of each id in `classes`; their number for an id that is none of them."""
    places = np.full(256, len(classes), np.int64)
    places[list(classes.ids)] = range(len(classes))
    return places[ids]


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
