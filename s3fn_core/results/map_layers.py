"""What a map shows beside its classes, as levels of a colour scale: confidence and novelty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import ExportError
from s3fn_core.types import FloatArray, IdArray

ValueName = Literal["confidence", "novelty"]
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
    "confidence": Scale(1.0, ("0 %", "50 %", "100 %"), "Probability of the class shown"),
    "novelty": Scale(2.0, ("0", "1", "2 or more"), "Above 1: unlike all labels"),
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
        raise ExportError(f"The values are {values.shape}, the classes {ids.shape}; they must agree.")
    levels = np.zeros(ids.shape, np.uint8)
    strip = max(1, STRIP_PIXELS // max(1, ids.shape[1]))
    for first in range(0, len(ids), strip):
        lines = slice(first, first + strip)
        share = np.clip(np.nan_to_num(values[lines]) / np.float32(top), 0, 1)
        levels[lines] = np.where(ids[lines] > 0, 1 + np.ceil(share * (LEVELS - 1)), 0)
    return levels
