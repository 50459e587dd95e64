"""The members of the ensemble that a model is, as tables show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s3fn_core.languages import tr

NAMES = {
    "network": tr("Network"),
    "words": tr("Words"),
    "spectrum": tr("Logistic: spectrum"),
    "shape": tr("Logistic: shape"),
    "spectrum, even noise": tr("Logistic: spectrum, even noise"),
    "shape, even noise": tr("Logistic: shape, even noise"),
    "shape, even noise, 3 x 3": tr("Logistic: shape, even noise, 3 x 3"),
    "shape, even noise, 7 x 7": tr("Logistic: shape, even noise, 7 x 7"),
    "discriminant": tr("LDA: spectrum"),
    "discriminant of the shape": tr("LDA: shape"),
    "discriminant, 7 x 7": tr("LDA: spectrum, 7 x 7"),
}
"""What the members are called, by their names in a model's record: linear classifiers by their kind and
what they look at."""


@dataclass(frozen=True)
class MemberAnswer:
    """What one member of the ensemble, or all of them, answers for a pixel.

    Attributes
    ----------
    name : str
    class_id : int
        The class that it finds likeliest.
    share : float
        The probability of that class, if it alone decided.
    """

    name: str
    class_id: int
    share: float


@dataclass(frozen=True)
class Member:
    """One member of the ensemble.

    Attributes
    ----------
    name : str
    weight : float
        Share of the weights of all.
    alone : float or None
        Share of the held-out labels that it gets right by itself; None where none was held out.
    """

    name: str
    weight: float
    alone: float | None


def members_of(metrics: Mapping[str, Any]) -> tuple[Member, ...]:
    """The members that a model's record names, those of most weight first; empty where it names none."""
    records = metrics.get("speakers") or ()
    total = sum(record["share"] for record in records) or 1.0
    found = [
        Member(NAMES.get(record["name"], record["name"]), record["share"] / total, record["oa"])
        for record in records
    ]
    return tuple(sorted(found, key=lambda one: -one.weight))
