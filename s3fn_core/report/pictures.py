"""Pictures that lie in a page: PNG and SVG as data, so that the page needs no other file."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.thumbnail import ByteImage
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import default_rgb
from s3fn_core.cubes.viewing.picture import draw
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.learning.split_preview import LEFT_OUT, TESTED, TRAINED
from s3fn_core.progress import run
from s3fn_core.types import FloatArray, IdArray

LARGEST, SMALLEST = 900, 360
"""Pixels of the longer side: larger pictures leave out pixels, smaller ones are magnified."""
DIMMED = 0.45
BACKGROUND = (232, 232, 232)
ROLE_COLORS = {TRAINED: "#0072b2", TESTED: "#e69f00", LEFT_OUT: "#999999"}
"""From the palette of Okabe and Ito, which colour-blind people can tell apart."""
ROLE_NAMES = {TRAINED: tr("training"), TESTED: tr("held out"), LEFT_OUT: tr("left out in this round")}
Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Picture:
    """A picture for an ``img`` element: its data URI, and its size in CSS pixels."""

    uri: str
    width: int
    height: int

    def within(self, width: int) -> Picture:
        """The same picture, shown at most so wide."""
        scale = min(1.0, width / self.width)
        return replace(self, width=round(scale * self.width), height=max(1, round(scale * self.height)))


def cube_picture(cube: Cube) -> ByteImage:
    """Three bands of a cube, at most :data:`LARGEST` on a side, shape (lines, samples, 3)."""
    every = _every(cube.shape[:2])
    thinner = cube[::every, ::every] if every > 1 else cube
    picture = run(draw(thinner, Composite("false", default_rgb(cube)[0]))).image
    return np.ascontiguousarray(picture[..., :3])


def caption(cube: Cube) -> str:
    """Which bands the picture of a cube shows."""
    text = default_rgb(cube)[1]
    return text[:1].upper() + text[1:]


def class_picture(ids: IdArray, classes: ClassSet) -> ByteImage:
    """A map in the colours of its classes."""
    every = _every(ids.shape)
    picture: ByteImage = _palette({c.id: c.rgb for c in classes})[ids[::every, ::every]]
    return picture


def marked(ids: IdArray, colors: Mapping[int, tuple[int, int, int]], ground: ByteImage) -> ByteImage:
    """Where `ids` is not 0 its colours, else the picture of the cube, dimmed.

    Single pixels survive: a pixel of a thinned picture shows the largest id of those that it stands for.
    """
    every = _every(ids.shape)
    lines, samples = ground.shape[:2]
    padded = np.zeros((lines * every, samples * every), ids.dtype)
    padded[: ids.shape[0], : ids.shape[1]] = ids
    shown = padded.reshape(lines, every, samples, every).max((1, 3))
    dimmed = (255 - DIMMED * (255 - ground.mean(2, keepdims=True))).astype(np.uint8).repeat(3, 2)
    picture: ByteImage = np.where(shown[..., None] > 0, _palette(colors)[shown], dimmed)
    return picture


def grey(values: FloatArray, top: float) -> ByteImage:
    """Values 0..top as grey levels, shape (lines, samples, 3)."""
    every = _every(values.shape)
    shares = np.nan_to_num(values[::every, ::every]) / top
    levels: ByteImage = np.round(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    return levels[..., None].repeat(3, 2)


def as_png(image: ByteImage) -> Picture:
    """Magnified by a whole number where it is small."""
    zoom = max(1, -(-SMALLEST // max(image.shape[:2])))
    large = image.repeat(zoom, 0).repeat(zoom, 1)
    stored = io.BytesIO()
    Image.fromarray(large).save(stored, "png", optimize=True)
    data = base64.b64encode(stored.getvalue()).decode("ascii")
    return Picture(f"data:image/png;base64,{data}", large.shape[1], large.shape[0])


def as_svg(text: str, width: int, height: int) -> Picture:
    """An SVG document."""
    data = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return Picture(f"data:image/svg+xml;base64,{data}", width, height)


def rgb(color: str) -> tuple[int, int, int]:
    """Of "#rrggbb"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _every(shape: tuple[int, ...]) -> int:
    return max(1, -(-max(shape[:2]) // LARGEST))


def _palette(colors: Mapping[int, tuple[int, int, int]]) -> ByteImage:
    """A colour for each id, shape (256, 3)."""
    table = np.tile(np.array(BACKGROUND, np.uint8), (256, 1))
    for value, color in colors.items():
        table[value] = color
    return table
