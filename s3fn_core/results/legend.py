"""A classification map as a picture that explains itself: title, map, legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from s3fn_core.types import FloatArray, IdArray

PAPER, INK = 255, 20
GREYS = 16
"""Shades between ink and paper, of which letters are made."""
SMALLEST_SIDE = 480  # pixels; smaller maps are magnified by a whole number
LegendRow = tuple[int, str, str]
"""Value, name, figure."""


def map_picture(ids: IdArray, palette: IdArray, title: str, rows: Sequence[LegendRow]) -> Image.Image:
    """Draw a classification map with its title above and its legend at the right.

    The picture has a palette, and where the map is, its values are the ids: a style of the classes, as
    QGIS takes it from a file beside, fits it too.  Only where so many colours leave no room for letters
    it has none.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    palette : array of uint8, shape (values, 3)
        Colour of each id, from 0 on.
    title : str
    rows : sequence of (value, name, figure)
        The legend from top to bottom.
    """
    map_values = _magnified(ids)
    lines, samples = map_values.shape
    size = int(np.clip(lines / 28, 15, 48))
    font = ImageFont.load_default(size)
    gap = size // 2
    name_width = max((_width(font, name) for _, name, _ in rows), default=0)
    figure_width = max((_width(font, figure) for *_, figure in rows), default=0)
    legend_width = size + gap + name_width + 2 * gap + figure_width
    head = 2 * size
    width = max(3 * gap + samples + legend_width + gap, _width(font, title) + 2 * gap)
    height = head + max(lines, len(rows) * (size + gap)) + gap
    canvas = Image.new("L", (width, height), PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((gap, head // 2), title, INK, font, anchor="lm")
    left = 3 * gap + samples
    boxes = []
    for index, (value, name, figure) in enumerate(rows):
        top = head + index * (size + gap)
        draw.rectangle((left, top, left + size, top + size), outline=INK)
        boxes.append((slice(top + 1, top + size), slice(left + 1, left + size), value))
        middle = top + size // 2
        draw.text((left + size + gap, middle), name, INK, font, anchor="lm")
        draw.text((left + legend_width, middle), figure, INK, font, anchor="rm")
    shades = np.linspace(INK, PAPER, GREYS).round().astype(np.uint8)
    steps = np.round((np.arange(256) - INK) / (PAPER - INK) * (GREYS - 1)).clip(0, GREYS - 1)
    values = (len(palette) + steps).astype(np.uint16)[np.asarray(canvas)]
    values[head : head + lines, gap : gap + samples] = map_values
    for down, across, value in boxes:
        values[down, across] = value
    return _colored(values, np.vstack([palette, np.repeat(shades[:, None], 3, axis=1)]))


def grey_picture(shares: FloatArray) -> Image.Image:
    """Shares 0..1 as grey levels 0..255, one pixel each."""
    return Image.fromarray(np.round(np.clip(shares, 0, 1) * 255).astype(np.uint8))


def _colored(values: npt.NDArray[np.uint16], colours: IdArray) -> Image.Image:
    if len(colours) > 256:
        return Image.fromarray(colours[values])
    picture = Image.fromarray(values.astype(np.uint8), "P")
    picture.putpalette(colours.tobytes(), "RGB")
    return picture


def _magnified(ids: IdArray) -> IdArray:
    factor = -(-SMALLEST_SIDE // max(ids.shape))
    return ids.repeat(factor, axis=0).repeat(factor, axis=1)


def _width(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> int:
    return int(np.ceil(font.getlength(text)))
