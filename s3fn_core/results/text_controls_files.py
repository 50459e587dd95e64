"""The controls as files: a table, a record, and a picture of dots and intervals."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from s3fn_core.errors import ExportError
from s3fn_core.files import json_text, reason, whole_file, without_nan
from s3fn_core.languages import tr
from s3fn_core.results.export import file_stem
from s3fn_core.results.legend import INK, PAPER
from s3fn_core.results.text_controls import REFERENCE, TextControls, Variant

ROW, GAP, PLOT = 26, 14, 560
SIZE = 15
HEAD = tr("Held-out overall accuracy in per cent, and the interval against the descriptions")
GRID, GREY = (228, 228, 228), (140, 140, 140)
PLAIN, HEARD = (31, 122, 140), (154, 98, 0)
"""Without and with expected spectra, as in the window."""


def export_controls(controls: TextControls, folder: str | PathLike[str], stem: str) -> list[Path]:
    """Write ``STEM_controls.csv``, ``STEM_controls.json`` and ``STEM_controls.png``.

    Raises
    ------
    ExportError
        When the folder cannot be written.
    """
    record = json_text(without_nan(controls.to_json()))
    written = controls_files(folder, stem)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path in written:
            with whole_file(path) as temporary:
                if path.suffix == ".png":
                    dot_plot(controls).save(temporary, format="PNG")
                else:
                    text = controls.table() if path.suffix == ".csv" else record
                    temporary.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise ExportError(
            "The controls cannot be written to {folder}: {error}. Choose another folder.",
            folder=folder,
            error=reason(error),
        ) from error
    return written


def controls_files(folder: str | PathLike[str], stem: str) -> list[Path]:
    """The files that :func:`export_controls` writes."""
    return [Path(folder) / f"{file_stem(stem)}_controls.{kind}" for kind in ("csv", "json", "png")]


def dot_plot(controls: TextControls) -> Image.Image:
    """Overall accuracy in per cent: dots are seeds, a line is their mean.

    The bar is the interval of the difference to the descriptions as they are, drawn from their
    mean (grey line): where it does not touch that line, the difference is measurable.  Variants
    with expected spectra have another colour and say so.
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
    draw.text((GAP, GAP), HEAD, INK, font)
    reference = 0.0
    for place, (v, title) in enumerate(zip(controls.variants, titles, strict=True)):
        top = GAP + ROW * (place + 1)
        draw.text((left - GAP, top + ROW // 2), title, INK, font, anchor="rm")
        if v.name == REFERENCE:
            reference = v.mean("oa")
        x = across(100 * reference)
        _draw_interval(draw, v, reference, across, top)
        draw.line((x, top, x, top + ROW), GREY)
        _draw_variant(draw, v, across, top + ROW // 2)
    return picture


def ticks_of(controls: TextControls) -> list[float]:
    """Round per cents around all seeds of all variants, the first and last one outside."""
    values = 100 * np.concatenate([_extent(v, controls) for v in controls.variants])
    spread = max(float(np.ptp(values)), 1.0)
    step = next(s for s in (0.2, 0.5, 1, 2, 5, 10, 20, 50) if spread / s <= 8)
    first, last = np.floor(values.min() / step), np.ceil(values.max() / step)
    last = max(last, first + 1)
    return [round(step * float(k), 1) for k in np.arange(first, last + 1)]


def _extent(variant: Variant, controls: TextControls) -> list[float]:
    """All that is drawn of a variant."""
    values = list(variant.figures["oa"])
    found = variant.differences.get("oa")
    if found is not None and found.interval is not None:
        same = (v for v in controls.variants if v.expectations == variant.expectations)
        reference = next(v for v in same if v.name == REFERENCE).mean("oa")
        values += [reference + bound for bound in found.interval]
    return values


def _draw_interval(
    draw: ImageDraw.ImageDraw, variant: Variant, reference: float, across: Callable[[float], float], top: int
) -> None:
    found = variant.differences.get("oa")
    if found is not None and found.interval is not None:
        low, high = (across(100 * (reference + bound)) for bound in found.interval)
        pale = tuple(value + 2 * (255 - value) // 3 for value in _colour(variant))
        draw.rectangle((low, top + 6, high, top + ROW - 6), fill=pale)


def _colour(variant: Variant) -> tuple[int, int, int]:
    return HEARD if variant.expectations else PLAIN


def _draw_variant(
    draw: ImageDraw.ImageDraw, variant: Variant, across: Callable[[float], float], middle: int
) -> None:
    colour = _colour(variant)
    for value in variant.figures["oa"]:
        x = across(100 * value)
        draw.ellipse((x - 4, middle - 4, x + 4, middle + 4), outline=colour, width=2)
    x = across(100 * variant.mean("oa"))
    draw.line((x, middle - 9, x, middle + 9), colour, 3)
