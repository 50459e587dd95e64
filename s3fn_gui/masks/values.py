"""What one looks at on the way to a mask: a grey image, the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import Band, Component, Feature, NormalisedDifference, Ratio
from s3fn_core.cubes.treating.mask import Recipe, Threshold, preview
from s3fn_core.cubes.treating.objects import Numbers
from s3fn_core.progress import Operation
from s3fn_core.types import IdArray

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction

FeatureKind = Literal["all", "band", "ratio", "difference", "component", "stored"]
COMPONENTS = 3


@dataclass(frozen=True)
class Choice:
    """Which grey image is looked at; a stored component is one whose number is not known.

    `first` and `second` are bands from 0 on, of a component `first` is its number from 0 on.
    """

    kind: FeatureKind = "band"
    first: int = 0
    second: int = 0

    @classmethod
    def of(cls, threshold: Threshold | None) -> Choice:
        """What a recipe looks at."""
        if threshold is None:
            return cls("all")
        feature = threshold.feature
        if isinstance(feature, Band):
            return cls("band", feature.band)
        if isinstance(feature, Ratio):
            return cls("ratio", feature.above, feature.below)
        if isinstance(feature, NormalisedDifference):
            return cls("difference", feature.first, feature.second)
        return cls("stored")

    def feature(self, components: tuple[Component, ...] = ()) -> Feature | None:
        """The grey image; None for everything that was measured."""
        if self.kind == "band":
            return Band(self.first)
        if self.kind == "ratio":
            return Ratio(self.first, self.second)
        if self.kind == "difference":
            return NormalisedDifference(self.first, self.second)
        return components[self.first] if self.kind == "component" else None


@dataclass(frozen=True, eq=False)
class Background:
    """What is shaded: 1 on the background, 0 on objects, from a line and a sample on."""

    ids: IdArray
    top: int = 0
    left: int = 0


def background_of(objects: Numbers) -> IdArray:
    """1 on the background."""
    background: IdArray = (objects == 0).view(np.uint8)
    return background


def previewed(cube: Cube, recipe: Recipe, lines: slice, samples: slice) -> Operation[Background]:
    """What the recipe leaves of a window."""
    mask = yield from preview(cube, recipe, lines, samples)
    return Background((~mask).view(np.uint8), lines.start, samples.start)


@dataclass(frozen=True, eq=False)
class Voted:
    """A map of objects, the map of before, and what the model said of each object (None without one)."""

    prediction: Prediction
    before: Prediction
    judged: ObjectPrediction | None
    defect: int = 0
