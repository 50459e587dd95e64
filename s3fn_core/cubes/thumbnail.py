"""A small picture of a cube, from arrays: three bands, stretched, and as HTML for notebooks."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

ByteImage = npt.NDArray[np.uint8]
Limits = tuple[float, float]
SIDE = 240
"""Pixels of the longer side, at most."""
TOLERANCE = 20.0
"""nm between a colour and the band that shows it."""
_SAMPLE = 100_000  # values that decide a stretch; more would change nothing one can see
# Where the eye's three cones respond most (as used for true colour of field spectrometers), and
# the colour-infrared of aerial photography: near infrared, red, green.
_TRUE = (640.0, 550.0, 460.0)
_INFRARED = (860.0, 650.0, 550.0)
_TABLE = "border-collapse:collapse;text-align:left"
_CELL = "text-align:left;padding:1px 12px 1px 0"


def stretch_limits(band: FloatArray, low: float = 2.0, high: float = 98.0) -> Limits:
    """Values to show as black and white.

    Parameters
    ----------
    band : array
        Missing values (NaN) and background (exactly 0) do not count.
    low, high : float
        Percentiles, of a sample where there are many values; 0 and 100 are found among all.

    Returns
    -------
    (black, white) : tuple of float
        With black < white, also for constant or empty bands.
    """
    values = np.asarray(band).ravel()
    if (low, high) != (0, 100):
        values = values[:: max(1, values.size // _SAMPLE)]
    values = values[np.isfinite(values) & (values != 0)]
    if not values.size:
        return 0.0, 1.0
    if (low, high) == (0, 100):
        black, white = float(values.min()), float(values.max())
    else:
        black, white = (float(v) for v in np.percentile(values, (low, high)))
    if not white > black:
        # Half a unit in the last place of a float32 would still be an empty interval.
        margin = max(abs(black), 1.0) * 1e-3
        black, white = black - margin, white + margin
    return black, white


def to_bytes(band: FloatArray, limits: Limits) -> ByteImage:
    """Stretch values to 0..255; missing values become 0.

    Parameters
    ----------
    band : array of float, any shape
    limits : (black, white)
    """
    black, white = limits
    scaled = np.subtract(band, np.float32(black), dtype=np.float32)
    scaled *= np.float32(255.0 / (white - black))
    np.fmax(scaled, 0.0, out=scaled)  # the number, where one of the two is missing
    np.fmin(scaled, 255.0, out=scaled)
    return scaled.astype(np.uint8)


def rgb_bands(
    wavelengths: Wavelengths | None, good_bands: BoolArray, proposed: Sequence[int] = ()
) -> tuple[tuple[int, int, int], str]:
    """Three bands for red, green and blue, and whether they are a true or a false colour.

    True colour only where there are good bands at the three wavelengths of colour; else a false
    colour.  Without wavelengths the bands that the file proposes.
    """
    proposed = [band for band in proposed if band < len(good_bands)]
    if wavelengths is None and len(proposed) == 3:
        red, green, blue = proposed
        return (red, green, blue), tr("false colour")
    good = np.flatnonzero(good_bands)
    if not good.size:
        good = np.arange(len(good_bands))
    if wavelengths is not None:
        for name, colours in ((tr("true colour"), _TRUE), (tr("false colour"), _INFRARED)):
            distance = np.abs(wavelengths[good, None] - np.array(colours))
            if np.all(distance.min(axis=0) <= TOLERANCE):
                red, green, blue = (int(good[i]) for i in distance.argmin(axis=0))
                return (red, green, blue), name
        good = good[np.argsort(wavelengths[good], kind="stable")]
    # Long wavelengths as red, and not the outermost bands, which are noisy in most sensors.
    red, green, blue = (int(good[round(share * (len(good) - 1))]) for share in (0.8, 0.5, 0.2))
    return (red, green, blue), tr("false colour")


def thinned(lines: int, samples: int) -> tuple[slice, slice]:
    """Lines and samples that are enough for a thumbnail."""
    every = max(1, -(-max(lines, samples) // SIDE))
    return slice(None, None, every), slice(None, None, every)


def stretched(planes: FloatArray) -> ByteImage:
    """Values (lines, samples, 3) as a picture, each plane by its own stretch."""
    return np.stack([to_bytes(plane, stretch_limits(plane)) for plane in np.moveaxis(planes, 2, 0)], 2)


def card(title: str, rows: Sequence[tuple[str, str]], picture: ByteImage) -> str:
    """A table beside a picture, as HTML that needs no other file."""
    from PIL import Image

    stored = io.BytesIO()
    Image.fromarray(picture).save(stored, "png")
    data = base64.b64encode(stored.getvalue()).decode("ascii")
    zoom = max(1, SIDE // max(picture.shape[:2]))
    height, width = (zoom * size for size in picture.shape[:2])
    cells = "".join(
        f'<tr><th style="{_CELL}">{html.escape(name)}</th><td style="{_CELL}">{html.escape(text)}</td></tr>'
        for name, text in rows
    )
    return (
        '<div style="display:flex;gap:16px;align-items:flex-start">'
        f'<img width="{width}" height="{height}" style="image-rendering:pixelated" '
        f'alt="{html.escape(title, quote=True)}" src="data:image/png;base64,{data}">'
        f'<div><b>{html.escape(title)}</b><table style="{_TABLE}">{cells}</table></div></div>'
    )
