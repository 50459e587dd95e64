"""What a model knows of whole objects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_softmax

from s3fn_core.model.experts.bases import Base
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.novelty import Novelty
from s3fn_core.types import FloatArray

FARTHEST = 5.0
"""Coordinates of a pixel are cut there, in standard deviations of sound objects, before they are squared."""


@dataclass(frozen=True, eq=False)
class Defects:
    """Small defects: classes that cover a part of an object which belongs to another class.

    Attributes
    ----------
    axes : array of float32, shape (good bands, depth)
        From how a pixel differs from its object to coordinates of variance 1 on sound objects.
    centre : array of float32, shape (depth,)
        Of sound objects.
    weights : array of float32, shape (features, classes)
        Of the coordinates, their squares and products (:func:`quadratic`).
    bias : array of float32, shape (classes,)
    thresholds : dict from class id to float
        The classes in the order of the weights, and the score from which on an object has the defect.
    """

    axes: FloatArray
    centre: FloatArray
    weights: FloatArray
    bias: FloatArray
    thresholds: dict[int, float]

    def score(self, apart: FloatArray, class_id: int, least: float) -> float:
        """Log-odds of a class for an object whose pixels (n, bands) differ so from it; see :func:`most`."""
        place = list(self.thresholds).index(class_id)
        features = quadratic(apart @ self.axes - self.centre)
        return most(features @ self.weights[:, place] + self.bias[place], least)


def quadratic(coordinates: FloatArray) -> FloatArray:
    """Coordinates (n, depth), their squares and products, shape (n, features)."""
    cut = np.clip(coordinates, -FARTHEST, FARTHEST)
    rows, columns = np.triu_indices(cut.shape[1])
    features: FloatArray = np.concatenate([cut, cut[:, rows] * cut[:, columns]], axis=1)
    return features


def most(values: FloatArray, least: float) -> float:
    """Mean of the highest values (of n): of a share of them where `least` is below 1, else of so many."""
    count = math.ceil(least * len(values)) if least < 1 else int(least)
    return float(np.sort(values)[-min(max(1, count), len(values)) :].mean())


@dataclass(frozen=True, eq=False)
class WholeObjects:
    """What a model knows of objects, beside the pixels that lie on them; empty where it knows nothing.

    Attributes
    ----------
    experts : Experts
        Each looks at one of the views of :mod:`~s3fn_core.model.experts.whole`.
    votes : float
        Share of the logarithm of the pixels' mean probability in the sum of all.
    novelty : Novelty or None
        How unlike the labelled objects an object's mean spectrum is.
    defects : Defects or None
    """

    experts: Experts = field(default_factory=Experts)
    votes: float = 1.0
    novelty: Novelty | None = None
    defects: Defects | None = None

    def __bool__(self) -> bool:
        return bool(self.experts)

    def knows(self, defect: int) -> bool:
        """Whether it has learned of a defect how pixels of it differ from their object."""
        return self.defects is not None and defect in self.defects.thresholds

    def scores(self, views: Mapping[Base, FloatArray]) -> FloatArray:
        """What the experts say together of an object, (their classes,), up to a constant."""
        total = np.zeros(len(self.experts.class_ids), np.float32)
        for member in self.experts.members:
            total += np.float32(member.share) * log_softmax(views[member.base] @ member.weights + member.bias)
        return total
