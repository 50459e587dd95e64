"""The controls as a picture: a dot for each seed, mean and interval for each kind of words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from s3fn_core.results.controls import Controls, Variant
from s3fn_core.results.legend import INK, PAPER

ROW, GAP, PLOT = 26, 14, 560
SIZE = 15
PLAIN, HEARD, GRID = (68, 119, 170), (238, 102, 119), (222, 222, 222)
"""Without and with expected spectra, as in the window."""


def dot_plot(controls: Controls) -> Image.Image:
    """Overall accuracy in per cent: dots are seeds, the line is the mean.

    Variants with expected spectra have another colour and say so.
    """
    font = ImageFont.load_default(SIZE)
    titles = [v.heading for v in controls.variants]
    left = 2 * GAP + int(max(font.getlength(t) for t in titles))
    height = ROW * (len(titles) + 2) + 2 * GAP
    picture = Image.new("RGB", (left + PLOT + 4 * GAP, height), PAPER)
    draw = ImageDraw.Draw(picture)
    ticks = ticks_of(controls)
    low, high = ticks[0], ticks[-1]

    def across(percent: float) -> float:
        return left + PLOT * (percent - low) / (high - low)

    bottom = height - GAP - ROW
    for tick in ticks:
        draw.line((across(tick), GAP + ROW, across(tick), bottom), GRID)
        draw.text((across(tick), bottom + 4), f"{tick:g}", INK, font, anchor="ma")
    draw.text((GAP, GAP), "Held-out overall accuracy in per cent", INK, font)
    for place, (v, title) in enumerate(zip(controls.variants, titles, strict=True)):
        middle = GAP + ROW * (place + 1) + ROW // 2
        draw.text((left - GAP, middle), title, INK, font, anchor="rm")
        _draw_variant(draw, v, across, middle)
    return picture


def ticks_of(controls: Controls) -> list[float]:
    """Round per cents around all seeds of all variants, the first and last one outside."""
    values = 100 * np.concatenate([v.figures["oa"] for v in controls.variants])
    spread = max(float(np.ptp(values)), 1.0)
    step = next(s for s in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if spread / s <= 8)
    first, last = np.floor(values.min() / step), np.ceil(values.max() / step)
    last = max(last, first + 1)
    return [round(step * float(k), 1) for k in np.arange(first, last + 1)]


def _draw_variant(
    draw: ImageDraw.ImageDraw, variant: Variant, across: Callable[[float], float], middle: int
) -> None:
    colour = HEARD if variant.expectations else PLAIN
    for value in variant.figures["oa"]:
        x = across(100 * value)
        draw.ellipse((x - 4, middle - 4, x + 4, middle + 4), outline=colour, width=2)
    x = across(100 * variant.mean("oa"))
    draw.line((x, middle - 9, x, middle + 9), colour, 3)
