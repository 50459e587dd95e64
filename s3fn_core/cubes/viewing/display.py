"""From measured values to what a screen shows: stretch, colours, captions."""

from __future__ import annotations

from collections.abc import Sequence

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.thumbnail import TOLERANCE, ByteImage, Limits, rgb_bands, stretch_limits, to_bytes
from s3fn_core.languages import tr

__all__ = ["ByteImage", "Limits", "default_rgb", "nearest_band", "rgb_caption", "stretch_limits", "to_bytes"]


def default_rgb(cube: Cube) -> tuple[tuple[int, int, int], str]:
    """Three bands for red, green and blue, and a caption that says what is shown.

    True colour only where there are good bands at the three wavelengths of colour; else a false
    colour that names its bands.  Without wavelengths the bands that the file proposes.
    """
    bands, name = rgb_bands(cube.wavelengths, cube.good_bands, cube.default_bands)
    return bands, rgb_caption(cube, bands, name)


def nearest_band(cube: Cube, nm: float) -> int | None:
    """The good band that shows a wavelength, None where there is none within 20 nm."""
    if cube.wavelengths is None or not cube.good_bands.any():
        return None
    band = cube.nearest_band(nm)
    return band if abs(cube.wavelengths[band] - nm) <= TOLERANCE else None


def rgb_caption(cube: Cube, bands: Sequence[int], name: str = "") -> str:
    """What a composite of three bands is called on screen."""
    if cube.wavelengths is None:
        return tr("bands {bands}", bands="/".join(str(band + 1) for band in bands))
    wavelengths = "/".join(f"{cube.wavelengths[band]:.0f}" for band in bands)
    return f"{name or tr('false colour')} {wavelengths} nm"
