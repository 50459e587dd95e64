"""A classification map as a picture that explains itself: title, map, legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from s3fn_core.types import FloatArray, IdArray

PAPER = (255, 255, 255)
INK = (20, 20, 20)
SMALLEST_SIDE = 480  # pixels; smaller maps are magnified by a whole number
LegendRow = tuple[tuple[int, int, int], str, str]
"""Colour, name, figure."""


def map_picture(ids: IdArray, palette: IdArray, title: str, rows: Sequence[LegendRow]) -> Image.Image:
    """Draw a classification map with its title above and its legend at the right.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    palette : array of uint8, shape (256, 3)
        Colour of each id.
    title : str
    rows : sequence of (colour, name, figure)
        The legend from top to bottom.
    """
    picture = _magnified(Image.fromarray(palette[ids]))
    size = int(np.clip(picture.height / 28, 15, 48))
    font = ImageFont.load_default(size)
    gap = size // 2
    name_width = max((_width(font, name) for _, name, _ in rows), default=0)
    figure_width = max((_width(font, figure) for *_, figure in rows), default=0)
    legend_width = size + gap + name_width + 2 * gap + figure_width
    head = 2 * size
    width = max(3 * gap + picture.width + legend_width + gap, _width(font, title) + 2 * gap)
    height = head + max(picture.height, len(rows) * (size + gap)) + gap
    canvas = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((gap, head // 2), title, INK, font, anchor="lm")
    canvas.paste(picture, (gap, head))
    left = 3 * gap + picture.width
    for index, (color, name, figure) in enumerate(rows):
        top = head + index * (size + gap)
        draw.rectangle((left, top, left + size, top + size), fill=color, outline=INK)
        middle = top + size // 2
        draw.text((left + size + gap, middle), name, INK, font, anchor="lm")
        draw.text((left + legend_width, middle), figure, INK, font, anchor="rm")
    return canvas


def grey_picture(shares: FloatArray) -> Image.Image:
    """Shares 0..1 as grey levels 0..255, one pixel each."""
    return Image.fromarray(np.round(np.clip(shares, 0, 1) * 255).astype(np.uint8))


def _magnified(image: Image.Image) -> Image.Image:
    factor = -(-SMALLEST_SIDE // max(image.size))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def _width(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> int:
    return int(np.ceil(font.getlength(text)))
