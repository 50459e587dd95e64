"""Names for the arrays that travel between the rooms."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float32]
Wavelengths: TypeAlias = npt.NDArray[np.float64]
IdArray: TypeAlias = npt.NDArray[np.uint8]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ObjectMap: TypeAlias = npt.NDArray[np.integer[Any]]
"""Number of the object that each pixel of a cube belongs to, 0 = none; shape (lines, samples)."""
Box: TypeAlias = tuple[int, int, int, int]
"""(first line, first sample, end line, end sample), ends excluded."""
