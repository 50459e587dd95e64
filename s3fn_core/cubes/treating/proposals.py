"""What a look at some pixels proposes for a cube's metadata: bad bands, a no-data value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.goodbands import without_empty_bands
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.band_ranges import band_ranges
from s3fn_core.errors import CubeError
from s3fn_core.files import reason
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray

WATER_VAPOUR = ((1340.0, 1460.0), (1790.0, 1960.0))
"""nm; what little sunlight the atmosphere leaves there is noise (Gao, Montes, Davis & Goetz,
Remote Sensing of Environment 113, S17-S24, 2009)."""
_LINES, _SAMPLES = 16, 64  # looked at; their mean is taken while one types
_OF_BORDER, _OF_VALUES = 0.3, 0.2  # least share that makes a value suspicious
_FEWEST = 8  # pixels; fewer say nothing


@dataclass(frozen=True, eq=False)
class Sample:
    """Pixels spread over a cube.

    Attributes
    ----------
    values : array, shape (pixels, bands)
        As stored.
    border : array of bool, shape (pixels,)
        Whether a pixel lies on the edge of the image.
    """

    values: npt.NDArray[Any]
    border: BoolArray

    def measured(self, nodata: float | None) -> npt.NDArray[np.float64]:
        """The pixels that are not background, NaN where a value is missing; (pixels, bands)."""
        values = self.values.astype(np.float64)
        if nodata is not None:
            values[self.values == nodata] = np.nan
        values[~np.isfinite(values)] = np.nan
        inside: BoolArray = (np.nan_to_num(values) != 0).any(axis=1)
        return values[inside]

    def mean(self, nodata: float | None) -> npt.NDArray[np.float64]:
        """Mean stored value of every band, shape (bands,); NaN where nothing was measured."""
        values = self.measured(nodata)
        count = np.isfinite(values).sum(axis=0)
        total = np.nansum(values, axis=0)
        return np.where(count, total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class NodataProposal:
    """A stored value that may mean "not measured", and why."""

    value: float
    why: str


@dataclass(frozen=True, eq=False)
class BadBandsProposal:
    """Bands that may carry no information, shape (bands,), and why."""

    bands: BoolArray
    why: str


def sample(cube: Cube) -> Operation[Sample]:
    """Look at pixels spread over a cube and along its edges, line by line.

    Raises
    ------
    CubeError
        When the file cannot be read.
    """
    spread = np.linspace(0, cube.lines - 1, min(cube.lines, _LINES)).astype(int).tolist()
    columns = np.linspace(0, cube.samples - 1, min(cube.samples, _SAMPLES)).astype(int)
    parts, border = [], []
    for done, line in enumerate(spread):
        yield Progress("sample", done / len(spread), tr("Examining {name}", name=cube.name))
        try:
            row = np.asarray(cube.data[slice(line, line + 1), slice(None), slice(None)])
        except OSError as error:
            raise CubeError("{name} cannot be read: {error}.", name=cube.name, error=reason(error)) from error
        parts.append(row[0, columns])
        outer = line in (0, cube.lines - 1)
        border.append((columns == 0) | (columns == cube.samples - 1) | outer)
    release(cube.data)
    return Sample(np.concatenate(parts), np.concatenate(border))


def propose_nodata(sample: Sample) -> tuple[NodataProposal, ...]:
    """Values that may mean "not measured", the likeliest first.

    These are values that whole pixels of the edge consist of, and the smallest, the largest or 0
    where very many values are exactly that.
    """
    values = sample.values
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not finite.size:
        return ()
    found: dict[float, NodataProposal] = {}
    edge = values[sample.border]
    flat = edge[(edge == edge[:, :1]).all(axis=1), 0]
    for value, count in zip(*np.unique(flat, return_counts=True), strict=True):
        share = count / max(1, len(edge))
        if np.isfinite(value) and count >= _FEWEST and share >= _OF_BORDER:
            why = tr("It fills {share} of the image's edge.", share=per_cent(share, 0))
            found[float(value)] = NodataProposal(float(value), why)
    for value in (float(finite.min()), 0.0, float(finite.max())):
        share = np.count_nonzero(finite == value) / values.size
        if share >= _OF_VALUES and share < 1:
            found.setdefault(
                value,
                NodataProposal(
                    value, tr("{share} of all values are exactly that.", share=per_cent(share, 0))
                ),
            )
    return tuple(found.values())


def propose_bad_bands(cube: Cube, sample: Sample) -> Operation[BadBandsProposal]:
    """Bands without information, and those in which water vapour takes the light.

    Parameters
    ----------
    cube : Cube
        With the no-data value and the wavelengths that hold; its good bands do not count.
    sample : Sample
        Of the same cube.
    """
    yield Progress("bands", 0.0, tr("Finding bad bands of {name}", name=cube.name))
    everything = np.ones(cube.bands, bool)
    empty = ~without_empty_bands(cube.with_(good_bands=everything)).good_bands
    empty |= _constant(sample.measured(cube.nodata))
    vapour = np.zeros(cube.bands, bool)
    if cube.wavelengths is not None:
        for low, high in WATER_VAPOUR:
            vapour |= (cube.wavelengths >= low) & (cube.wavelengths <= high)
    if empty.all():
        empty[:] = False
    reasons = []
    if empty.any():
        reasons.append(tr("no information in {bands}", bands=band_ranges(empty)))
    if (vapour & ~empty).any():
        reasons.append(tr("water vapour in {bands}", bands=band_ranges(vapour & ~empty)))
    why = tr("Proposed: {reasons}.", reasons="; ".join(reasons)) if reasons else tr("No band looks bad.")
    return BadBandsProposal(empty | vapour, why)


def _constant(values: npt.NDArray[np.float64]) -> BoolArray:
    """Bands that are the same, or missing, in all of many pixels, shape (bands,)."""
    if len(values) < _FEWEST:
        return np.zeros(values.shape[1], bool)
    low = np.where(np.isfinite(values), values, np.inf).min(axis=0)
    high = np.where(np.isfinite(values), values, -np.inf).max(axis=0)
    same: BoolArray = low >= high
    return same
