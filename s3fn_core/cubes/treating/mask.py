"""Separating objects from background: a recipe that is tried on a window and applied to the cube.

A recipe says which grey image of the cube to look at, which of its values are foreground, how the
mask is tidied up and how it is divided into objects.  It is plain data, so that it can be stored
and applied to the next cube of the same camera.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from s3fn_core.checked import check_numbers, checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.features import Feature
from s3fn_core.cubes.treating.objects import Splitting, load_scikit_image
from s3fn_core.cubes.windows import line_blocks, sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.files import read_record
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray, FloatArray

_SAMPLE = 250_000  # pixels that decide a threshold
_SAMPLED_VALUES = 12_000_000  # read for them at most: a component has many bands
_PROBES = 16  # further bands that must be empty, too, before a pixel is background
_WIDEST_MARGIN = 256  # pixels
_BINS = 256  # of the histogram that Otsu's method looks at
StepKind = Literal["open", "close", "erode", "dilate", "fill", "drop"]


@checked(CubeError)
@dataclass(frozen=True)
class Threshold:
    """Which values of a grey image are foreground: ``low <= value <= high``."""

    feature: Feature
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        given = [limit for limit in (self.low, self.high) if limit is not None]
        if not np.isfinite(given).all() or given != sorted(given):
            raise CubeError(
                "The threshold goes from {low} to {high}; correct its limits.", low=self.low, high=self.high
            )


@checked(CubeError)
@dataclass(frozen=True)
class Step:
    """One step of tidying up.

    Attributes
    ----------
    kind : {"open", "close", "erode", "dilate", "fill", "drop"}
        The first four with a disk of radius `size`; ``fill`` fills holes of up to `size` pixels,
        ``drop`` removes parts of fewer than `size` pixels.
    size : float
        In pixels.
    """

    kind: StepKind
    size: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.size) and self.size >= 0):
            raise CubeError(
                'The step "{kind}" has the size {size}; give 0 or more.', kind=self.kind, size=self.size
            )

    @property
    def reach(self) -> int:
        """How far away a pixel can change the result, in pixels.

        A part that leads further away than its size in pixels is large enough, whatever else
        belongs to it.
        """
        return int(np.ceil(self.size)) * (2 if self.kind in ("open", "close") else 1)


@checked(CubeError)
@dataclass(frozen=True)
class Recipe:
    """How to tell objects from background.

    Attributes
    ----------
    threshold : Threshold or None
        None: everything that was measured is foreground.
    steps : tuple of Step
        In this order.
    splitting : Splitting
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    threshold: Threshold | None = None
    steps: tuple[Step, ...] = ()
    splitting: Splitting = field(default_factory=Splitting)

    def to_json(self) -> str:
        """The recipe as JSON text."""
        return json.dumps(asdict(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read what :meth:`to_json` wrote; raises CubeError on anything else."""
        try:
            return read_record(cls, json.loads(text))
        except (ValueError, RecursionError) as error:
            raise CubeError(
                "This is not a mask recipe: {error}. Make the mask again.", error=error
            ) from error


def foreground(cube: Cube, recipe: Recipe, lines: slice, samples: slice) -> BoolArray:
    """Measured pixels of a window whose value lies within the recipe's threshold.

    A pixel is background when it is exactly 0 or missing (see :func:`valid_pixels`): without a
    threshold in every band, else in the bands of the grey image and in others spread over the
    spectrum, so that a preview need not read all of it.

    Returns
    -------
    array of bool, shape (lines, samples)
    """
    threshold = recipe.threshold
    if threshold is None:
        return valid_pixels(cube.window(lines, samples))
    own = threshold.feature.checked(cube)
    probes = np.linspace(0, cube.bands - 1, min(_PROBES, cube.bands)).round().astype(int)
    block = cube.window(lines, samples, [*own, *(int(band) for band in probes)])
    grey = threshold.feature.of(block[:, :, : len(own)])
    chosen = valid_pixels(block) & np.isfinite(grey)
    if threshold.low is not None:
        chosen &= grey >= threshold.low
    if threshold.high is not None:
        chosen &= grey <= threshold.high
    return chosen


def tidied(mask: BoolArray, steps: tuple[Step, ...]) -> BoolArray:
    """Apply the steps one after another.

    Parameters
    ----------
    mask : array of bool, shape (lines, samples)
    steps : tuple of Step
    """
    load_scikit_image()
    from skimage import morphology

    def eroded(mask: BoolArray, radius: float) -> BoolArray:
        # The distance to a background that does not exist is not defined.
        return mask if mask.all() else morphology.isotropic_erosion(mask, radius)

    def dilated(mask: BoolArray, radius: float) -> BoolArray:
        return ~eroded(~mask, radius)

    for kind, size, reach in ((step.kind, step.size, step.reach) for step in steps):
        if kind == "fill":
            mask = ~_without_small(~mask, size + 1, diagonal=False)
        elif kind == "drop":
            mask = _without_small(mask, size, diagonal=True)
        else:
            # What lies beyond the edge of the image is taken to go on as it is there.
            wide = np.pad(mask, reach, mode="edge")
            if kind in ("open", "erode"):
                wide = eroded(wide, size)
            if kind != "erode":
                wide = dilated(wide, size)
            if kind == "close":
                wide = eroded(wide, size)
            mask = wide[reach : reach + mask.shape[0], reach : reach + mask.shape[1]]
    return mask


def preview(cube: Cube, recipe: Recipe, lines: slice, samples: slice) -> Operation[BoolArray]:
    """The mask of a window, as it will be in the mask of the whole cube.

    A margin is read, as wide as the steps reach but at most 256 pixels: holes and parts of more
    pixels than that are judged by what of them lies inside.

    Returns
    -------
    generator of Progress that returns an array of bool, shape (lines, samples)

    Raises
    ------
    CubeError
        When the recipe names bands that the cube has not.
    """
    margin = min(_WIDEST_MARGIN, sum(step.reach for step in recipe.steps))
    first, last, _ = lines.indices(cube.lines)
    left, right, _ = samples.indices(cube.samples)
    top, bottom = max(0, first - margin), min(cube.lines, last + margin)
    side, end = max(0, left - margin), min(cube.samples, right + margin)
    wide = np.zeros((bottom - top, end - side), bool)
    # A few bands of a BIL file touch nearly all of its pages, which are let go after each block.
    for block in line_blocks(cube, max(_bands_read(cube, recipe), cube.bands // 4)):
        start, stop = max(block.start, top), min(block.stop, bottom)
        if start < stop:
            yield Progress("mask", (start - top) / len(wide), tr("Separating objects from background"))
            part = foreground(cube, recipe, slice(start, stop), slice(side, end))
            wide[start - top : stop - top] = part
            release(cube.data)
    mask = tidied(wide, recipe.steps)
    return mask[first - top : last - top, left - side : right - side]


@checked(CubeError)
def make_mask(cube: Cube, recipe: Recipe) -> Operation[BoolArray]:
    """The mask of the whole cube; only the threshold is read, some lines at a time.

    Returns
    -------
    generator of Progress that returns an array of bool, shape (lines, samples)

    Raises
    ------
    CubeError
        When the recipe names bands that the cube has not.
    """
    return (yield from preview(cube, recipe, slice(None), slice(None)))


def sampled_values(cube: Cube, feature: Feature) -> FloatArray:
    """Values of a grey image at measured pixels spread over the cube, shape (n,).

    Raises
    ------
    CubeError
        When the feature's bands do not exist.
    """
    bands = feature.checked(cube)
    block = sample_pixels(cube, bands, min(_SAMPLE, _SAMPLED_VALUES // len(bands)))[None]
    grey = feature.of(block)[valid_pixels(block)]
    return grey[np.isfinite(grey)]


def otsu(values: FloatArray) -> float | None:
    """The value that best parts others in two; None where all are the same.

    Otsu (1979) "A threshold selection method from gray-level histograms", IEEE Transactions on
    Systems, Man, and Cybernetics 9, 62-66, by skimage.filters.threshold_otsu.
    """
    load_scikit_image()
    from skimage.filters import threshold_otsu

    if not values.size or values.min() == values.max():
        return None
    # A ratio has wild values where its denominator is nearly 0; they must not span the histogram.
    low, high = np.percentile(values, (0.1, 99.9))
    values = np.clip(values, low, high) if low < high else values
    counts, edges = np.histogram(values, _BINS)
    centres = (edges[1:] + edges[:-1]) / 2
    last = int(np.searchsorted(centres, threshold_otsu(hist=(counts, centres))))
    # Every value in an empty stretch parts them as well; its middle is safest on other cubes.
    further = int(np.flatnonzero(counts[last + 1 :])[0]) + last + 1
    return float((edges[last + 1] + edges[further]) / 2)


@checked(CubeError)
def propose_threshold(cube: Cube, feature: Feature) -> float:
    """The value that best parts a grey image in two (:func:`otsu`, on a sample of it).

    Raises
    ------
    CubeError
        When the feature's bands do not exist or all pixels have the same value.
    """
    threshold = otsu(sampled_values(cube, feature))
    if threshold is None:
        raise CubeError(
            "{name}: all pixels have the same value here, no threshold separates them; choose "
            "another band, or a ratio of two bands.",
            name=cube.name,
        )
    return threshold


@checked(CubeError)
def apply_mask(cube: Cube, mask: np.ndarray[Any, Any]) -> Cube:
    """The cube with a background of exactly 0, set where it is looked at.

    Where 0 is also the cube's no-data value, the background reads as missing, which is background
    as well.

    Parameters
    ----------
    cube : Cube
    mask : array of bool or int, shape (lines, samples)
        False or 0 is background; a map of objects will do.

    Raises
    ------
    CubeError
        When the mask has another shape.
    """
    check_numbers(mask, "A mask", CubeError)
    if mask.shape != cube.shape[:2]:
        raise CubeError(
            "The mask has {shape} pixels, {name} has {lines} x {samples}; make the mask from this cube.",
            shape=" x ".join(map(str, mask.shape)),
            name=cube.name,
            lines=cube.lines,
            samples=cube.samples,
        )
    background = np.asarray(mask) == 0

    def read(lines: slice, samples: slice, bands: list[int]) -> np.ndarray[Any, Any]:
        block = np.array(cube.data[lines, samples, contiguous(bands)])
        block[background[lines, samples]] = 0
        return block

    share = float(background.mean())
    return cube.with_(
        data=WindowedArray(cube.shape, cube.data.dtype, read, cube.data),
        name=f"{cube.name} masked",
        path=None,
        notes=(
            *cube.notes,
            tr("Masked: {share} of the pixels are background (exactly 0).", share=per_cent(share, 0)),
        ),
    )


def _bands_read(cube: Cube, recipe: Recipe) -> int:
    if recipe.threshold is None:
        return cube.bands
    return len(recipe.threshold.feature.checked(cube)) + _PROBES


def _without_small(mask: BoolArray, size: float, *, diagonal: bool) -> BoolArray:
    """Remove connected parts of fewer than `size` pixels."""
    from scipy import ndimage

    parts, _ = ndimage.label(mask, ndimage.generate_binary_structure(2, 2 if diagonal else 1))
    pixels = np.bincount(parts.ravel())
    kept: BoolArray = mask & (pixels[parts] >= size)
    return kept
