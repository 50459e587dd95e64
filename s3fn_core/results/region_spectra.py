"""What the regions of a label map look like: mean spectrum and spread of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import Box, FloatArray, ObjectMap

Numbers = np.ndarray[Any, np.dtype[np.int32]]

PIXELS_EACH = 200
"""More pixels of a region hardly change what is shown of it, but take their time."""
MOST_REGIONS = 2000
_LINES_AT_ONCE = 16


class Region(Protocol):
    """A region of labels, or an object of a mask."""

    @property
    def number(self) -> int: ...
    @property
    def pixels(self) -> int: ...
    @property
    def box(self) -> Box: ...


@dataclass(frozen=True, eq=False)
class RegionLook:
    """Of a region's pixels (evenly chosen ones where there are many).

    Attributes
    ----------
    mean : array of float32, shape (bands,)
        NaN where no pixel has a spectrum; background (0 in every good band) has none.
    spread : float
        Standard deviation, averaged over the good bands, in units of the cube.
    """

    mean: FloatArray
    spread: float


def region_looks(
    cube: Cube, numbers: ObjectMap, regions: Sequence[Region], pixels_each: int | None = PIXELS_EACH
) -> Operation[dict[int, RegionLook]]:
    """Mean spectrum and spread of the largest regions or objects, by number, reading the cube once.

    Parameters
    ----------
    cube : Cube
    numbers : array of int, shape (lines, samples)
        As :func:`s3fn_core.labels.regions.label_regions` gives them, or the objects of a mask.
    regions : sequence of LabelRegion or ObjectRow
    pixels_each : int or None
        Read of each at most; None for all, and then of all regions.
    """
    largest = sorted(regions, key=lambda r: -r.pixels)[: None if pixels_each is None else MOST_REGIONS]
    if not largest:
        return {}
    lines, samples, rows = _chosen(numbers, largest, pixels_each)
    good = np.flatnonzero(cube.good_bands)
    count = np.zeros(len(largest))
    total = np.zeros((len(largest), cube.bands))
    squares = np.zeros((len(largest), cube.bands))
    first, last = int(lines.min()), int(lines.max()) + 1
    for start in range(first, last, _LINES_AT_ONCE):
        yield Progress("regions", (start - first) / (last - first), tr("Reading the labelled regions"))
        for line in range(start, min(start + _LINES_AT_ONCE, last)):
            here = slice(*np.searchsorted(lines, (line, line + 1)))
            if here.start == here.stop:
                continue
            left, right = int(samples[here].min()), int(samples[here].max()) + 1
            window = cube.window(slice(line, line + 1), slice(left, right))[0]
            spectra = window[samples[here] - left].astype(np.float64)
            values = spectra[:, good]
            known = np.isfinite(values).all(1) & valid_pixels(values[None])[0]
            row = rows[here][known]
            np.add.at(count, row, 1)
            np.add.at(total, row, spectra[known])
            np.add.at(squares, row, spectra[known] ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count[:, None]
        deviation = np.sqrt(np.maximum(squares / count[:, None] - mean**2, 0))
    return {
        region.number: RegionLook(mean[k].astype(np.float32), float(deviation[k, good].mean()))
        for k, region in enumerate(largest)
    }


def _chosen(
    numbers: ObjectMap, regions: Sequence[Region], most: int | None
) -> tuple[Numbers, Numbers, Numbers]:
    """Line, sample and place in `regions` of some pixels of each, by line."""
    parts = []
    for place, region in enumerate(regions):
        top, left, bottom, right = region.box
        inside = np.argwhere(numbers[top:bottom, left:right] == region.number)
        some = inside[:: -(-len(inside) // (most or len(inside)))] + np.array([top, left])
        parts.append(np.column_stack([some, np.full(len(some), place)]))
    pixels = np.concatenate(parts).astype(np.int32)
    lines, samples, rows = pixels[np.argsort(pixels[:, 0], kind="stable")].T
    return lines, samples, rows
