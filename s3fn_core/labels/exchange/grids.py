"""Label rasters that have a place of their own, laid under the pixels of the cube.

A raster of another program may lie beside the cube, be turned, have other pixels or another
coordinate system.  Each pixel of the cube takes the label in which its centre lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.labels.exchange.labelfile import Shape, Wanted
from s3fn_core.labels.exchange.places import reprojected, to_map, to_pixels
from s3fn_core.labels.exchange.regions import Points
from s3fn_core.labels.rasters import Array, Place, Spot, is_on_earth, quiet_rasterio
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent

_EXACT = 0.05
"""Of a pixel: what differs less is rounding in the georeference."""
_STEP = 16
"""Pixels between two points whose place is worked out; between them it runs straight."""
_BLOCK = 256  # lines laid at once


@dataclass(frozen=True, eq=False)
class Laid:
    """How a raster lies under a cube.

    Attributes
    ----------
    rows, columns : slice
        The part of the raster that has to be read.
    notes : tuple of str
    moved : bool
        Whether it lies on another grid than the cube.
    """

    rows: slice
    columns: slice
    notes: tuple[str, ...] = ()
    moved: bool = False
    _net: _Net | None = None

    def onto(self, part: Array) -> Array:
        """The part that was read, on the pixels of the cube; 0 where there is none."""
        if self._net is None:
            return part
        laid = np.zeros(self._net.shape, part.dtype)
        for lines, xy in self._net.blocks():
            sample, line = np.floor(xy).astype(np.int64)
            line, sample = line - self.rows.start, sample - self.columns.start
            inside = (line >= 0) & (line < part.shape[0]) & (sample >= 0) & (sample < part.shape[1])
            laid[lines][inside] = part[line[inside], sample[inside]]
        return laid


def lay(wanted: Wanted, own: Place | None, shape: Shape, itemsize: int) -> Laid:
    """How a raster of `shape` (lines, samples), which lies at `own`, belongs to the cube.

    Without the place of either, pixel by pixel.

    Raises
    ------
    LabelError
        When it lies elsewhere, or has neither a place nor the shape of the cube.
    """
    whole = slice(0, shape[0]), slice(0, shape[1])
    if own is None or wanted.place is None or wanted.shape is None:
        wanted.check_size(shape, itemsize)
        unplaced = own is not None and wanted.shape is not None
        told = tr("The map states where it lies, the cube does not: it was matched pixel by pixel.")
        return Laid(*whole, (told,) if unplaced else ())
    system, notes = _systems(own, wanted.place)
    net = _Net.over(wanted, own, system)
    away = net.distances()
    if shape == wanted.shape and away.max() <= _EXACT:
        wanted.check_size(shape, itemsize)
        return Laid(*whole, notes)
    rows, columns, covered = net.touched(shape)
    if not covered:
        raise wanted.error(
            "{path} lies elsewhere: by their coordinates, no pixel of the cube is on it. Choose the map that "
            "belongs to the cube; should its place be wrong, save it without one (.npy or .png)."
        )
    part = rows.stop - rows.start, columns.stop - columns.start
    Wanted(wanted.path, what=wanted.what).check_size(part, itemsize)
    share = per_cent(covered, 0)
    notes += (
        tr("The map was placed by its coordinates. It covers {share} of the cube.", share=share)
        if net.is_whole()
        else tr(
            "The map was placed by its coordinates; where its pixels differ from the cube's, the "
            "nearest was used. It covers {share} of the cube.",
            share=share,
        ),
    )
    return Laid(rows, columns, notes, True, net)


def _systems(own: Place, cube: Place) -> tuple[tuple[str, str] | None, tuple[str, ...]]:
    """The systems of cube and map where they differ, and a note where one had to be assumed."""
    if own.crs == cube.crs:
        return None, ()
    known = is_on_earth(own), is_on_earth(cube)
    if all(known):
        return (cube.crs, own.crs), ()
    if not any(known):
        return None, ()
    return None, (
        tr("The map names no coordinate system that is known; the cube's was used.")
        if known[1]
        else tr("The cube names no coordinate system that is known; the map's was used."),
    )


@dataclass(frozen=True, eq=False)
class _Net:
    """Where points of the cube, `_STEP` pixels apart, lie in pixels (x, y) of the map.

    `at` has the shape (2, lines of the net, samples of the net).
    """

    shape: Shape
    lines: Array
    samples: Array
    at: Array

    @classmethod
    def over(cls, wanted: Wanted, own: Place, systems: tuple[str, str] | None) -> _Net:
        shape, cube = wanted.cube_shape(), wanted.place
        assert cube is not None
        lines, samples = (np.unique(np.append(np.arange(0, size - 1, _STEP), size - 1)) for size in shape)
        y, x = np.meshgrid(lines + 0.5, samples + 0.5, indexing="ij")
        points: Points = to_map(np.column_stack([x.ravel(), y.ravel()]), cube)
        if systems is not None:
            points = reprojected(points, *systems)
        return cls(shape, lines, samples, to_pixels(points, own).T.reshape(2, *x.shape))

    def distances(self) -> Array:
        """How far, in pixels, the points lie from where they would on the cube's own grid."""
        home = np.stack(np.meshgrid(self.samples + 0.5, self.lines + 0.5))
        return np.asarray(np.abs(self.at - home).max(axis=0))

    def is_whole(self) -> bool:
        """Whether centres lie on centres, one step being one step."""
        off = [np.abs(self.at - np.floor(self.at) - 0.5)]
        for axis, known in ((1, self.lines), (2, self.samples)):
            steps = np.abs(np.diff(self.at, axis=axis)).max(axis=0)
            off.append(steps - np.diff(known).reshape((-1, 1) if axis == 1 else (1, -1)))
        return all(np.abs(part).max(initial=0) <= _EXACT for part in off)

    def touched(self, shape: Shape) -> tuple[slice, slice, float]:
        """Rows and columns of a map of `shape` that the cube touches, and its share that has some."""
        (left, top), (right, bottom) = (
            np.floor(edge(self.at, axis=(1, 2))).astype(int) for edge in (np.min, np.max)
        )
        rows = slice(max(0, top - 1), min(shape[0], bottom + 2))
        columns = slice(max(0, left - 1), min(shape[1], right + 2))
        limits = np.array(shape[::-1]).reshape(2, 1, 1)
        inside = sum(
            int(np.count_nonzero(((xy >= 0) & (xy < limits)).all(axis=0))) for _, xy in self.blocks()
        )
        return rows, columns, inside / (self.shape[0] * self.shape[1])

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        """Lines of the cube, and where their centres lie on the map, shape (2, lines, samples)."""
        for start in range(0, self.shape[0], _BLOCK):
            lines = np.arange(start, min(start + _BLOCK, self.shape[0]))
            yield (
                slice(start, start + _BLOCK),
                _between(_between(self.at, self.lines, lines, 1), self.samples, np.arange(self.shape[1]), 2),
            )


def _between(values: Array, known: Array, wanted: Array, axis: int) -> Array:
    """Values at `wanted` along an axis, straight between those at `known`."""
    if len(known) == 1:
        return values
    before = np.clip(np.searchsorted(known, wanted, side="right") - 1, 0, len(known) - 2)
    share = (wanted - known[before]) / (known[before + 1] - known[before])
    share = np.expand_dims(share, tuple(i for i in range(values.ndim) if i != axis))
    low, high = values.take(before, axis), values.take(before + 1, axis)
    return np.asarray(low + share * (high - low))


def place_in(source: Any) -> Place | None:
    """Where a raster that rasterio opened says it lies; None for one that counts its pixels."""
    a, b, c, d, e, f = tuple(source.transform)[:6]
    crs = source.crs.to_wkt() if source.crs else ""
    counting = not crs and (abs(a), b, c, d, abs(e), f) == (1, 0, 0, 0, 1, 0)
    return None if source.transform.is_identity or counting else Spot(crs, (a, b, c, d, e, f))


def place_beside(path: Path) -> Place | None:
    """The place that a world file or GDAL's .aux.xml gives a picture."""
    import rasterio

    first, last = path.suffix[1:2], path.suffix[-1:]
    names = [path.with_suffix(f".{first}{last}w"), path.with_suffix(f"{path.suffix}w")]
    names += [path.with_suffix(".wld"), path.with_name(path.name + ".aux.xml")]
    if not any(name.is_file() for name in names):
        return None
    with quiet_rasterio(), rasterio.open(path) as source:
        return place_in(source)
