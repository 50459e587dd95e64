"""Work on masks for worker threads; nothing here touches a widget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.treating.features import Component, Feature, principal_components
from s3fn_core.cubes.treating.mask import Recipe, otsu, preview, sampled_values
from s3fn_core.cubes.treating.masking import ObjectsEdit, corrected
from s3fn_core.cubes.treating.objects import Numbers, ObjectRow, Splitting, object_table
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_core.cubes.windows import line_blocks, sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.labels.exchange import write_objects
from s3fn_core.labels.rasters import Place
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray
from s3fn_gui.masks.values import COMPONENTS, Background, Values

BINS = 96
SPREAD, FEW = 8, 4000  # bands and pixels that tell how much was blanked


def components(cube: Cube) -> Operation[tuple[Component, ...]]:
    """The principal components that a mask may look at."""
    yield Progress("mask", 0.0, "Principal components")
    return principal_components(cube, COMPONENTS)


def measure(cube: Cube, feature: Feature) -> Operation[Values]:
    """Histogram and Otsu's threshold of a grey image."""
    yield Progress("mask", 0.0, "Looking at the values")
    values = sampled_values(cube, feature)
    if not values.size:
        raise CubeError(f"{cube.name}: nothing was measured here; choose another band.")
    low, high = (float(value) for value in np.percentile(values, (0.1, 99.9)))
    if not low < high:
        low, high = low - 0.5, low + 0.5
    yield Progress("mask", 0.5, "Looking for a threshold")
    counts = np.histogram(values, BINS, (low, high))[0].astype(np.int64)
    spread = np.linspace(0, cube.bands - 1, min(SPREAD, cube.bands)).round().astype(int).tolist()
    blank = 1 - float(valid_pixels(sample_pixels(cube, spread, FEW)[None]).mean())
    return Values(cube, feature, counts, low, high, otsu(values), blank)


def see(cube: Cube, recipe: Recipe, lines: slice, samples: slice) -> Operation[Background]:
    """What the recipe leaves of a window."""
    mask = yield from preview(cube, recipe, lines, samples)
    return Background((~mask).view(np.uint8), lines.start, samples.start)


def draw_ground(cube: Cube, picture: Picture) -> Operation[ByteImage]:
    """A picture of another state of the same cube, with the same limits."""
    rendering = replace(picture.rendering, cube=cube)
    parts = []
    for lines in line_blocks(cube, len(rendering.bands)):
        yield Progress("ground", lines.start / cube.lines, "Drawing")
        parts.append(rendering.shown(rendering.planes(lines), picture.limits))
    return np.concatenate(parts)


def list_objects(mask: Mask) -> Operation[tuple[ObjectRow, ...]]:
    """The table of a mask's objects."""
    yield Progress("mask", 0.0, "Listing the objects")
    return object_table(mask.objects)


def number(objects: Numbers, mask: BoolArray, splitting: Splitting) -> Operation[ObjectsEdit | None]:
    """What a correction by hand makes of the objects."""
    yield Progress("mask", 0.0, "Numbering the objects")
    return ObjectsEdit.between(objects, corrected(objects, mask, splitting))


def write(objects: Numbers, path: Path, place: Place | None) -> Operation[Path]:
    """Write a map of objects."""
    yield Progress("export", 0.0, f"Writing {path.name}")
    write_objects(objects, path, place)
    return path
