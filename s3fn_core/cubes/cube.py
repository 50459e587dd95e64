"""The cube: a lazily read block of measured spectra and what is known about it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.arrangement import Arrangement, Axes, Georeference, Layout
from s3fn_core.cubes.indexing import (
    AXES,
    BandCount,
    Index,
    as_slice,
    band_flags,
    places_of,
    run_of,
    span,
    stored_places,
    within,
)
from s3fn_core.cubes.lazy import LazyArray, WindowedArray
from s3fn_core.cubes.mapped import guarded
from s3fn_core.cubes.thumbnail import card, rgb_bands, stretched, thinned
from s3fn_core.cubes.validity import ABSURD, valid_pixels
from s3fn_core.errors import CubeError, expect
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

if TYPE_CHECKING:
    from xarray import DataArray

__all__ = [
    "ABSURD",
    "Arrangement",
    "Axes",
    "Cube",
    "Georeference",
    "Index",
    "Layout",
    "LazyArray",
    "band_flags",
    "valid_pixels",
]


@dataclass(frozen=True, eq=False, repr=False)
class Cube:
    """A hyperspectral image, read from its file only where it is looked at.

    ``cube[lines, samples]`` is a part of it, ``np.asarray(cube)`` its values.

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
        expect(self.name, str, tr("The name of a cube"), tr("give a string"), CubeError)
        if self.georeference is not None:
            mend = tr("give a Georeference(crs, transform), or None")
            expect(self.georeference, Georeference, f"{self.name}: georeference", mend, CubeError)
        if not (hasattr(self.data, "shape") and hasattr(self.data, "dtype")):
            raise CubeError(
                "{name}: data is of type {kind}; give an array of shape (lines, samples, bands).",
                name=self.name,
                kind=type(self.data).__name__,
            )
        if len(self.data.shape) != 3:
            raise CubeError(
                "{name}: a cube has three axes, this one {axes}.", name=self.name, axes=len(self.data.shape)
            )
        if np.dtype(self.data.dtype).kind not in "biuf":
            raise CubeError(
                "{name}: a cube holds real numbers, not {dtype}; convert them.",
                name=self.name,
                dtype=self.data.dtype,
            )
        object.__setattr__(self, "data", guarded(self.data))
        if self.wavelengths is not None:
            object.__setattr__(self, "wavelengths", self._wavelengths(self.wavelengths))
        given = self.good_bands if np.size(self.good_bands) else np.ones(self.bands, bool)
        object.__setattr__(self, "good_bands", band_flags(given, self.bands, self.name))
        if self.nodata is not None:
            expect(self.nodata, Real, f"{self.name}: nodata", tr("give a number, or None"), CubeError)
        expect(self.scale, Real, f"{self.name}: scale", tr("give a number, or 1"), CubeError)
        if not math.isfinite(self.scale) or not self.scale:
            raise CubeError(
                "{name}: a scale of {scale} is impossible; give another, or 1.",
                name=self.name,
                scale=self.scale,
            )

    def _wavelengths(self, given: Any) -> Wavelengths:
        try:
            wavelengths = np.asarray(given, np.float64)
        except (TypeError, ValueError) as error:
            raise CubeError(
                "{name}: wavelengths must be numbers, in nm, one per band.", name=self.name
            ) from error
        if wavelengths.shape != (self.bands,):
            raise CubeError(
                "{name}: {size} wavelengths for {bands} bands; give one wavelength per band, or none.",
                name=self.name,
                size=wavelengths.size,
                bands=self.bands,
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
    def bands(self) -> BandCount[Cube]:
        """How many there are; ``cube.bands(nm=(400, 900))`` is the cube with some of them."""
        return BandCount(self.shape[2], self._with_bands)

    def window(self, lines: Index, samples: Index, bands: Index = slice(None)) -> FloatArray:
        """Read a block as float32 reflectance, shape (lines, samples, bands).

        Each axis is indexed by itself, and all three stay.  No-data, non-finite and impossibly
        large values come back as NaN.

        Raises
        ------
        CubeError
            When an index lies outside of the cube or is not a whole number.
        """
        line, line_rest = span(self._places(lines, 0))
        sample, sample_rest = span(self._places(samples, 1))
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
        return places_of(self.name, index, self.shape[axis], AXES[axis])

    def band(self, index: int) -> FloatArray:
        """One band, shape (lines, samples)."""
        return self.window(slice(None), slice(None), [index])[:, :, 0]

    def spectrum(self, line: int, sample: int) -> FloatArray:
        """One pixel, shape (bands,)."""
        for what, number in (("line", line), ("sample", sample)):
            expect(number, Real, f"{self.name}: {what}", tr("give a whole number"), CubeError)
        if not (0 <= line < self.lines and 0 <= sample < self.samples):
            raise CubeError(
                "{name} has {lines} lines and {samples} samples; ({line}, {sample}) lies outside.",
                name=self.name,
                lines=self.lines,
                samples=self.samples,
                line=line,
                sample=sample,
            )
        pixel = self.window(line, sample)
        return pixel.reshape(self.bands)

    def read(self) -> FloatArray:
        """The whole cube in memory, shape (lines, samples, bands)."""
        return self.window(slice(None), slice(None))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        if copy is False:
            raise ValueError(f"{self.name}: the values of a cube are read, so they are always a copy.")
        return self.read() if dtype is None else self.read().astype(dtype, copy=False)

    def __getitem__(self, key: Index | tuple[Index, ...]) -> Cube:
        """A part of the cube, still read where it is looked at, and at its place.

        ``cube[10:20]``, ``cube[10:20, 5:9]``, ``cube[::2, ::2, 30:60]``: lines, samples, bands.  All
        three axes stay, so ``cube[3, 4]`` is a cube of one pixel; :meth:`spectrum` gives its values.
        """
        parts = key if isinstance(key, tuple) else (key,)
        if not 1 <= len(parts) <= 3:
            raise CubeError(
                "{name} has lines, samples and bands; {indices} indices were given.",
                name=self.name,
                indices=len(parts),
            )
        lines, samples, bands = (*parts, slice(None), slice(None), slice(None))[:3]
        rows, columns = (
            run_of(self.name, index, size, what)
            for index, size, what in zip((lines, samples), self.shape, AXES, strict=False)
        )
        return self._part(rows, columns, bands)

    __iter__ = None  # else Python would try cube[0], cube[1] ...

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
                "{name} has {lines} lines and {samples} samples; crop it to consecutive ones among them.",
                name=self.name,
                lines=self.lines,
                samples=self.samples,
            )
        return self._part(rows, columns)

    def _with_bands(self, which: Index | None, nm: Any, good: bool) -> Cube:
        numbers = np.arange(self.shape[2])[slice(None) if which is None else self._places(which, 2)]
        if nm is not None:
            numbers = numbers[within(self.name, self.wavelengths, nm)[numbers]]
        if good:
            numbers = numbers[self.good_bands[numbers]]
        return self._part(range(self.lines), range(self.samples), numbers)

    def _part(self, rows: range, columns: range, bands: Index = slice(None)) -> Cube:
        """The part of some evenly spaced lines and samples, and of some bands in any order."""
        numbers = np.arange(self.shape[2])[self._places(bands, 2)]
        if not numbers.size:
            raise CubeError("{name}: no band is left; choose others.", name=self.name)

        def read(lines: slice, samples: slice, some: list[int]) -> npt.NDArray[Any]:
            place = as_slice(rows[lines]), as_slice(columns[samples])
            return np.asarray(self.data[(*place, stored_places(numbers[some]))])

        shape, of_band = (len(rows), len(columns), len(numbers)), stored_places(numbers)
        part: LazyArray = WindowedArray(shape, self.data.dtype, read, self.data)
        if isinstance(self.data, np.ndarray) and isinstance(of_band, slice):
            part = self.data[as_slice(rows), as_slice(columns), of_band]
        place = self.georeference and self.georeference.of_part(rows, columns)
        default = tuple(int(np.flatnonzero(numbers == b)[0]) for b in self.default_bands if b in numbers)
        return replace(
            self,
            data=part,
            georeference=place,
            wavelengths=None if self.wavelengths is None else self.wavelengths[numbers],
            good_bands=self.good_bands[numbers],
            default_bands=default if len(default) == len(self.default_bands) else (),
        )

    def to_xarray(self) -> DataArray:
        """An array with named axes, see :func:`s3fn_core.cubes.named_axes.data_array`."""
        from s3fn_core.cubes.named_axes import data_array

        return data_array(self)

    def nearest_band(self, nm: float) -> int:
        """Number of the good band whose wavelength is nearest to `nm`.

        Raises
        ------
        CubeError
            When the cube has no wavelengths or no good band.
        """
        expect(nm, Real, f"{self.name}: nm", tr("give a wavelength in nm"), CubeError)
        good = np.flatnonzero(self.good_bands)
        if self.wavelengths is None or not good.size:
            raise CubeError(
                "{name} has no wavelengths of good bands; choose its bands by number.", name=self.name
            )
        return int(good[np.abs(self.wavelengths[good] - nm).argmin()])

    def __repr__(self) -> str:
        told = [f"{size} {what}" for size, what in zip(self.shape, AXES, strict=True)]
        return f"Cube({self.name!r}, {' x '.join(told)}, {self._range_text})"

    @property
    def _range_text(self) -> str:
        if self.range_nm is None:
            return tr("no wavelengths")
        first, last = self.range_nm
        return tr("{first:.0f} to {last:.0f} nm", first=first, last=last)

    def _repr_html_(self) -> str:
        """What a notebook shows: a picture, and what the cube is."""
        bands, colour = rgb_bands(self.wavelengths, self.good_bands, self.default_bands)
        picture = stretched(self.window(*thinned(self.lines, self.samples), list(bands)))
        bad = int(np.count_nonzero(~self.good_bands))
        size = dict(zip(AXES, self.shape, strict=True))
        shown = ", ".join(str(band + 1) for band in bands)
        rows = [
            (tr("size"), tr("{lines} lines x {samples} samples x {bands} bands", **size)),
            (tr("wavelengths"), self._range_text),
            (tr("bad bands"), str(bad) if bad else tr("none")),
            (tr("stored as"), f"{np.dtype(self.data.dtype)}, {self.interleave.upper()}"),
            (tr("georeference"), tr("yes") if self.georeference else tr("none")),
            (tr("picture"), tr("{colour}, bands {bands}", colour=colour, bands=shown)),
        ]
        title = tr("{name} (simulated)", name=self.name) if self.simulated else self.name
        return card(title, rows, picture)

    def with_(self, **changes: Any) -> Cube:
        """A copy with some attributes replaced.

        With data of other lines or samples the place is not known any more, and a note says so:
        :meth:`crop` keeps it.  Data of other bands need their own wavelengths and bad bands.
        """
        shape = getattr(changes.get("data"), "shape", self.shape)
        if self.georeference is not None and tuple(shape[:2]) != self.shape[:2]:
            lost = tr("Its place is unknown: it has other lines or samples than the image it was made from.")
            changes = {"georeference": None, "notes": (*self.notes, lost)} | changes
        if len(shape) == 3 and shape[2] != self.bands:
            good = {"good_bands": np.ones(0, bool)} if self.good_bands.all() else {}
            changes = {"default_bands": ()} | good | changes
        return replace(self, **changes)
