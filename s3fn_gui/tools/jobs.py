"""What tools have computed in the background."""

from __future__ import annotations

import math

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.similar import grown, superpixels
from s3fn_core.labels.packing import trimmed
from s3fn_core.labels.shapes import Box
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import BoolArray, FloatArray
from s3fn_gui.drawing_state import Superpixels
from s3fn_gui.state import Position


def grow(angles: FloatArray, seed: Position, degrees: float) -> Operation[tuple[Box, BoolArray]]:
    """The connected pixels around a seed whose spectral angle is small enough, and their box."""
    yield Progress("grow", 0.0, "Growing")
    region = grown(angles, seed, math.radians(degrees))
    lines, samples = region.shape
    return trimmed((0, 0, lines, samples), region)


def divide(cube: Cube, size: int) -> Operation[Superpixels]:
    """The superpixels of a cube, with the box of each."""
    from scipy.ndimage import find_objects

    numbers = yield from superpixels(cube, size)
    places = tuple(
        (0, 0, 0, 0) if place is None else (place[0].start, place[1].start, place[0].stop, place[1].stop)
        for place in find_objects(numbers)
    )
    return Superpixels(cube, size, numbers, places)
