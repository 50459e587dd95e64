"""What a map shows beside its classes, as levels of a colour scale: confidence, margin and novelty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import ExportError
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray, IdArray

ValueName = Literal["confidence", "margin", "novelty"]
LEVELS = 255
"""Of a scale; level 0 is background."""
STRIP_PIXELS = 2**22


@dataclass(frozen=True)
class Scale:
    """How the values of a layer become colours.

    Attributes
    ----------
    top : float
        The value of the last level; higher ones look the same.
    ticks : tuple of str
        What stands at the beginning, in the middle and at the end.
    meaning : str
    """

    top: float
    ticks: tuple[str, str, str]
    meaning: str


SCALES: dict[ValueName, Scale] = {
    "confidence": Scale(1.0, ("0 %", "50 %", "100 %"), tr("Probability of the class shown")),
    "margin": Scale(1.0, ("0 %", "50 %", "100 %"), tr("Best class minus second-best")),
    "novelty": Scale(2.0, ("0", "1", tr("2 or more")), tr("Above 1: unlike all labels")),
}


@checked(ExportError)
def levels_of(values: FloatArray, ids: IdArray, top: float) -> IdArray:
    """Levels of a colour scale from 0 to `top`.

    Parameters
    ----------
    values : array of float32, shape (lines, samples)
    ids : array of uint8, shape (lines, samples)
        Classes, 0 on background.
    top : float

    Returns
    -------
    array of uint8, shape (lines, samples)
        0 on background, 1 for the value 0, 255 from `top` on.  Half of `top` is level 128, and what lies
        above it has a higher level, however little it is.

    Raises
    ------
    ExportError
        When the maps have different shapes.
    """
    if values.shape != ids.shape:
        raise ExportError(
            "The values are {shape}, the classes {classes_shape}; they must agree.",
            shape=values.shape,
            classes_shape=ids.shape,
        )
    levels = np.zeros(ids.shape, np.uint8)
    strip = max(1, STRIP_PIXELS // max(1, ids.shape[1]))
    for first in range(0, len(ids), strip):
        lines = slice(first, first + strip)
        share = np.clip(np.nan_to_num(values[lines]) / np.float32(top), 0, 1)
        levels[lines] = np.where(ids[lines] > 0, 1 + np.ceil(share * (LEVELS - 1)), 0)
    return levels


def limit_of(percent: int) -> np.float32:
    """The confidence below which a pixel counts as unclassified, exactly as it is counted."""
    return np.float32(percent) / np.float32(100)


@checked(ExportError)
def shares_below(confidence: FloatArray, ids: IdArray) -> npt.NDArray[np.float64]:
    """Share of the classified pixels whose confidence is below 0, 1, ... 100 per cent, shape (101,).

    Parameters
    ----------
    confidence : array of float32, shape (lines, samples)
    ids : array of uint8, shape (lines, samples)
        Classes, 0 on background.

    Raises
    ------
    ExportError
        When the maps have different shapes.
    """
    if confidence.shape != ids.shape:
        raise ExportError(
            "The confidence is {shape}, the classes {classes_shape}; they must agree.",
            shape=confidence.shape,
            classes_shape=ids.shape,
        )
    steps, counts = np.array([limit_of(step) for step in range(1, 101)]), np.zeros(101, np.int64)
    strip = max(1, STRIP_PIXELS // max(1, ids.shape[1]))
    for first in range(0, len(ids), strip):
        values = np.nan_to_num(confidence[first : first + strip][ids[first : first + strip] > 0])
        counts += np.bincount(np.searchsorted(steps, values, side="right"), minlength=101)
    below: npt.NDArray[np.float64] = (np.cumsum(counts) - counts) / max(1, int(counts.sum()))
    return below
