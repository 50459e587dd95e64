"""Grey PNG images of 1, 2 or 4 bits: Pillow spreads their values over 8 bits, 1 of 3 becomes 85."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

_START = 26  # bytes up to the bit depth and the colour type (PNG, section 11.2.1)
_GREY = 0


def stored_values(values: np.ndarray[Any, Any], path: Path) -> np.ndarray[Any, Any]:
    """Values as the file stores them, of an image as Pillow gives it."""
    with path.open("rb") as file:
        start = file.read(_START)
    depth, colour = start[24:25], start[25:26]
    if colour != bytes([_GREY]) or depth not in (b"\x02", b"\x04") or values.dtype != np.uint8:
        return values
    return values // np.uint8(255 // (2 ** depth[0] - 1))
