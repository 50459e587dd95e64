"""A rule for a defect that raises no more false alarms than are wanted, by held-out labelled objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.model.votes import VoteRule

MOST_SURE = 30.0
"""Log-odds beyond which a probability cannot be told from 0 or 1."""


@dataclass(frozen=True)
class DefectRule:
    """A rule, and what it did with the labelled objects, each judged by what the others had taught.

    Attributes
    ----------
    rule : VoteRule
    hits : float
        Share of the objects with the defect that were found.
    alarms : float
        Share of the objects without it that were taken for defective.
    objects : int
        With and without it.
    """

    rule: VoteRule
    hits: float
    alarms: float
    objects: int


@checked(ModelError)
def rule_of_alarms(metrics: Mapping[str, Any], defect: int, alarms: float) -> DefectRule:
    """The rule that finds most of a defect with at most a share `alarms` of false alarms.

    Parameters
    ----------
    metrics : mapping
        ``S3FNModel.metrics`` of a model that has learned the defect.
    defect : int
        Id of its class.
    alarms : float
        0 to 1, of the objects without it.

    Raises
    ------
    ModelError
        When the share is none, or the model has not learned the defect.
    """
    if not 0 <= alarms <= 1:
        raise ModelError(
            "A share of {alarms:g} false alarms is impossible; use 0 to 1, such as 0.05.", alarms=alarms
        )
    known = (metrics.get("objects") or {}).get("defects", {})
    told = known.get(str(defect)) or known.get(defect) or {}
    if "curve" not in told:
        raise ModelError(
            "The model has not learned how often this defect raises false alarms. Label its spots, not whole "
            "objects, on two objects of another class at least, and two sound objects; then train again."
        )
    wrong, right, limits = (np.array(told["curve"][name]) for name in ("alarms", "hits", "limits"))
    fitting = np.flatnonzero(wrong <= alarms)
    best = int(fitting[np.lexsort((-wrong[fitting], right[fitting]))[-1]])
    above = float(expit(np.clip(limits[best], -MOST_SURE, MOST_SURE)))
    rule = VoteRule(decide="defect", defect=defect, above=above)
    return DefectRule(rule, float(right[best]), float(wrong[best]), int(told["objects"]))
