"""How a map is looked at; never saved, never undone, and nothing of it touches the map itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.labels.classes import LabelClass
from s3fn_core.results.map_filter import MapFilter
from s3fn_core.types import IdArray

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

MapLayer = Literal["classes", "second", "confidence", "margin", "novelty", "changes"]
NO_FILTER = MapFilter()


@dataclass(frozen=True)
class MapLook:
    """How the classes of a map are drawn.

    Attributes
    ----------
    only : int or None
        The class that is drawn alone.
    outlines : bool
        Only the edges between classes are drawn.
    faded : bool
        The surer a pixel's class, the stronger its colour.
    least : int
        Pixels with a lower confidence in per cent are drawn as unclassified.
    calm : MapFilter
        What is done to the map before it is drawn.
    """

    only: int | None = None
    outlines: bool = False
    faded: bool = False
    least: int = 0
    calm: MapFilter = NO_FILTER


@dataclass(frozen=True, eq=False)
class Calmed:
    """What was worked out of a map, for its look.

    Attributes
    ----------
    prediction : Prediction
    calm : MapFilter
    ids : array of uint8, shape (lines, samples)
        The map after the filter.
    below : array of float64, shape (101,)
        Share of the classified pixels below each per cent of confidence.
    """

    prediction: Prediction
    calm: MapFilter
    ids: IdArray
    below: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Difference:
    """Another map that a map is compared with.

    Attributes
    ----------
    prediction : Prediction
        The map.
    ids : array of uint8, shape (lines, samples)
        The other one.
    classes : tuple of LabelClass
        Those of the other one.
    title : str
        What that is called.
    chosen : (int, int) or None
        Only pixels that were the first class and are the second are drawn.
    """

    prediction: Prediction
    ids: IdArray
    classes: tuple[LabelClass, ...]
    title: str
    chosen: tuple[int, int] | None = None

    def known(self, own: Iterable[LabelClass]) -> dict[int, LabelClass]:
        """The classes of both maps by id, as they are called now."""
        return {c.id: c for c in (*self.classes, *self.prediction.classes, *own)}

    def names(self, own: Iterable[LabelClass]) -> dict[int, str]:
        """Of the classes, by id."""
        return {class_id: c.name for class_id, c in self.known(own).items()}
