"""The members of the ensemble that a model is, as tables show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMES = {"network": "Network", "words": "Words"}
DISCRIMINANT = "discriminant"


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
    found = [Member(_told(record["name"]), record["share"] / total, record["oa"]) for record in records]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _told(name: str) -> str:
    """What a linear classifier of the spectrum is, before what it looks at."""
    if name in NAMES:
        return NAMES[name]
    if not name.startswith(DISCRIMINANT):
        return f"Logistic: {name}"
    looks_at = name.removeprefix(DISCRIMINANT)
    return f"LDA: {looks_at.removeprefix(' of the ')}" if " of " in looks_at else f"LDA: spectrum{looks_at}"
