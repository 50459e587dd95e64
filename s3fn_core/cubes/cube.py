"""The cube: a lazily read block of measured spectra and what is known about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.cubes.mapped import guarded
from s3fn_core.errors import CubeError, expect
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


Index = slice | int | Sequence[int] | npt.NDArray[Any]
"""Places on one axis: a slice, a number, numbers, or a mask; negative numbers count from the end."""


@checked(CubeError)
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

    def moved(self, line: int, sample: int) -> Georeference:
        """That of an image whose first pixel is this one's pixel (line, sample)."""
        a, b, c, d, e, f = self.transform
        x, y = a * sample + b * line + c, d * sample + e * line + f
        return replace(self, transform=(a, b, x, d, e, y))


@checked(CubeError)
@dataclass(frozen=True)
class Layout:
    """How a list of pixels without a shape is arranged as an image."""

    lines: int
    samples: int
    by_column: bool = False

    def __str__(self) -> str:
        order = "column by column" if self.by_column else "row by row"
        return f"{self.lines} x {self.samples}, {order}"


@checked(CubeError)
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
                f'"{self.order}" is not an order of axes; name each of l (lines), s (samples) and '
                'b (bands) once, for example "bls".'
            )

    def __str__(self) -> str:
        return ", ".join({"l": "lines", "s": "samples", "b": "bands"}[axis] for axis in self.order)


Arrangement = Layout | Axes
"""How a stored array is an image: a list of pixels, or an array of three axes."""


@dataclass(frozen=True, eq=False)
class Cube:
    """A hyperspectral image, read from its file only where it is looked at.

    A cube equals itself only.  A pickle holds the values of the whole cube, since the file may not
    be where the pickle is read.

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
    good_bands : array of bool (or 0 and 1), shape (bands,)
        False where a band carries no information; all are good when not given.
    nodata : float or None
        Stored value that means "not measured".
    scale : float
        Stored value times `scale` is reflectance (or the file's own unit when 1).
    interleave : str
        ``"bil"``, ``"bip"``, ``"bsq"`` as stored.
    georeference : Georeference or None
    simulated : bool
        True for computed scenes; shown wherever the cube is.
    reflectance : bool or None
        Whether values are reflectance; None where nobody says, see
        :func:`s3fn_core.cubes.quantity.is_reflectance`.
    default_bands : tuple of int
        The three bands (red, green, blue) that the file proposes to show, or empty.
    layouts : tuple of Layout, or of Axes
        Filled when the file does not state how its array is an image, which was guessed then: the
        arrangement in use first, then the alternatives.
    notes : tuple of str
        Every repair and every guess made while opening.
    limit : float
        A stored value that is as large as this, or its negative, is none.
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
    reflectance: bool | None = None
    default_bands: tuple[int, ...] = ()
    layouts: tuple[Arrangement, ...] = ()
    notes: tuple[str, ...] = ()
    limit: float = ABSURD

    def __post_init__(self) -> None:
        expect(self.name, str, "The name of a cube", "give a string", CubeError)
        if self.georeference is not None:
            mend = "give a Georeference(crs, transform), or None"
            expect(self.georeference, Georeference, f"{self.name}: georeference", mend, CubeError)
        if not (hasattr(self.data, "shape") and hasattr(self.data, "dtype")):
            mend = "give an array of shape (lines, samples, bands)"
            raise CubeError(f"{self.name}: data is of type {type(self.data).__name__}; {mend}.")
        if len(self.data.shape) != 3:
            raise CubeError(f"{self.name}: a cube has three axes, this one {len(self.data.shape)}.")
        if np.dtype(self.data.dtype).kind not in "biuf":
            raise CubeError(f"{self.name}: a cube holds real numbers, not {self.data.dtype}; convert them.")
        object.__setattr__(self, "data", guarded(self.data))
        if self.wavelengths is not None:
            object.__setattr__(self, "wavelengths", self._wavelengths(self.wavelengths))
        given = self.good_bands if np.size(self.good_bands) else np.ones(self.bands, bool)
        object.__setattr__(self, "good_bands", band_flags(given, self.bands, self.name))
        if self.nodata is not None:
            expect(self.nodata, Real, f"{self.name}: nodata", "give a number, or None", CubeError)
        expect(self.scale, Real, f"{self.name}: scale", "give a number, or 1", CubeError)
        if not math.isfinite(self.scale) or not self.scale:
            raise CubeError(f"{self.name}: a scale of {self.scale} is impossible; give another, or 1.")

    def _wavelengths(self, given: Any) -> Wavelengths:
        try:
            wavelengths = np.asarray(given, np.float64)
        except (TypeError, ValueError) as error:
            raise CubeError(f"{self.name}: wavelengths must be numbers, in nm, one per band.") from error
        if wavelengths.shape != (self.bands,):
            raise CubeError(
                f"{self.name}: {wavelengths.size} wavelengths for {self.bands} bands; "
                "give one wavelength per band, or none."
            )
        return wavelengths

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"data": np.array(self.data[:, :, :])}

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    @property
    def shape(self) -> tuple[int, int, int]:
        """(lines, samples, bands)."""
        lines, samples, bands = self.data.shape
        return lines, samples, bands

    @property
    def range_nm(self) -> tuple[float, float] | None:
        """First and last wavelength of the good bands; None without any."""
        if self.wavelengths is None or not self.good_bands.any():
            return None
        good = self.wavelengths[self.good_bands]
        return float(good.min()), float(good.max())

    @property
    def lines(self) -> int:
        return self.shape[0]

    @property
    def samples(self) -> int:
        return self.shape[1]

    @property
    def bands(self) -> int:
        return self.shape[2]

    def window(self, lines: Index, samples: Index, bands: Index = slice(None)) -> FloatArray:
        """Read a block as float32 reflectance, shape (lines, samples, bands).

        Each axis is indexed by itself, and all three stay.  No-data, non-finite and impossibly
        large values come back as NaN.

        Raises
        ------
        CubeError
            When an index lies outside of the cube or is not a whole number.
        """
        line, line_rest = _span(self._places(lines, 0))
        sample, sample_rest = _span(self._places(samples, 1))
        stored = np.asarray(self.data[line, sample, self._places(bands, 2)])
        if line_rest is not None:
            stored = stored[line_rest]
        if sample_rest is not None:
            stored = stored[:, sample_rest]
        with np.errstate(over="ignore", invalid="ignore"):  # beyond float32 is missing, see below
            block = stored.astype(np.float32)
        if self.nodata is not None:
            block[stored == self.nodata] = np.nan
        if stored.dtype.kind == "f" or self.limit < ABSURD:
            block[~(np.abs(block) < self.limit)] = np.nan
        if self.scale != 1.0:
            block *= np.float32(self.scale)
        return block

    def _places(self, index: Index, axis: int) -> slice | list[int]:
        """An index of one axis as a slice, or as numbers from 0 on."""
        size, what = self.shape[axis], ("lines", "samples", "bands")[axis]
        if isinstance(index, slice):
            try:
                index.indices(size)
            except (TypeError, ValueError) as error:
                raise CubeError(f"{self.name}: {what} are counted in whole numbers, not {index}.") from error
            return index
        try:
            places = np.atleast_1d(np.asarray(index))
        except ValueError:  # lists of different lengths
            places = np.atleast_1d(np.asarray(index, object))
        if places.dtype == bool and places.shape == (size,):
            places = np.flatnonzero(places)
        whole = places.dtype.kind in "iuf" and places.ndim == 1 and np.all(places % 1 == 0)
        if not whole:
            raise CubeError(
                f"{self.name} has {size} {what}; give their numbers, a slice, or a mask of {size} "
                f"values, not {_short(places)}."
            )
        if places.size and not (-size <= places.min() and places.max() < size):
            raise CubeError(f"{self.name} has {what} 0 to {size - 1}; {_short(places)} was asked for.")
        found: list[int] = np.where(places < 0, places + size, places).astype(int).tolist()
        return found

    def band(self, index: int) -> FloatArray:
        """One band, shape (lines, samples)."""
        return self.window(slice(None), slice(None), [index])[:, :, 0]

    def spectrum(self, line: int, sample: int) -> FloatArray:
        """One pixel, shape (bands,)."""
        for what, number in (("line", line), ("sample", sample)):
            expect(number, Real, f"{self.name}: {what}", "give a whole number", CubeError)
        if not (0 <= line < self.lines and 0 <= sample < self.samples):
            raise CubeError(
                f"{self.name} has {self.lines} lines and {self.samples} samples; "
                f"({line}, {sample}) lies outside."
            )
        pixel = self.window(line, sample)
        return pixel.reshape(self.bands)

    def read(self) -> FloatArray:
        """The whole cube in memory, shape (lines, samples, bands)."""
        return self.window(slice(None), slice(None))

    def crop(self, lines: slice, samples: slice) -> Cube:
        """A part of the cube, still read where it is looked at, and at its place.

        Parameters
        ----------
        lines, samples : slice
            Of step 1.
        """
        rows, columns = range(self.lines)[lines], range(self.samples)[samples]
        if not (rows and columns and rows.step == columns.step == 1):
            raise CubeError(
                f"{self.name} has {self.lines} lines and {self.samples} samples; crop it to "
                "consecutive ones among them."
            )

        def read(lines: slice, samples: slice, bands: list[int]) -> npt.NDArray[Any]:
            line = slice(lines.start + rows.start, lines.stop + rows.start)
            sample = slice(samples.start + columns.start, samples.stop + columns.start)
            return np.asarray(self.data[line, sample, bands])

        inside = (slice(rows.start, rows.stop), slice(columns.start, columns.stop))
        part: LazyArray = WindowedArray(
            (len(rows), len(columns), self.bands), self.data.dtype, read, self.data
        )
        if isinstance(self.data, np.ndarray):
            part = self.data[inside]
        place = self.georeference and self.georeference.moved(rows.start, columns.start)
        return replace(self, data=part, georeference=place)

    def with_(self, **changes: Any) -> Cube:
        """A copy with some attributes replaced.

        With data of other lines or samples the place is not known any more, and a note says so:
        :meth:`crop` keeps it.  Data of other bands need their own wavelengths and bad bands.
        """
        shape = getattr(changes.get("data"), "shape", self.shape)
        if self.georeference is not None and tuple(shape[:2]) != self.shape[:2]:
            lost = "Its place is unknown: it has other lines or samples than the image it was made from."
            changes = {"georeference": None, "notes": (*self.notes, lost)} | changes
        if len(shape) == 3 and shape[2] != self.bands:
            good = {"good_bands": np.ones(0, bool)} if self.good_bands.all() else {}
            changes = {"default_bands": ()} | good | changes
        return replace(self, **changes)


def _span(places: slice | list[int]) -> tuple[slice, list[int] | None]:
    """The block that holds some places of an axis, and which of it they are (None: all)."""
    if isinstance(places, slice):
        return places, None
    first = min(places, default=0)
    return slice(first, max(places, default=-1) + 1), [place - first for place in places]


def _short(values: npt.NDArray[Any]) -> str:
    """An array as a few words of a message."""
    text = str(values.tolist())
    return text if len(text) <= 40 else f"{text[:30]} ... ({values.size} values)"


def band_flags(given: Any, bands: int, name: str = "The spectra") -> BoolArray:
    """Whether each band is good, shape (bands,), from booleans or from the 0 and 1 of a bbl.

    Raises
    ------
    CubeError
        Also for a list of band numbers, which NumPy would take for an index.
    """
    flags = np.asarray(given)
    if flags.shape != (bands,) or flags.dtype.kind not in "biuf" or not np.isin(flags, (0, 1)).all():
        raise CubeError(
            f"{name}: good_bands must say True or False (1 or 0) of each of the {bands} bands, "
            f"not {_short(flags)}."
        )
    return flags.astype(bool, copy=False)


def valid_pixels(block: FloatArray) -> BoolArray:
    """Tell measured pixels from background: spectra (..., bands) to (...).

    A pixel is background when every value is exactly 0 or missing: laboratory data sets blank
    their background to 0, and real satellite tiles hold all-zero pixels without the no-data flag.
    """
    measured: BoolArray = np.any((block != 0) & ~np.isnan(block), axis=-1)
    return measured
