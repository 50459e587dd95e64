"""Where the bands of a spectrum lie on the plot, and what is drawn of it there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.transforms import Settings, transform
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Axis = npt.NDArray[np.float64]
# Sums of a band's neighbours, which take mean ± deviation to what they are of the result.
WITH_DEVIATION = ("reflectance", "raw", "savitzky_golay")


@dataclass(frozen=True, eq=False)
class BandAxis:
    """The bands of a cube or of a library.

    Attributes
    ----------
    wavelengths : array of float64, shape (bands,), or None
        In nm, in any order.
    good_bands : array of bool, shape (bands,)
        The others are gaps.
    scale : float
        Stored value times `scale` is reflectance.
    stored : bool
        False where the values are not stored ones: after a calibration, and in a library.
    """

    wavelengths: Wavelengths | None
    good_bands: BoolArray
    scale: float = 1.0
    stored: bool = True

    @classmethod
    def of(cls, cube: Cube, *, stored: bool) -> BandAxis:
        """The bands of a cube."""
        return cls(cube.wavelengths, cube.good_bands, cube.scale, stored)

    @property
    def bands(self) -> int:
        return len(self.good_bands)

    @cached_property
    def numbers(self) -> Axis:
        """Band numbers from 1, as people count."""
        return np.arange(1.0, self.bands + 1)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The bands by ascending wavelength."""
        return np.argsort(self.numbers if self.wavelengths is None else self.wavelengths, kind="stable")

    @cached_property
    def ascending(self) -> Axis:
        """The wavelengths in that order."""
        return (self.numbers if self.wavelengths is None else self.wavelengths)[self.order]

    @cached_property
    def gaps(self) -> BoolArray:
        """Bands without information, in that order."""
        gaps: BoolArray = ~self.good_bands[self.order]
        return gaps


@dataclass(frozen=True)
class Display:
    """How all spectra of a plot are shown: one quantity over one kind of axis.

    Attributes
    ----------
    kind : str
        A key of :data:`~s3fn_core.cubes.spectra.TRANSFORMS`.
    by_number : bool
        Over band numbers, because a spectrum has no wavelengths.
    """

    kind: str = "reflectance"
    by_number: bool = False

    def shows(self, axis: BandAxis) -> bool:
        """Whether spectra with these bands have the quantity at all."""
        return axis.stored or self.kind != "raw"

    def x(self, axis: BandAxis) -> Axis:
        """Where the bands lie, ascending."""
        return axis.numbers if self.by_number else axis.ascending

    def position(self, axis: BandAxis, band: int) -> float:
        """Where one band lies."""
        if self.by_number or axis.wavelengths is None:
            return band + 1.0
        return float(axis.wavelengths[band])

    def band(self, axis: BandAxis, x: float) -> int:
        """The band that lies nearest."""
        nearest = int(np.argmin(np.abs(self.x(axis) - x)))
        return nearest if self.by_number else int(axis.order[nearest])

    def y(self, axis: BandAxis, values: FloatArray) -> FloatArray:
        """Values (bands,) in the order of :meth:`x`, NaN at gaps."""
        if self.kind != "reflectance":
            values = transform(
                values,
                self.kind,
                wavelengths=axis.wavelengths,
                good_bands=axis.good_bands,
                settings=Settings(axis.scale),
            )
        if self.by_number:
            return np.where(axis.good_bands, values, np.float32(np.nan))
        values = values[axis.order]
        values[axis.gaps] = np.nan
        return values

    def edges(
        self, axis: BandAxis, values: FloatArray, deviation: FloatArray | None
    ) -> tuple[FloatArray, FloatArray] | None:
        """One standard deviation below and above, where the quantity has such a thing."""
        if deviation is None or self.kind not in WITH_DEVIATION:
            return None
        return self.y(axis, values - deviation), self.y(axis, values + deviation)


def runs(values: FloatArray) -> list[slice]:
    """The stretches between the gaps of a spectrum."""
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    return [slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
