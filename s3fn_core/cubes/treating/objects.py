"""Objects of a mask: which pixels belong to one fruit, berry or block, and in what order they lie.

Touching objects are told apart by the watershed of the distance to the background (Beucher &
Lantuejoul 1979, "Use of watersheds in contour detection"; markers by the h-maxima transform, Soille
2003, "Morphological Image Analysis", section 6.3.4), round ones also by the circular Hough
transform (Duda & Hart 1972, Communications of the ACM 15, 11-15).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy

from s3fn_core.checked import check_numbers, checked
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray

Numbers = np.ndarray[Any, np.dtype[np.int32]]
_SEARCHED_RADIUS = 32  # pixels; larger circles are looked for in a coarser mask
_RADII = 24  # at most this many are tried
_ROUNDNESS = 0.4  # share of a circle's outline that must be seen
_FILLED = 0.6  # share of its pixels that must be foreground


@checked(CubeError)
@dataclass(frozen=True)
class Splitting:
    """How foreground becomes objects.

    Attributes
    ----------
    method : {"connected", "watershed", "circles"}
        Connected pixels (diagonals too); connected pixels cut at their necks; round objects, of
        whose outline two fifths at least must border on background (for tightly packed ones take
        the watershed).
    smallest : int
        Objects of fewer pixels are dropped.
    depth : float
        Watershed: how many pixels narrower a neck must be (in half width) than the thinner of the
        two objects that it joins.
    radii : (float, float)
        Circles: smallest and largest radius in pixels.
    """

    method: Literal["connected", "watershed", "circles"] = "connected"
    smallest: int = 1
    depth: float = 1.0
    radii: tuple[float, float] = (5.0, 20.0)

    def __post_init__(self) -> None:
        low, high = self.radii
        if not 1 <= low <= high:
            raise CubeError(
                "Circles of {low:g} to {high:g} pixels: give 1 <= smallest <= largest.", low=low, high=high
            )
        if not self.depth > 0:
            raise CubeError("The depth of a neck must be positive, not {depth:g}.", depth=self.depth)


@dataclass(frozen=True)
class ObjectRow:
    """One line of the table of objects.

    Attributes
    ----------
    number : int
        From 1, in reading order.
    pixels : int
    box : (int, int, int, int)
        First line, first sample, and the line and sample after the last.
    centre : (float, float)
        Mean line and sample.
    """

    number: int
    pixels: int
    box: tuple[int, int, int, int]
    centre: tuple[float, float]


@checked(CubeError)
def find_objects(mask: BoolArray, splitting: Splitting) -> Numbers:
    """Number the objects of a mask in reading order.

    Parameters
    ----------
    mask : array of bool, shape (lines, samples)
    splitting : Splitting

    Returns
    -------
    array of int32, shape (lines, samples)
        0 on the background and where a dropped object was.
    """
    check_numbers(mask, "A mask", CubeError)
    mask = np.asarray(mask, bool)
    if splitting.method == "watershed":
        found = _watershed(mask, splitting.depth)
    elif splitting.method == "circles":
        found = _circles(mask, splitting.radii)
    else:
        found = _connected(mask)
    size = np.bincount(found.ravel())
    size[0] = 0
    return renumbered(np.where(size[found] >= max(1, splitting.smallest), found, 0))


@checked(CubeError)
def object_table(objects: np.ndarray[Any, Any]) -> tuple[ObjectRow, ...]:
    """Size and place of every object, by number.

    Parameters
    ----------
    objects : array of int, shape (lines, samples)
        0 is background.
    """
    check_numbers(objects, "A map of objects", CubeError)
    numbers = np.asarray(objects)
    pixels = np.bincount(numbers.ravel())

    def mean(position: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        spread = np.broadcast_to(position, numbers.shape).ravel()
        return np.bincount(numbers.ravel(), spread) / np.maximum(pixels, 1)

    line = mean(np.arange(numbers.shape[0])[:, None])
    sample = mean(np.arange(numbers.shape[1]))
    return tuple(
        ObjectRow(
            number,
            int(pixels[number]),
            (box[0].start, box[1].start, box[0].stop, box[1].stop),
            (float(line[number]), float(sample[number])),
        )
        for number, box in enumerate(scipy.ndimage.find_objects(numbers), start=1)
        if box is not None
    )


def renumbered(objects: np.ndarray[Any, Any]) -> Numbers:
    """The same objects numbered 1, 2, ... in reading order, also after one was removed.

    A row goes down to half a typical height below its highest centre, since no tray is filled, and
    no camera mounted, exactly straight.
    """
    rows = sorted(object_table(objects), key=lambda row: row.centre)
    height = float(np.median([row.box[2] - row.box[0] for row in rows])) if rows else 0.0
    placed: list[tuple[float, float, int]] = []  # first centre of the row, sample, old number
    for row in rows:
        first = placed[-1][0] if placed else -np.inf
        start = first if row.centre[0] - first <= height / 2 else row.centre[0]
        placed.append((start, row.centre[1], row.number))
    table = np.zeros(int(objects.max(initial=0)) + 1, np.int32)
    table[[number for _, _, number in sorted(placed)]] = np.arange(1, len(placed) + 1)
    numbered: Numbers = table[objects]
    return numbered


def _connected(mask: BoolArray) -> Numbers:
    found: Numbers = scipy.ndimage.label(mask, np.ones((3, 3)), output=np.int32)[0]
    return found


def _watershed(mask: BoolArray, depth: float) -> Numbers:
    """Each summit of the distance to the background floods its own slopes.

    A summit counts only when it rises `depth` above the saddle to a higher one; else the ragged
    edge of a single object would cut it into pieces.
    """
    load_scikit_image()
    from skimage.morphology import local_maxima, reconstruction
    from skimage.segmentation import watershed

    if mask.all() or not mask.any():  # no distance to measure
        return mask.astype(np.int32)
    # The image's edge cuts objects, it does not end them: only background counts as distance.
    distance = scipy.ndimage.distance_transform_edt(mask)
    lowered = reconstruction(distance - depth, distance)
    # Two summits with a shallow saddle between them are one flat summit of the lowered relief.
    markers = _connected(mask & local_maxima(lowered, allow_borders=True))
    flooded: Numbers = watershed(-distance, markers, connectivity=2, mask=mask).astype(np.int32)
    rest = _connected(mask & (flooded == 0))  # objects too thin to have kept a summit
    return np.where(rest > 0, rest + flooded.max(), flooded).astype(np.int32)


def _circles(mask: BoolArray, radii: tuple[float, float]) -> Numbers:
    """Circles of the mask's outline; a pixel in several goes to the one it lies deepest in."""
    load_scikit_image()
    from skimage.transform import hough_circle, hough_circle_peaks

    coarse = max(1, int(radii[1] // _SEARCHED_RADIUS))
    small = mask[::coarse, ::coarse]
    outline = small & ~scipy.ndimage.binary_erosion(small, border_value=1)
    low, high = max(1.0, radii[0] / coarse), max(1.0, radii[1] / coarse)
    tried = np.unique(np.linspace(low, high, _RADII).round().astype(int))
    apart = max(1, round(low / 3))  # so that a gap does not hide the object beside it
    _, samples, lines, found = hough_circle_peaks(  # the most complete circle first
        hough_circle(outline, tried), tried, min_xdistance=apart, min_ydistance=apart, threshold=_ROUNDNESS
    )
    candidates = zip(lines * coarse, samples * coarse, (found + 0.5) * coarse, strict=True)
    objects = np.zeros(mask.shape, np.int32)
    depth = np.zeros(mask.shape)
    kept: list[tuple[float, float, float]] = []
    for line, sample, radius in candidates:
        if any(np.hypot(line - y, sample - x) <= max(radius, r) for y, x, r in kept):
            continue  # the same object once more, a little worse
        window, inside = _disk(mask.shape, int(line), int(sample), float(radius))
        own = mask[window] & (inside >= 0)
        if own.sum() < _FILLED * (inside >= 0).sum():
            continue  # a gap that is round because its neighbours are
        kept.append((line, sample, radius))
        better = own & (inside >= depth[window])
        objects[window][better] = len(kept)
        depth[window][better] = inside[better]
    return objects


def _disk(
    shape: tuple[int, ...], line: int, sample: int, radius: float
) -> tuple[tuple[slice, slice], np.ndarray[Any, Any]]:
    """The window around a circle, and how deep its pixels lie inside: 1 centre, 0 outline."""
    reach = int(np.ceil(radius))
    rows = np.arange(max(0, line - reach), min(shape[0], line + reach + 1))
    columns = np.arange(max(0, sample - reach), min(shape[1], sample + reach + 1))
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return window, 1 - np.hypot(rows[:, None] - line, columns - sample) / radius


_ONE_AT_A_TIME = threading.Lock()


def load_scikit_image() -> None:
    """Import everything of scikit-image that masks need, before a part of it is used.

    Its parts import each other.  Two threads that begin with different parts wait for each other's
    half; Python breaks that deadlock by giving one of them a module that is not complete.
    """
    with _ONE_AT_A_TIME:
        import skimage.filters
        import skimage.morphology
        import skimage.segmentation
        import skimage.transform  # noqa: F401
