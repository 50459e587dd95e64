"""From measured values to what a screen shows: stretch, colours, captions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.types import FloatArray

ByteImage = npt.NDArray[np.uint8]
Limits = tuple[float, float]
_SAMPLE = 100_000  # values that decide a stretch; more would change nothing one can see
_TOLERANCE = 20.0  # nm between a colour and the band that shows it
# Where the eye's three cones respond most (as used for true colour of field spectrometers), and
# the colour-infrared of aerial photography: near infrared, red, green.
_TRUE = (640.0, 550.0, 460.0)
_INFRARED = (860.0, 650.0, 550.0)


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


def default_rgb(cube: Cube) -> tuple[tuple[int, int, int], str]:
    """Three bands for red, green and blue, and a caption that says what is shown.

    True colour only where there are good bands at the three wavelengths of colour; else a false
    colour that names its bands.  Without wavelengths the bands that the file proposes.
    """
    proposed = [band for band in cube.default_bands if band < cube.bands]
    if cube.wavelengths is None and len(proposed) == 3:
        red, green, blue = proposed
        return (red, green, blue), rgb_caption(cube, (red, green, blue))
    good = np.flatnonzero(cube.good_bands)
    if not good.size:
        good = np.arange(cube.bands)
    if cube.wavelengths is not None:
        for name, colours in (("true colour", _TRUE), ("false colour", _INFRARED)):
            distance = np.abs(cube.wavelengths[good, None] - np.array(colours))
            if np.all(distance.min(axis=0) <= _TOLERANCE):
                red, green, blue = (int(good[i]) for i in distance.argmin(axis=0))
                return (red, green, blue), rgb_caption(cube, (red, green, blue), name)
        good = good[np.argsort(cube.wavelengths[good], kind="stable")]
    # Long wavelengths as red, and not the outermost bands, which are noisy in most sensors.
    red, green, blue = (int(good[round(share * (len(good) - 1))]) for share in (0.8, 0.5, 0.2))
    return (red, green, blue), rgb_caption(cube, (red, green, blue))


def nearest_band(cube: Cube, nm: float) -> int | None:
    """The good band that shows a wavelength, None where there is none within 20 nm."""
    good = np.flatnonzero(cube.good_bands)
    if cube.wavelengths is None or not good.size:
        return None
    distance = np.abs(cube.wavelengths[good] - nm)
    return int(good[distance.argmin()]) if distance.min() <= _TOLERANCE else None


def rgb_caption(cube: Cube, bands: Sequence[int], name: str = "false colour") -> str:
    """What a composite of three bands is called on screen."""
    if cube.wavelengths is None:
        return "bands " + "/".join(str(band + 1) for band in bands)
    return f"{name} " + "/".join(f"{cube.wavelengths[band]:.0f}" for band in bands) + " nm"
