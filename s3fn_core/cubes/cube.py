"""The cube: a lazily read block of measured spectra and what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

ABSURD = 1e30
"""From here on a stored value is none: programs fill gaps with 9.97e36, -3.4e38 or -1e34 and often
do not say so.  No unit of light makes measured numbers as large as that."""


class LazyArray(Protocol):
    """What a reader gives: an array that reads only what is indexed (a memory map will do)."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...


@dataclass(frozen=True)
class Georeference:
    """Where the cube lies: coordinate system (WKT) and the affine map of GDAL's geotransform.

    ``transform`` is ``(a, b, c, d, e, f)``: x = a*sample + b*line + c, y = d*sample + e*line + f.
    """

    crs: str
    transform: tuple[float, float, float, float, float, float]

    @property
    def pixel_area(self) -> float:
        """Area of one pixel in squared units of the coordinate system."""
        a, b, _, d, e, _ = self.transform
        return abs(a * e - b * d)


@dataclass(frozen=True)
class Layout:
    """How a list of pixels without a shape is arranged as an image."""

    lines: int
    samples: int
    by_column: bool = False

    def __str__(self) -> str:
        order = "column by column" if self.by_column else "row by row"
        return f"{self.lines} x {self.samples}, {order}"


@dataclass(frozen=True)
class Axes:
    """What the three axes of a stored array count, from the outermost to the innermost.

    ``order`` names each of l (lines), s (samples) and b (bands) once: an array of shape
    (bands, lines, samples) has the axes "bls".
    """

    order: str = "lsb"

    def __post_init__(self) -> None:
        if sorted(self.order) != sorted("lsb"):
            raise CubeError(
                f'"{self.order}" is no order of axes; name each of l (lines), s (samples) and '
                'b (bands) once, for example "bls".'
            )

    def __str__(self) -> str:
        return ", ".join({"l": "lines", "s": "samples", "b": "bands"}[axis] for axis in self.order)


Arrangement = Layout | Axes
"""How a stored array is an image: a list of pixels, or an array of three axes."""


@dataclass(frozen=True)
class Cube:
    """A hyperspectral image, read from its file only where it is looked at.

    Attributes
    ----------
    data : LazyArray, shape (lines, samples, bands)
        Stored values, untouched.
    name : str
        What the user calls it, normally the file's stem.
    path : Path or None
        The file it came from (for ENVI the header), None when it was computed.
    wavelengths : array of float64, shape (bands,), or None
        Band centres in nm, in the order of the file (not necessarily monotonic).
    good_bands : array of bool, shape (bands,)
        False where a band carries no information.
    nodata : float or None
        Stored value that means "not measured".
    scale : float
        Stored value times `scale` is reflectance (or the file's own unit when 1).
    interleave : str
        ``"bil"``, ``"bip"``, ``"bsq"`` as stored.
    georeference : Georeference or None
    simulated : bool
        True for computed scenes; shown wherever the cube is.
    default_bands : tuple of int
        The three bands (red, green, blue) that the file proposes to show, or empty.
    layouts : tuple of Layout, or of Axes
        Filled when the file does not state how its array is an image, which was guessed then: the
        arrangement in use first, then the alternatives.
    notes : tuple of str
        Every repair and every guess made while opening.
    """

    data: LazyArray
    name: str
    path: Path | None = None
    wavelengths: Wavelengths | None = None
    good_bands: BoolArray = field(default_factory=lambda: np.ones(0, bool))
    nodata: float | None = None
    scale: float = 1.0
    interleave: str = "bip"
    georeference: Georeference | None = None
    simulated: bool = False
    default_bands: tuple[int, ...] = ()
    layouts: tuple[Arrangement, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.data.shape) != 3:
            raise CubeError(f"{self.name}: a cube has three axes, this one {len(self.data.shape)}.")
        if self.good_bands.shape != (self.bands,):
            object.__setattr__(self, "good_bands", np.ones(self.bands, bool))
        if self.wavelengths is not None and self.wavelengths.shape != (self.bands,):
            raise CubeError(
                f"{self.name}: {len(self.wavelengths)} wavelengths for {self.bands} bands; "
                "give one wavelength per band, or none."
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(lines, samples, bands)."""
        lines, samples, bands = self.data.shape
        return lines, samples, bands

    @property
    def lines(self) -> int:
        return self.shape[0]

    @property
    def samples(self) -> int:
        return self.shape[1]

    @property
    def bands(self) -> int:
        return self.shape[2]

    def window(self, lines: slice, samples: slice, bands: Sequence[int] | slice = slice(None)) -> FloatArray:
        """Read a block as float32 reflectance, shape (lines, samples, bands).

        No-data, non-finite and impossibly large values (:data:`ABSURD`) come back as NaN.
        """
        if not isinstance(bands, slice):
            bands = [int(band) for band in bands]
        stored = np.asarray(self.data[lines, samples, bands])
        with np.errstate(over="ignore", invalid="ignore"):  # beyond float32 is missing, see below
            block = stored.astype(np.float32)
        if self.nodata is not None:
            block[stored == self.nodata] = np.nan
        if stored.dtype.kind == "f":
            block[~(np.abs(block) < ABSURD)] = np.nan
        if self.scale != 1.0:
            block *= np.float32(self.scale)
        return block

    def band(self, index: int) -> FloatArray:
        """One band, shape (lines, samples)."""
        if not -self.bands <= index < self.bands:
            raise CubeError(f"{self.name} has bands 0 to {self.bands - 1}; {index} was asked for.")
        return self.window(slice(None), slice(None), [index % self.bands])[:, :, 0]

    def spectrum(self, line: int, sample: int) -> FloatArray:
        """One pixel, shape (bands,)."""
        if not (0 <= line < self.lines and 0 <= sample < self.samples):
            raise CubeError(
                f"{self.name} has {self.lines} lines and {self.samples} samples; "
                f"({line}, {sample}) lies outside."
            )
        pixel = self.window(slice(line, line + 1), slice(sample, sample + 1))
        return pixel.reshape(self.bands)

    def read(self) -> FloatArray:
        """The whole cube in memory, shape (lines, samples, bands)."""
        return self.window(slice(None), slice(None))

    def with_(self, **changes: Any) -> Cube:
        """A copy with some attributes replaced."""
        return replace(self, **changes)


def valid_pixels(block: FloatArray) -> BoolArray:
    """Tell measured pixels from background, shape (lines, samples).

    A pixel is background when every value is exactly 0 or missing: laboratory data sets blank
    their background to 0, and real satellite tiles hold all-zero pixels without the no-data flag.
    """
    measured: BoolArray = np.any(np.nan_to_num(block) != 0, axis=2)
    return measured
