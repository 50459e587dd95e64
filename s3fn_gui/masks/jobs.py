"""Work on masks for worker threads; nothing here touches a widget."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import Component, principal_components
from s3fn_core.cubes.treating.mask import Recipe, preview
from s3fn_core.cubes.treating.masking import ObjectsEdit, corrected
from s3fn_core.cubes.treating.objects import Numbers, ObjectRow, Splitting, object_table
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.labels.exchange import write_objects
from s3fn_core.labels.rasters import Place
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray
from s3fn_gui.masks.values import COMPONENTS, Background


def components(cube: Cube) -> Operation[tuple[Component, ...]]:
    """The principal components that a mask may look at."""
    yield Progress("mask", 0.0, "Principal components")
    return principal_components(cube, COMPONENTS)


def see(cube: Cube, recipe: Recipe, lines: slice, samples: slice) -> Operation[Background]:
    """What the recipe leaves of a window."""
    mask = yield from preview(cube, recipe, lines, samples)
    return Background((~mask).view(np.uint8), lines.start, samples.start)


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
