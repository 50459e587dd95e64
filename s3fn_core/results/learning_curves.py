"""Loss and accuracy of a training, epoch by epoch: drawn while it runs, and kept with its model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from s3fn_core.files import read_record
from s3fn_core.progress import Operation, Progress, mapped

MEASURES = ("loss", "val_loss", "accuracy", "val_accuracy")
POINTS = 150
"""Of a curve that is kept: a plot shows no more."""
ResultT = TypeVar("ResultT")
Points = list[tuple[int, float]]


@dataclass
class LearningCurves:
    """What a training reports of itself.

    Attributes
    ----------
    curves : dict from name (:data:`MEASURES`) to list of (epoch, value)
        Epochs count on from stage to stage.
    stages : list of (epoch, name)
        After how many epochs each stage begins.
    """

    curves: dict[str, Points] = field(default_factory=dict)
    stages: list[tuple[int, str]] = field(default_factory=list)

    def add(self, progress: Progress) -> bool:
        """Take in one report of a training; whether there was something to plot in it."""
        told = {name: float(progress.metrics[name]) for name in MEASURES if name in progress.metrics}
        if not told:
            return False
        if not self.stages or self.stages[-1][1] != progress.step:
            self.stages.append((self._last, progress.step))
        epoch = int(progress.metrics.get("epoch", self._last - self.stages[-1][0] + 1))
        for name, value in told.items():
            self.curves.setdefault(name, []).append((self.stages[-1][0] + epoch, value))
        return True

    def following(self, operation: Operation[ResultT]) -> Operation[ResultT]:
        """Run `operation`, and take in what it reports."""

        def noted(progress: Progress) -> Progress:
            self.add(progress)
            return progress

        return mapped(operation, noted)

    @property
    def thinned(self) -> LearningCurves:
        """As it is kept: short, and of finite values only."""
        finite = {n: [p for p in points if math.isfinite(p[1])] for n, points in self.curves.items()}
        return LearningCurves({n: shortened(points) for n, points in finite.items()}, list(self.stages))

    @property
    def _last(self) -> int:
        return max((points[-1][0] for points in self.curves.values()), default=0)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the model's file."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> LearningCurves:
        """Read what :meth:`to_json` wrote; raises ValueError on anything else."""
        return read_record(cls, dict(record))


def shortened(points: Sequence[tuple[int, float]]) -> Points:
    """At most :data:`POINTS` of a curve's points and its last, with as many digits as a plot shows."""
    step = max(1, math.ceil(len(points) / POINTS))
    some = [*points[: len(points) - 1 : step], *points[-1:]]
    return [(int(place), float(f"{value:.4g}")) for place, value in some]
