"""What is computed about spectra in a worker."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.region import RegionSpectrum, region_spectrum
from s3fn_core.cubes.spectra.transforms import transform
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import Box, IdArray
from s3fn_gui.session.cube import Statistics

SPECTRA_PER_CLASS = 20_000  # more move no curve by a pixel, but take seconds


def class_statistics(cube: Cube, ids: IdArray) -> Operation[dict[int, Statistics]]:
    """Mean and deviation of every labelled class, from at most SPECTRA_PER_CLASS pixels each."""
    result: dict[int, Statistics] = {}
    present = [int(i) for i in np.unique(ids) if i]
    for done, class_id in enumerate(present):
        places = np.flatnonzero(ids == class_id)
        region = np.zeros(ids.shape, bool)
        region.flat[places[:: -(-len(places) // SPECTRA_PER_CLASS)]] = True
        share = (done / len(present), (done + 1) / len(present))
        found = yield from scaled(region_spectrum(cube, region), *share)
        if found.pixels:  # labels on background alone have no spectrum
            result[class_id] = Statistics(found.mean, found.deviation, found.pixels)
    return result


def region_statistics(cube: Cube, box: Box) -> Operation[RegionSpectrum]:
    """Mean and deviation of all pixels of a rectangle.

    Raises CubeError when none of them was measured.
    """
    top, left, bottom, right = box
    region = np.zeros((cube.lines, cube.samples), bool)
    region[top:bottom, left:right] = True
    found = yield from region_spectrum(cube, region)
    if not found.pixels:
        raise CubeError(f"{cube.name}: the region is background only; draw it around an object.")
    return found


def prepare_transform(kind: str) -> Operation[None]:
    """Transform one spectrum, so that the library behind it is not loaded under the cursor."""
    yield Progress("transform", 0.0, "Loading the numerical libraries")
    bands = np.arange(1.0, 20.0)
    transform(bands, kind, wavelengths=bands)
