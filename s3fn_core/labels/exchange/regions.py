"""Regions (outlines, lines, single pixels) to a label map, and a label map to outlines.

Coordinates are (x, y) in pixels from the upper left corner of the first pixel, so that the pixel
at (line, sample) has its centre at x = sample + 0.5, y = line + 0.5.  A pixel is in a polygon when
its centre is; a centre exactly on an edge belongs to the polygon on its right or below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.rasters import plain_name
from s3fn_core.languages import plural, tr
from s3fn_core.types import BoolArray, IdArray

Points = npt.NDArray[np.float64]
"""Coordinates (x, y), shape (points, 2)."""

OutlineKind = Literal["polygon", "line", "points"]
_FEWEST = {"polygon": 3, "line": 2, "points": 1}
_FARTHEST = 1e9
"""In pixels; what lies farther out is damage, and would not fit the integers."""
_CROSSINGS = 1 << 20
"""Of edges and lines held at once."""


@dataclass(frozen=True)
class Region:
    """A part of the image that has one class.

    Attributes
    ----------
    kind : {"polygon", "line", "points"}
    rings : tuple of Points
        Of a polygon all its outlines, holes among them, open or closed; else one list of points.
    name, class_id, color : what the file says of the class, None where it does not
    """

    kind: OutlineKind
    rings: tuple[Points, ...]
    name: str | None = None
    class_id: int | None = None
    color: str | None = None


def points(pairs: Any) -> Points:
    """Coordinates from what a file gave; further coordinates, such as heights, are left out.

    Raises
    ------
    ValueError
        For anything but finite numbers in pairs.
    """
    if not isinstance(pairs, np.ndarray):  # points with and without a height may be mixed
        pairs = [pair[:2] for pair in pairs]
    array = np.asarray(pairs, np.float64)
    if array.ndim != 2 or array.shape[1] < 2 or not np.isfinite(array[:, :2]).all():
        raise ValueError(tr("coordinates are not pairs of finite numbers"))
    return np.ascontiguousarray(array[:, :2])


def moved(regions: Sequence[Region], move: Callable[[Points], Points]) -> list[Region]:
    """The regions with all their points moved at once, for a transformation costs per call."""
    rings = [ring for region in regions for ring in region.rings]
    if not rings:
        return list(regions)
    parts = iter(np.split(move(np.concatenate(rings)), np.cumsum([len(r) for r in rings])[:-1]))
    return [replace(region, rings=tuple(next(parts) for _ in region.rings)) for region in regions]


def burned(regions: Sequence[Region], wanted: Wanted, notes: Sequence[str] = ()) -> Stored:
    """The label map of regions on the cube that is wanted; a later region lies above.

    Classes keep their ids where the file has ids; else they are numbered in their order.

    Raises
    ------
    LabelError
        If there is no region or no cube, if there are more than 255 classes, or if a region has no
        shape.
    """
    shape = wanted.cube_shape()
    if not regions:
        told = tr("{path} holds no regions that could be labels.", path=wanted.path)
        raise LabelError(" ".join((told, *notes, tr("Choose another file."))))
    ids_of, names, colors = _numbered(regions, wanted)
    ids = np.zeros(shape, np.uint8)
    covered, outside = 0, 0
    for region, class_id in zip(regions, ids_of, strict=True):
        _check(region, wanted)
        rows, columns, inside = _pixels(region, shape)
        part = ids[rows, columns]
        if not inside.any():
            outside += 1
        covered += int(np.count_nonzero(inside & (part != 0) & (part != class_id)))
        part[inside] = class_id
    if outside == len(regions):
        told = tr("{path} has no region that holds a pixel of the cube.", path=wanted.path)
        raise LabelError(" ".join((told, *notes, tr("Choose the file that belongs to the cube."))))
    remarks = list(notes)
    if outside:
        remarks.append(
            plural(
                "{count} of {regions} regions holds no pixel of the cube.",
                "{count} of {regions} regions hold no pixel of the cube.",
                outside,
                regions=len(regions),
            )
        )
    if covered:
        remarks.append(
            plural(
                "{count} pixel lies in regions of several classes; the last was used.",
                "{count} pixels lie in regions of several classes; the last was used.",
                covered,
            )
        )
    return Stored(ids, names, colors, tuple(remarks))


def _numbered(regions: Sequence[Region], wanted: Wanted) -> tuple[list[int], dict[int, str], dict[int, str]]:
    """Id of each region's class, and names and colours of the classes."""
    stated = {region.class_id for region in regions}
    free = (i for i in count(1) if i not in stated)
    by_name: dict[str | None, int] = {}
    ids, names, colors = [], dict[int, str](), dict[int, str]()
    for region in regions:
        class_id = region.class_id
        if class_id is None:
            if region.name not in by_name:
                by_name[region.name] = next(free)
            class_id = by_name[region.name]
        if not 1 <= class_id <= MAX_CLASSES:
            raise wanted.error(
                "{path} gives a region the class id {class_id}; class ids run from 1 to {highest}. "
                "Renumber the classes.",
                class_id=class_id,
                highest=MAX_CLASSES,
            )
        ids.append(class_id)
        if region.name is not None:
            names.setdefault(class_id, region.name)
        if region.color is not None:
            colors.setdefault(class_id, region.color)
    return ids, names, colors


def _check(region: Region, wanted: Wanted) -> None:
    for ring in region.rings:
        if len(ring) < _FEWEST[region.kind]:
            raise wanted.error(
                "{path} holds an outline of {count} points; export the regions again.", count=len(ring)
            )
        if not (np.abs(ring) < _FARTHEST).all():
            raise wanted.error(
                "{path} holds regions far away from the cube; are they in another coordinate system?"
            )


def _pixels(region: Region, shape: tuple[int, int]) -> tuple[slice, slice, BoolArray]:
    """The rectangle of the image that a region touches, and its pixels there."""
    if region.kind == "polygon":
        return filled(region.rings, shape)
    places = region.rings[0] if region.kind == "points" else _along(region.rings[0], shape)
    samples, lines = np.floor(places).astype(np.int64).T
    within = (lines >= 0) & (lines < shape[0]) & (samples >= 0) & (samples < shape[1])
    lines, samples = lines[within], samples[within]
    if not lines.size:
        return slice(0, 0), slice(0, 0), np.zeros((0, 0), bool)
    top, left = int(lines.min()), int(samples.min())
    inside = np.zeros((int(lines.max()) - top + 1, int(samples.max()) - left + 1), bool)
    inside[lines - top, samples - left] = True
    bottom, right = top + inside.shape[0], left + inside.shape[1]
    return slice(top, bottom), slice(left, right), inside


def _along(path: Points, shape: tuple[int, int]) -> Points:
    """Points on a path, at most half a pixel apart, of the parts that may touch the image."""
    size = np.array(shape[::-1], np.float64)
    places = [path]
    for start, end in pairwise(path):
        step = end - start
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = np.sort(np.stack([-start / step, (size - start) / step]), axis=0)
        bounds[:, step == 0] = [[0.0], [1.0]]
        first, last = max(0.0, bounds[0].max()), min(1.0, bounds[1].min())
        if first < last:
            number = int(np.ceil(2 * np.abs(step).max() * (last - first))) + 1
            places.append(start + np.linspace(first, last, number + 1)[:, None] * step)
    return np.concatenate(places)


def filled(rings: Sequence[Points], shape: tuple[int, int]) -> tuple[slice, slice, BoolArray]:
    """Fill a polygon by the even-odd rule, so that outlines inside of others are holes.

    Each edge changes, on every line of pixels that it crosses, the state of all centres on its
    right.  That takes time for the edges and the rectangle only; rasterio's ``rasterize`` visits
    every edge on every line, over a minute for the outline of a speckled class of 1000 x 1000
    pixels.

    Parameters
    ----------
    rings : sequence of Points
    shape : (lines, samples)

    Returns
    -------
    rows, columns : slice
        The rectangle of the image in which the polygon's pixels lie.
    inside : array of bool, shape of the rectangle
    """
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    top, bottom = _centres(starts[:, 1].min(), starts[:, 1].max(), shape[0])
    left, right = _centres(starts[:, 0].min(), starts[:, 0].max(), shape[1])
    toggles = np.zeros((bottom - top, right - left + 1), np.uint8)
    if toggles.shape[0] and right > left:
        for lines, samples in _crossings(starts, ends, top, bottom):
            columns = np.clip(samples, left, right) - left
            np.bitwise_xor.at(toggles, (lines - top, columns), 1)
        np.bitwise_xor.accumulate(toggles, axis=1, out=toggles)
    return slice(top, bottom), slice(left, right), toggles[:, :-1].astype(bool)


def _centres(low: float, high: float, size: int) -> tuple[int, int]:
    """The pixels 0 .. `size` along an axis whose centres lie in low <= centre < high."""
    first, end = np.clip(np.ceil(np.array([low, high]) - 0.5), 0, size).astype(int)
    return int(first), int(end)


def _crossings(
    starts: Points, ends: Points, top: int, bottom: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Line, and first sample on the right, of each crossing of an edge with a line of centres."""
    down = starts[:, 1] <= ends[:, 1]
    upper, lower = np.where(down[:, None], starts, ends), np.where(down[:, None], ends, starts)
    spans = np.stack([upper[:, 1], lower[:, 1]])
    first, end = np.clip(np.ceil(spans - 0.5), top, bottom).astype(np.int64)
    crossed = np.flatnonzero(end > first)
    totals = np.cumsum(end[crossed] - first[crossed])
    pieces = np.searchsorted(totals, np.arange(_CROSSINGS, totals[-1:].sum(), _CROSSINGS))
    for edges in np.split(crossed, np.unique(pieces)):
        numbers = end[edges] - first[edges]
        edge = np.repeat(edges, numbers)
        behind = np.repeat(np.cumsum(numbers) - numbers, numbers)
        lines = first[edge] + np.arange(len(edge)) - behind
        along = (lines + 0.5 - upper[edge, 1]) / (lower[edge, 1] - upper[edge, 1])
        x = upper[edge, 0] + along * (lower[edge, 0] - upper[edge, 0])
        yield lines, np.ceil(x - 0.5).astype(np.int64)


def outlined(ids: IdArray, classes: ClassSet) -> list[Region]:
    """The outlines of all connected pixels (by their sides) of one class, along pixel edges.

    In the order of the classes; ids without a class come last.
    """
    from rasterio.features import shapes

    legend = class_legend(classes, ids)
    regions = []
    for geometry, value in shapes(ids, mask=ids > 0, connectivity=4):
        name, rgb = legend[int(value)]
        rings = tuple(points(ring)[:-1] for ring in geometry["coordinates"])
        color = f"#{bytes(rgb).hex()}"
        regions.append(Region("polygon", rings, plain_name(name), int(value), color))
    order = {i: place for place, i in enumerate(classes.ids)}
    return sorted(regions, key=lambda r: order.get(r.class_id or 0, MAX_CLASSES + (r.class_id or 0)))


def closed(ring: Points) -> Points:
    """The ring with its first point again at its end."""
    return np.concatenate([ring, ring[:1]])
