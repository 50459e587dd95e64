"""Pictures of a cube: composites and single bands, drawn in worker threads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.viewing.components import Components
from s3fn_core.cubes.viewing.composite import FITTED, Composite
from s3fn_core.cubes.viewing.display import ByteImage, Limits, default_rgb
from s3fn_core.cubes.viewing.rendering import Rendering, compose, composed
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import FloatArray

Stored = np.ndarray[Any, np.dtype[Any]]
THUMBNAIL = 96
TABLE_SAMPLE = 100_000  # pixels that decide a stretch
FITTING_SHARE = 0.5  # of the progress, where statistics come first
FIRST_VALUES = 12_000_000  # read for a first picture at most: about a tenth of a second
KEPT_VALUES = 48_000_000  # behind a picture: 192 MB of float32


def draw(cube: Cube, composite: Composite, components: Components | None = None) -> Operation[Picture]:
    """The picture of a composite; `components` that are known already spare their statistics."""
    preparing = composed(cube, composite, components)
    fitting = composite.kind in FITTED and components is None
    start = FITTING_SHARE if fitting else 0.0
    rendering = yield from scaled(preparing, 0.0, start)
    return (yield from scaled(rendered(rendering), start, 1.0))


def first_rendering(cube: Cube, composite: Composite) -> Rendering:
    """The composite where that is quick, else three bands."""
    if composite.kind not in FITTED:
        wanted = compose(cube, composite)
        if len(wanted.bands) * cube.lines * cube.samples <= FIRST_VALUES:
            return wanted
    return compose(cube, Composite("false", default_rgb(cube)[0]))


def rendered(rendering: Rendering) -> Operation[Picture]:
    """The picture of a composite, block by block.

    The values behind a large picture are not kept; a sample of them decides its stretch.
    """
    cube = rendering.cube
    if 3 * cube.lines * cube.samples > KEPT_VALUES:
        return (yield from _by_blocks(rendering))
    parts = []
    for lines in line_blocks(cube, len(rendering.bands)):
        yield Progress("picture", lines.start / cube.lines, tr("Drawing"))
        parts.append(rendering.planes(lines))
    release(cube.data)
    return finished(rendering, parts[0] if len(parts) == 1 else np.concatenate(parts))


def _by_blocks(rendering: Rendering) -> Operation[Picture]:
    limits = rendering.limits()
    image = []
    for lines in line_blocks(rendering.cube, len(rendering.bands)):
        yield Progress("picture", lines.start / rendering.cube.lines, tr("Drawing"))
        image.append(rendering.image(lines, limits=limits))
        release(rendering.cube.data)
    return Picture(np.concatenate(image), caption(rendering), rendering, limits)


def draw_band(cube: Cube, composite: Composite) -> Operation[Picture]:
    """One band; quick, since it follows a slider, hence background is not told from 0."""
    band = composite.channels[0]
    yield Progress("band", 0.0, tr("Reading band {band}", band=band + 1))
    rendering = compose(cube, composite)
    if composite.cut > 0 or composite.limits:
        stored = np.asarray(cube.data[:, :, slice(band, band + 1)])
        if stored.dtype.kind in "iu" and stored.dtype.itemsize <= 2:
            return _by_table(rendering, stored)
    return finished(rendering, cube.band(band)[:, :, None])


def _by_table(rendering: Rendering, stored: Stored) -> Picture:
    """A band of few possible values: each is stretched once, and every pixel looks its own up.

    Several times quicker than to turn all pixels into numbers first; those are not kept.
    """
    cube, width = rendering.cube, stored.dtype.itemsize
    native = stored.dtype.newbyteorder("=")
    possible = np.arange(256**width, dtype=f"u{width}").view(native)
    values = possible.astype(np.float32)
    if cube.nodata is not None:
        values[possible == cube.nodata] = np.nan
    values *= np.float32(cube.scale)
    codes = np.ascontiguousarray(stored[:, :, 0], native).view(f"u{width}")
    some = codes.ravel()[:: max(1, codes.size // TABLE_SAMPLE)]
    limits = rendering.limits(values[some][:, None, None])
    table = rendering.shown(values[:, None, None], limits)[:, 0]
    return Picture(np.take(table, codes), caption(rendering), rendering, limits)


def finished(rendering: Rendering, planes: FloatArray) -> Picture:
    """The picture of all values of a composite."""
    limits = rendering.limits(planes)
    image = rendering.shown(planes, limits)
    return Picture(image, caption(rendering), rendering, limits, _kept(planes))


def stretched(picture: Picture, composite: Composite) -> Operation[Picture]:
    """The same values in another stretch; read again where the picture is too large to keep."""
    yield Progress("picture", 0.0, tr("Drawing"))
    rendering = replace(picture.rendering, composite=composite)
    if picture.planes is None:
        again = draw_band(rendering.cube, composite) if composite.kind == "band" else None
        return (yield from again or rendered(rendering))
    return finished(rendering, picture.planes)


def redrawn(picture: Picture, cube: Cube) -> Operation[ByteImage]:
    """The same picture, with the same limits, of `cube`, which is that cube in another state."""
    rendering = replace(picture.rendering, cube=cube)
    parts = []
    for lines in line_blocks(cube, len(rendering.bands)):
        yield Progress("picture", lines.start / cube.lines, tr("Drawing"))
        parts.append(rendering.shown(rendering.planes(lines), picture.limits))
    return np.concatenate(parts)


def caption(rendering: Rendering) -> str:
    """What is shown; of the stretch only what was set by hand."""
    composite = rendering.composite
    parts = [rendering.caption]
    if composite.kind == "band":
        parts = [band_caption(rendering.cube, composite.channels[0])]
    if len(composite.limits) == 1:
        black, white = composite.limits[0]
        parts.append(tr("{black:.4g} to {white:.4g}", black=black, white=white))
    elif composite.limits:
        parts.append(tr("limits by hand"))
    if composite.gamma != 1:
        parts.append(tr("gamma {gamma:.2f}", gamma=composite.gamma))
    return ", ".join(parts)


def band_caption(cube: Cube, band: int) -> str:
    """Number (from 1) and wavelength of a band."""
    number = tr("band {number} of {bands}", number=band + 1, bands=cube.bands)
    if cube.wavelengths is None:
        return number
    told = f"{cube.wavelengths[band]:.1f} nm, {number}"
    return told if cube.good_bands[band] else tr("{band} (no information)", band=told)


def thumbnail(image: ByteImage) -> ByteImage:
    """A small copy of a picture, shape (lines, samples, 3) also of a grey one."""
    step = max(1, -(-max(image.shape[:2]) // THUMBNAIL))
    small = image[::step, ::step]
    return np.ascontiguousarray(small if small.ndim == 3 else np.repeat(small[:, :, None], 3, 2))


def _kept(planes: FloatArray) -> FloatArray | None:
    return planes if planes.size <= KEPT_VALUES else None


@dataclass(frozen=True, eq=False)
class Picture:
    """What the canvas shows, and what it was made from.

    Attributes
    ----------
    image : array of uint8, shape (lines, samples) or (lines, samples, 3)
    caption : str
    rendering : Rendering
        Makes it again, with other limits or of another window.
    limits : tuple of (black, white)
        In use, see :attr:`Composite.limits`.
    planes : array of float32, shape (lines, samples, 1 or 3), or None
        The values behind it; None where they would take too much memory.
    """

    image: ByteImage
    caption: str
    rendering: Rendering
    limits: tuple[Limits, ...]
    planes: FloatArray | None = None

    @property
    def composite(self) -> Composite:
        """What it shows."""
        return self.rendering.composite
