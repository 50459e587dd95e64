"""What is particular to PRISMA's products ("PRISMA Products Specification Document", ASI, 2.3).

Level 2 stores DN between 0 and 65535, which attributes of the file's root stretch between a
smallest and a largest reflectance of each detector; level 1 states a factor and an offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Georeference
from s3fn_core.languages import tr

_FULL = 65535
_DETECTORS = ("Vnir", "Swir")


def prisma_packing(
    name: str, root: Mapping[str, Any], dtype: np.dtype[Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Scale and offset of the array `name` in the words of the conventions, and what to tell."""
    own = name.rsplit("/", 1)[-1]
    detector = next((d for d in _DETECTORS if d.lower() in own.lower()), None)
    if detector is None or "cube" not in own.lower() or dtype.kind != "u":
        return {}, ()
    low, high = _number(root, f"L2Scale{detector}Min"), _number(root, f"L2Scale{detector}Max")
    if low is not None and high is not None and high > low:
        told = tr(
            'Reflectance is stored between "L2Scale{detector}Min" {low:g} and "...Max" {high:g}.',
            detector=detector,
            low=low,
            high=high,
        )
        return {"scale_factor": (high - low) / _FULL, "add_offset": low}, (told,)
    factor, offset = _number(root, f"ScaleFactor_{detector}"), _number(root, f"Offset_{detector}")
    if factor:
        told = tr(
            'Radiance is the stored value / "ScaleFactor_{detector}" - "Offset_{detector}".',
            detector=detector,
        )
        return {"scale_factor": 1 / factor, "add_offset": -(offset or 0.0)}, (told,)
    return {}, ()


def _number(attributes: Mapping[str, Any], key: str) -> float | None:
    try:
        value = float(np.asarray(attributes[key], np.float64).ravel()[0])
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return value if np.isfinite(value) else None


def prisma_place(root: Mapping[str, Any], size: tuple[int, int]) -> Georeference | None:
    """The place of a map-projected product (level 2D), whose corners are centres of pixels.

    Parameters
    ----------
    root : mapping
        Attributes of the file's root.
    size : (lines, samples)
    """
    corners = [
        f"Product_{corner}corner_{axis}" for corner in ("UL", "LR") for axis in ("easting", "northing")
    ]
    left, top, right, bottom = (_number(root, key) for key in corners)
    code = _number(root, "Epsg_Code")
    if code is None or left is None or right is None or top is None or bottom is None or min(size) < 2:
        return None
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    try:
        wkt = CRS.from_epsg(int(code)).to_wkt()
    except CRSError:
        return None
    across, down = (right - left) / (size[1] - 1), (bottom - top) / (size[0] - 1)
    if not (across and down):
        return None
    return Georeference(wkt, (across, 0.0, left - across / 2, 0.0, down, top - down / 2))
