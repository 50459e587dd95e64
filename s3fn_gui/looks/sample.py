"""Values behind a picture, for its histogram."""

from __future__ import annotations

import math

from s3fn_core.cubes.pages import release
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray
from s3fn_gui.state import Picture

SAMPLE = 30_000  # pixels: counted within a millisecond, and more would draw the same curve


def sample(picture: Picture) -> Operation[FloatArray]:
    """Some of a picture's values, shape (pixels, 1 or 3); NaN where nothing was measured."""
    yield Progress("histogram", 0.0, "Histogram")
    lines, samples = picture.image.shape[:2]
    every = max(1, math.ceil(math.sqrt(lines * samples / SAMPLE))) | 1  # even steps see stripes
    rows, columns = (slice(min(every // 2, n - 1), None, every) for n in (lines, samples))
    if picture.planes is None:
        planes = picture.rendering.planes(rows, columns)
        release(picture.rendering.cube.data)
    else:
        planes = picture.planes[rows, columns]
    values: FloatArray = planes.reshape(-1, planes.shape[2]).copy()
    return values
