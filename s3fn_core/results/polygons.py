"""The areas of a class map as polygons: connected pixels of one class, along the edges of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import UNLABELLED
from s3fn_core.labels.exchange.regions import Region, points
from s3fn_core.labels.rasters import Legend, plain_name
from s3fn_core.types import FloatArray, IdArray

MOST_POLYGONS = 500_000
"""More are speckle, and slow in any GIS."""


@dataclass(frozen=True, eq=False)
class Polygons:
    """What lies where, one entry a polygon.

    Attributes
    ----------
    regions : list of Region
        Each with the outline and its holes, in pixels (x = sample, y = line), and its class.
    pixels : array of int64
    confidence : array of float64, or None
        Mean of the pixels' confidences, 0..1.
    """

    regions: list[Region]
    pixels: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64] | None


def polygons_of(ids: IdArray, confidence: FloatArray | None, legend: Legend, cube_name: str) -> Polygons:
    """Polygons of all pixels that touch by their sides and have one class; 0 gives none.

    Parameters
    ----------
    ids : array of uint8, shape (lines, samples)
    confidence : array, shape (lines, samples), or None
    legend : Legend
        Name and colour of each id.
    cube_name : str
        As an error names the map.

    Raises
    ------
    ExportError
        When there are more than ``MOST_POLYGONS``.
    """
    from skimage.measure import label

    numbers = np.asarray(label(ids, background=UNLABELLED, connectivity=1), np.int32)
    count = int(numbers.max(initial=0))
    if count > MOST_POLYGONS:
        raise ExportError(
            "The map of {cube} falls into {count:,} polygons; no more than {most:,} "
            "are written. Most are single pixels: smooth the map first (leave out --no-smooth), or "
            "export it as a GeoTIFF and polygonize a sieved copy of it (gdal_sieve).",
            cube=cube_name,
            count=count,
            most=MOST_POLYGONS,
        )
    class_ids = np.zeros(count + 1, np.uint8)
    class_ids[numbers] = ids
    pixels = np.bincount(numbers.ravel(), minlength=count + 1)[1:]
    means = None
    if confidence is not None:
        means = np.bincount(numbers.ravel(), confidence.ravel(), count + 1)[1:] / pixels
    return Polygons(_outlines(numbers, class_ids, legend), pixels, means)


def _outlines(numbers: npt.NDArray[np.int32], class_ids: IdArray, legend: Legend) -> list[Region]:
    """The region of each number from 1 on; pixels of a number touch, so it has one polygon."""
    from rasterio.features import shapes

    found: list[Region | None] = [None] * (len(class_ids) - 1)
    for geometry, number in shapes(numbers, mask=numbers > 0, connectivity=4):
        class_id = int(class_ids[int(number)])
        name, rgb = legend[class_id]
        rings = tuple(points(ring)[:-1] for ring in geometry["coordinates"])
        color = f"#{bytes(rgb).hex()}"
        found[int(number) - 1] = Region("polygon", rings, plain_name(name), class_id, color)
    return [region for region in found if region is not None]
