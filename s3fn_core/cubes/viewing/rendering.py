"""Rendering a composite: the values and the picture of any window of a cube."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.colour import colour_matrix, encode_srgb
from s3fn_core.cubes.viewing.components import Components, Method, fit_components
from s3fn_core.cubes.viewing.composite import FITTED, Composite
from s3fn_core.cubes.viewing.display import ByteImage, Limits, rgb_caption, stretch_limits, to_bytes
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_core.types import FloatArray

_BLOCK_BYTES = 32 << 20  # of float32, read at once
_SAMPLE = 256  # lines and samples that decide a stretch, at least
_TONES = 1 << 16  # between black and white, before gamma
Steps = npt.NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Rendering:
    """A composite of one cube, ready to give any window of its picture.

    Attributes
    ----------
    cube : Cube
    composite : Composite
    caption : str
        What is shown, for the screen.
    bands : tuple of int
        The bands that are read.
    combine : callable
        From these bands, shape (lines, samples, bands), to the planes of the picture.
    components : Components or None
        What PCA and MNF found, to make other pictures of it without looking at the cube again.
    """

    cube: Cube
    composite: Composite
    caption: str
    bands: tuple[int, ...]
    combine: Callable[[FloatArray], FloatArray]
    components: Components | None = None

    def planes(self, lines: slice = slice(None), samples: slice = slice(None)) -> FloatArray:
        """The values behind the picture, shape (lines, samples, 3), or 1 where it is grey.

        True colour is linear sRGB.  NaN where nothing was measured (see
        :func:`~s3fn_core.cubes.cube.valid_pixels`, of the bands that are read) or the values have
        no quotient.  Slices may have a step, for an overview.
        """
        rows = range(self.cube.lines)[lines]
        width = len(range(self.cube.samples)[samples])
        if rows.step < 0:
            raise ValueError("windows are read from the first line to the last")
        height = max(1, _BLOCK_BYTES // (4 * max(1, width) * len(self.bands)))
        bands = _bands_index(self.bands)
        planes = []
        for start in range(0, max(1, len(rows)), height):
            part = rows[start : start + height]
            block = self.cube.window(slice(part.start, part.stop, part.step), samples, bands)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                values = self.combine(block)
            # Background is 0 in every band; NaN counts as true here, and stays NaN in the values.
            measured = block.any(axis=2, keepdims=True)
            values[~(measured & np.isfinite(values))] = np.nan
            planes.append(values)
        return np.concatenate(planes)

    def limits(self, planes: FloatArray | None = None) -> tuple[Limits, ...]:
        """The composite's own limits, else a stretch by `planes`, or by a sample of the picture.

        True colour keeps its hues: black is 0, and all three channels share one white.
        """
        if self.composite.limits:
            return self.composite.limits
        if planes is None:
            lines, samples = (max(1, size // _SAMPLE) for size in self.cube.shape[:2])
            planes = self.planes(slice(None, None, lines), slice(None, None, samples))
        ends = (self.composite.cut, 100 - self.composite.cut)
        if self.composite.kind == "true":
            white = stretch_limits(np.nan_to_num(planes).max(axis=2), *ends)[1]
            return ((0.0, white if white > 0 else 1.0),)
        return tuple(stretch_limits(planes[:, :, i], *ends) for i in range(planes.shape[2]))

    def image(
        self,
        lines: slice = slice(None),
        samples: slice = slice(None),
        limits: tuple[Limits, ...] | None = None,
    ) -> ByteImage:
        """The picture, shape (lines, samples, 3), or (lines, samples) where it is grey.

        `limits` spare a viewer that draws window by window the work of finding them each time.
        What was not measured is black.
        """
        return self.shown(self.planes(lines, samples), limits or self.limits())

    def shown(self, planes: FloatArray, limits: tuple[Limits, ...]) -> ByteImage:
        """The picture of values that :meth:`planes` gave, stretched between `limits`."""
        count = planes.shape[2]
        picture = np.empty(planes.shape, np.uint8)
        for channel, (black, white) in enumerate(limits if len(limits) == count else limits * count):
            picture[:, :, channel] = self._toned(planes[:, :, channel], (black, white))
        return picture if count == 3 else picture[:, :, 0]

    def _toned(self, plane: FloatArray, limits: Limits) -> ByteImage:
        gamma, true = self.composite.gamma, self.composite.kind == "true"
        if gamma == 1 and not true:
            return to_bytes(plane, limits)
        # Powers of millions of values would take longer than a limit that is dragged may wait.
        tones = np.linspace(0, 1, _TONES, dtype=np.float32)
        if true:
            tones = encode_srgb(tones)
        shown = to_bytes(tones ** np.float32(1 / gamma), (0.0, 1.0))
        return shown[_steps(plane, limits)]


def _steps(plane: FloatArray, limits: Limits) -> Steps:
    """Values between two limits as 0 to _TONES - 1; missing values become 0."""
    black, white = limits
    with np.errstate(over="ignore", invalid="ignore"):  # limits beyond float32
        scaled = np.subtract(plane, np.float32(black), dtype=np.float32)
        scaled *= np.float32((_TONES - 1) / (white - black))
    np.fmax(scaled, 0.0, out=scaled)  # the number, where one of the two is missing
    np.fmin(scaled, _TONES - 1, out=scaled)
    return scaled.astype(np.uint16)


def _bands_index(bands: tuple[int, ...]) -> list[int] | slice:
    """A slice where the bands follow each other: a memory map then copies nothing twice."""
    if bands == tuple(range(bands[0], bands[0] + len(bands))):
        return slice(bands[0], bands[0] + len(bands))
    return list(bands)


@checked(CubeError)
def compose(cube: Cube, composite: Composite, components: Components | None = None) -> Rendering:
    """Prepare a composite that needs no statistics of the image, or has been given them.

    Parameters
    ----------
    cube : Cube
    composite : Composite
    components : Components, optional
        For PCA and MNF: what :func:`~s3fn_core.cubes.components.fit_components` found.

    Raises
    ------
    CubeError
        When the cube has no such bands or components, or no true colour.
    """
    if composite.kind == "true":
        return _true_colour(cube, composite)
    if composite.kind in FITTED:
        return _of_components(cube, composite, components)
    channels = composite.channels
    if max(channels) >= cube.bands:
        raise CubeError(
            "{name} has bands 1 to {bands}; a composite with band {band} cannot be shown. Choose "
            "other bands.",
            name=cube.name,
            bands=cube.bands,
            band=max(channels) + 1,
        )
    first, last = (_band_name(cube, channel) for channel in (channels[0], channels[-1]))
    if composite.kind == "false":
        return Rendering(cube, composite, rgb_caption(cube, channels), channels, np.copy)
    if composite.kind == "band":
        return Rendering(cube, composite, first, channels, np.copy)
    if composite.kind == "ratio":
        return Rendering(cube, composite, f"{first} / {last}", channels, _ratio)
    caption = f"({first} - {last}) / ({first} + {last})"
    return Rendering(cube, composite, caption, channels, _normalised_difference)


@checked(CubeError)
def composed(cube: Cube, composite: Composite, components: Components | None = None) -> Operation[Rendering]:
    """Prepare any composite; PCA and MNF look at lines spread over the cube first.

    `components` of the same method that were found for this cube before spare that.
    """
    if composite.kind in FITTED and (components is None or components.method != composite.kind):
        method = cast(Method, composite.kind)
        components = yield from fit_components(cube, method, cube.bands)
    return compose(cube, composite, components)


def _true_colour(cube: Cube, composite: Composite) -> Rendering:
    matrix = colour_matrix(cube.wavelengths, cube.good_bands, composite.illuminant)
    bands = np.flatnonzero(matrix.any(axis=1))
    weights = matrix[bands]
    return Rendering(
        cube,
        composite,
        tr("true colour under {illuminant}", illuminant=composite.illuminant),
        tuple(bands.tolist()),
        lambda block: np.matmul(block, weights),
    )


def _of_components(cube: Cube, composite: Composite, components: Components | None) -> Rendering:
    name = composite.kind.upper()
    if components is None or components.method != composite.kind:
        raise CubeError(
            "{method}: the components of {cube} have to be computed first.", method=name, cube=cube.name
        )
    available = components.matrix.shape[1]
    if max(composite.channels) >= available or max(components.bands) >= cube.bands:
        raise CubeError(
            "{cube} has {available} components of {method}; component {component} was asked for. "
            "Choose others.",
            cube=cube.name,
            available=available,
            method=name,
            component=max(composite.channels) + 1,
        )
    chosen = list(composite.channels)
    mean, matrix = components.mean, np.ascontiguousarray(components.matrix[:, chosen])
    return Rendering(
        cube,
        composite,
        f"{name} {'/'.join(str(channel + 1) for channel in chosen)}",
        components.bands,
        lambda block: np.matmul(block - mean, matrix),
        components,
    )


def _band_name(cube: Cube, band: int) -> str:
    if cube.wavelengths is None:
        return tr("band {number}", number=band + 1)
    return f"{cube.wavelengths[band]:.0f} nm"


def _ratio(block: FloatArray) -> FloatArray:
    return block[:, :, :1] / block[:, :, 1:]


def _normalised_difference(block: FloatArray) -> FloatArray:
    a, b = block[:, :, :1], block[:, :, 1:]
    difference: FloatArray = (a - b) / (a + b)
    return difference
