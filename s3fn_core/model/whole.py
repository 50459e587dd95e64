"""What a model knows of whole objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_softmax

from s3fn_core.model.experts.bases import Base
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.novelty import Novelty
from s3fn_core.types import FloatArray


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
    """

    experts: Experts = field(default_factory=Experts)
    votes: float = 1.0
    novelty: Novelty | None = None

    def __bool__(self) -> bool:
        return bool(self.experts)

    def scores(self, views: Mapping[Base, FloatArray]) -> FloatArray:
        """What the experts say together of an object, (their classes,), up to a constant."""
        total = np.zeros(len(self.experts.class_ids), np.float32)
        for member in self.experts.members:
            total += np.float32(member.share) * log_softmax(views[member.base] @ member.weights + member.bias)
        return total
