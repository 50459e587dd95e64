"""What some pixels look like: their mean spectrum, and a few of them as examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.region import region_spectrum, spectra_of
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation, scaled
from s3fn_core.types import FloatArray

MOST_PIXELS = 20_000  # more move no curve by a pixel of the screen, but take seconds
EXAMPLES = 5


@dataclass(frozen=True, eq=False)
class PixelSpectra:
    """Spectra of some pixels.

    Attributes
    ----------
    mean, deviation : arrays of float32, shape (bands,)
        NaN where no pixel has a value.
    examples : array of float32, shape (few, bands)
    """

    mean: FloatArray
    deviation: FloatArray
    examples: FloatArray


@checked(CubeError)
def pixel_spectra(cube: Cube, pixels: npt.NDArray[np.integer[Any]]) -> Operation[PixelSpectra]:
    """Mean, standard deviation and examples, spread evenly over pixels (n, 2), of line and sample.

    Raises
    ------
    CubeError
        When there is no pixel, or one does not lie in the cube.
    """
    found = yield from scaled(region_spectrum(cube, _some(pixels, MOST_PIXELS)), 0.0, 0.9)
    examples, _ = yield from scaled(spectra_of(cube, _some(pixels, EXAMPLES)), 0.9, 1.0)
    return PixelSpectra(found.mean, found.deviation, examples)


def _some(pixels: npt.NDArray[np.integer[Any]], most: int) -> npt.NDArray[np.integer[Any]]:
    """At most so many of them, evenly."""
    places = np.linspace(0, len(pixels) - 1, min(most, len(pixels))).round().astype(int)
    chosen: npt.NDArray[np.integer[Any]] = pixels[np.unique(places)]
    return chosen
