"""What is particular to PRISMA's products ("PRISMA Products Specification Document", ASI, 2.3).

Level 2 stores DN between 0 and 65535, which attributes of the file's root stretch between a
smallest and a largest reflectance of each detector; level 1 states a factor and an offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

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
        told = f'Reflectance is stored between "L2Scale{detector}Min" {low:g} and "...Max" {high:g}.'
        return {"scale_factor": (high - low) / _FULL, "add_offset": low}, (told,)
    factor, offset = _number(root, f"ScaleFactor_{detector}"), _number(root, f"Offset_{detector}")
    if factor:
        told = f'Radiance is the stored value / "ScaleFactor_{detector}" - "Offset_{detector}".'
        return {"scale_factor": 1 / factor, "add_offset": -(offset or 0.0)}, (told,)
    return {}, ()


def _number(attributes: Mapping[str, Any], key: str) -> float | None:
    try:
        value = float(np.asarray(attributes[key], np.float64).ravel()[0])
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return value if np.isfinite(value) else None
