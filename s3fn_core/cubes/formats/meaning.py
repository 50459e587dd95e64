"""What stored numbers mean: scale, offset, and which of them are not measurements.

Every format states this in its own words; each reader puts them into a :class:`Meaning`, and
only here they change values.  Limits and missing values are stored numbers, before the scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import ABSURD, Cube
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.mapped import guarded
from s3fn_core.types import BoolArray

Numbers = float | npt.NDArray[np.float64]
"""One number for all bands, or one for each."""
Mask = Callable[[slice, slice], BoolArray]
"""Which pixels of a window were measured, shape (lines, samples)."""


@dataclass(frozen=True, eq=False)
class Meaning:
    """value = stored * scale + offset, where the stored number is a valid one.

    Attributes
    ----------
    scale, offset : float, or array of float64, shape (bands,)
    missing : tuple of floats or arrays of shape (bands,)
        Stored numbers that mean "not measured".
    low, high : float, or array of shape (bands,)
        The smallest and the largest stored number that is valid.
    mask : callable, optional
        Which pixels were measured, where the file keeps a mask.
    """

    scale: Numbers = 1.0
    offset: Numbers = 0.0
    missing: tuple[Numbers, ...] = ()
    low: Numbers = -np.inf
    high: Numbers = np.inf
    mask: Mask | None = None

    def applied(self, cube: Cube) -> Cube:
        """The cube with its values as they are meant.

        A single scale and a single missing value are left to the cube, whose values then stay as
        they are stored; anything else makes them float32, NaN where nothing was measured.
        """
        scale, missing = _single(self.scale), _different(self.missing)
        bounded = self.mask is not None or np.isfinite(self.low).any() or np.isfinite(self.high).any()
        if isinstance(scale, float) and scale > 0 and not np.any(self.offset) and not bounded:
            if not missing:
                return cube.with_(scale=scale, nodata=None)
            if len(missing) == 1 and isinstance(missing[0], float):
                return cube.with_(scale=scale, nodata=missing[0])
        source = guarded(cube.data)

        def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
            stored = np.asarray(source[lines, samples, contiguous(bands)])
            absent = self._absent(stored, bands)
            if self.mask is not None:
                absent |= ~self.mask(lines, samples)[:, :, None]
            with np.errstate(over="ignore", invalid="ignore"):
                values = stored.astype(np.float32)
                values *= np.asarray(_of(self.scale, bands), np.float32)
                values += np.asarray(_of(self.offset, bands), np.float32)
            values[absent] = np.nan
            return values

        return cube.with_(
            data=WindowedArray(cube.shape, np.float32, read, base=source), scale=1.0, nodata=None
        )

    def _absent(self, stored: np.ndarray[Any, Any], bands: list[int]) -> BoolArray:
        """Where stored numbers are not measurements, shape as they have."""
        absent = np.zeros(stored.shape, bool)
        if stored.dtype.kind == "f":
            absent |= ~(np.abs(stored) < ABSURD)
        for value in self.missing:
            absent |= stored == _in_type(_of(value, bands), stored.dtype)
        for limit, beyond in ((self.low, np.less), (self.high, np.greater)):
            if np.any(np.isfinite(limit)):
                absent |= beyond(stored, _in_type(_of(limit, bands), stored.dtype))
        return absent


def _of(numbers: Numbers, bands: list[int]) -> Numbers:
    return numbers if isinstance(numbers, float) else numbers[bands]


def _in_type(numbers: Numbers, dtype: np.dtype[Any]) -> Any:
    """Numbers as the file would store them: 0.1 in float32 is not 0.1 in float64."""
    return np.asarray(numbers).astype(dtype) if dtype.kind == "f" else np.asarray(numbers)


def _single(numbers: Numbers) -> Numbers:
    """A number for each band as one for all, where it is the same everywhere."""
    values = np.unique(numbers)
    return float(values[0]) if len(values) == 1 else numbers


def _different(numbers: tuple[Numbers, ...]) -> list[Numbers]:
    """Without repetitions, and without NaN, which is missing anyhow."""
    kept: list[Numbers] = []
    for value in map(_single, numbers):
        if not np.all(np.isnan(value)) and not any(np.array_equal(value, other) for other in kept):
            kept.append(value)
    return kept


def retyped(cube: Cube, dtype: np.dtype[Any]) -> Cube:
    """The cube with its stored bytes read as another type of the same size."""
    source = guarded(cube.data)

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        block = np.ascontiguousarray(source[lines, samples, contiguous(bands)])
        return block.view(dtype.newbyteorder(block.dtype.byteorder))

    return cube.with_(data=WindowedArray(cube.shape, dtype, read, base=source))
