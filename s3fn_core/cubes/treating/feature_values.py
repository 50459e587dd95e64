"""The values of a grey image: their histogram, and the threshold it proposes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.treating.features import Feature
from s3fn_core.cubes.treating.mask import otsu, sampled_values
from s3fn_core.cubes.windows import sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress

_BINS = 96
_SPREAD, _FEW = 8, 4000  # bands and pixels that tell how much was blanked


@dataclass(frozen=True, eq=False)
class FeatureValues:
    """The histogram of a grey image and the threshold it proposes.

    Attributes
    ----------
    cube : Cube
    feature : Feature
    counts : array of int, shape (bins,)
    low, high : float
        The range of the histogram, without the outermost thousandths.
    proposal : float or None
        Otsu's threshold; None where all values are the same.
    blank : float
        Share of pixels that were not measured.
    """

    cube: Cube
    feature: Feature
    counts: npt.NDArray[np.int64]
    low: float
    high: float
    proposal: float | None
    blank: float = 0.0


def feature_values(cube: Cube, feature: Feature) -> Operation[FeatureValues]:
    """Histogram and Otsu's threshold of a grey image, from a sample of its pixels.

    Raises
    ------
    CubeError
        When the feature's bands do not exist, or nothing was measured.
    """
    yield Progress("mask", 0.0, tr("Reading the values"))
    values = sampled_values(cube, feature)
    if not values.size:
        raise CubeError("{name}: nothing was measured here; choose another band.", name=cube.name)
    low, high = (float(value) for value in np.percentile(values, (0.1, 99.9)))
    if not low < high:
        low, high = low - 0.5, low + 0.5
    yield Progress("mask", 0.5, tr("Looking for a threshold"))
    counts = np.histogram(values, _BINS, (low, high))[0].astype(np.int64)
    spread = np.linspace(0, cube.bands - 1, min(_SPREAD, cube.bands)).round().astype(int).tolist()
    blank = 1 - float(valid_pixels(sample_pixels(cube, spread, _FEW)[None]).mean())
    return FeatureValues(cube, feature, counts, low, high, otsu(values), blank)
