"""Which stored values are measured ones."""

from __future__ import annotations

import numpy as np

from s3fn_core.types import BoolArray, FloatArray

ABSURD = 1e30
"""From here on a stored value is none: programs fill gaps with 9.97e36, -3.4e38 or -1e34 and often
do not say so.  No unit of light makes measured numbers as large as that."""


def valid_pixels(block: FloatArray) -> BoolArray:
    """Tell measured pixels from background: spectra (..., bands) to (...).

    A pixel is background when every value is exactly 0 or missing: laboratory data sets blank
    their background to 0, and real satellite tiles hold all-zero pixels without the no-data flag.
    """
    measured: BoolArray = np.any((block != 0) & ~np.isnan(block), axis=-1)
    return measured
