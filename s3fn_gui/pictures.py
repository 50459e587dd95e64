"""Pictures of a cube: composites and single bands, drawn in worker threads."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.composite import Composite
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.display import stretch_limits
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.rendering import Rendering, compose, composed
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray
from s3fn_gui.state import Bytes, Picture

THUMBNAIL = 96
KEPT_VALUES = 48_000_000  # behind a picture: 192 MB of float32


def draw(cube: Cube, composite: Composite) -> Operation[Picture]:
    """The picture of a composite."""
    rendering = yield from composed(cube, composite)
    parts = []
    for lines in line_blocks(cube, len(rendering.bands)):
        yield Progress("picture", lines.start / cube.lines, "Drawing")
        parts.append(rendering.planes(lines))
    release(cube.data)
    return finished(rendering, parts[0] if len(parts) == 1 else np.concatenate(parts))


def draw_band(cube: Cube, composite: Composite) -> Operation[Picture]:
    """One band; quick, since it follows a slider, hence background is not told from 0."""
    band = composite.channels[0]
    yield Progress("band", 0.0, f"Reading band {band + 1}")
    rendering = compose(cube, composite)
    values = cube.band(band)
    limits = composite.limits or (stretch_limits(values),)
    planes = values[:, :, None]
    return Picture(
        rendering.shown(planes, limits), band_caption(cube, band), rendering, limits, _kept(planes)
    )


def finished(rendering: Rendering, planes: FloatArray) -> Picture:
    """The picture of all values of a composite."""
    limits = rendering.limits(planes)
    image = rendering.shown(planes, limits)
    return Picture(image, rendering.caption, rendering, limits, _kept(planes))


def band_caption(cube: Cube, band: int) -> str:
    """Number (from 1) and wavelength of a band."""
    number = f"band {band + 1} of {cube.bands}"
    if cube.wavelengths is None:
        return number
    bad = "" if cube.good_bands[band] else " (no information)"
    return f"{cube.wavelengths[band]:.1f} nm, {number}{bad}"


def thumbnail(image: Bytes) -> Bytes:
    """A small copy of a picture."""
    step = max(1, -(-max(image.shape[:2]) // THUMBNAIL))
    return np.ascontiguousarray(image[::step, ::step])


def _kept(planes: FloatArray) -> FloatArray | None:
    return planes if planes.size <= KEPT_VALUES else None
