"""Pixels that resemble each other: by the angle between their spectra, and as superpixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.rendering import composed
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray, FloatArray

Numbers = np.ndarray[Any, np.dtype[np.int32]]
Position = tuple[int, int]
_COMPACTNESS = 0.15  # weight of nearness against likeness, for components from 0 to 1


def spectral_angles(spectra: FloatArray, reference: FloatArray) -> FloatArray:
    """Angle between spectra and a reference, which does not depend on how bright they are.

    Source: Kruse et al. (1993) "The spectral image processing system (SIPS)", Remote Sensing of
    Environment 44, 145-163.

    Parameters
    ----------
    spectra : array, shape (..., bands)
    reference : array, shape (bands,)
        Bands that are missing in it do not count.

    Returns
    -------
    array of float32, shape (...)
        In radians, 0 to pi; NaN where a spectrum is missing or all 0.
    """
    present = np.isfinite(reference)
    values, target = spectra[..., present], reference[present]
    product = values @ target
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = product / (np.linalg.norm(values, axis=-1) * np.linalg.norm(target))
    angles: FloatArray = np.arccos(np.clip(cosine, -1, 1)).astype(np.float32)
    return angles


def angle_image(cube: Cube, seed: Position) -> Operation[FloatArray]:
    """Spectral angle of every pixel to the one at `seed`, by the good bands.

    Returns
    -------
    generator of Progress that returns an array of float32, shape (lines, samples)
        In radians; NaN on the background.

    Raises
    ------
    CubeError
        When nothing was measured at `seed`.
    """
    good = np.flatnonzero(cube.good_bands)
    reference = cube.spectrum(*seed)[good]
    if not np.any(np.nan_to_num(reference)):
        raise CubeError("{name}: nothing was measured at this pixel; begin at another one.", name=cube.name)
    bands = [int(band) for band in good[np.isfinite(reference)]]
    target = reference[np.isfinite(reference)]
    angles = np.empty((cube.lines, cube.samples), np.float32)
    for lines in line_blocks(cube, len(bands), block=16 << 20):
        yield Progress("angle", lines.start / cube.lines, tr("Comparing spectra"))
        angles[lines] = spectral_angles(cube.window(lines, slice(None), bands), target)
    return angles


def grown(angles: FloatArray, seed: Position, limit: float) -> BoolArray:
    """The connected pixels around `seed` whose angle is at most `limit`.

    Parameters
    ----------
    angles : array, shape (lines, samples)
        Of :func:`angle_image`.
    seed : (line, sample)
        Always belongs to the result.
    limit : float
        In radians.
    """
    from skimage.measure import label

    alike = np.nan_to_num(angles, nan=np.inf) <= limit
    alike[seed] = True
    parts = label(alike, connectivity=1)
    region: BoolArray = parts == parts[seed]
    return region


def superpixels(cube: Cube, size: int) -> Operation[Numbers]:
    """Superpixels of about `size` pixels: SLIC on the first three principal components.

    Source: Achanta et al. (2012) "SLIC superpixels compared to state-of-the-art superpixel
    methods", IEEE Transactions on Pattern Analysis and Machine Intelligence 34, 2274-2282.

    Returns
    -------
    generator of Progress that returns an array of int32, shape (lines, samples)
        Numbers from 1; 0 on the background.

    Raises
    ------
    CubeError
        When the cube has too few pixels or bands for components.
    """
    from skimage.segmentation import slic

    count = min(3, int(np.count_nonzero(cube.good_bands)))
    kind = Composite("pca", (0, 1, 2) if count == 3 else (0,))
    rendering = yield from scaled(composed(cube, kind), 0.0, 0.4)
    planes = np.empty((cube.lines, cube.samples, len(kind.channels)), np.float32)
    for lines in line_blocks(cube, len(rendering.bands)):
        yield Progress("superpixels", 0.4 + 0.3 * lines.start / cube.lines, tr("Reading components"))
        planes[lines] = rendering.planes(lines)
    measured = np.isfinite(planes).all(axis=2)
    if not measured.any():
        raise CubeError("{name}: nothing was measured, hence there are no superpixels.", name=cube.name)
    values = planes[measured]
    # A few extreme pixels must not decide how much likeness counts.  The components keep their
    # own weights: made equal, the noise of the last would count as much as the first.
    spread = 3 * max(float(values.std(axis=0).max()), 1e-12)
    planes[measured] = np.clip((values - values.mean(axis=0)) / spread, -1, 1)
    planes[~measured] = 0
    yield Progress("superpixels", 0.7, tr("Joining pixels"))
    found = slic(
        planes,
        n_segments=max(1, int(measured.sum()) // max(1, size)),
        compactness=_COMPACTNESS,
        channel_axis=-1,
        mask=None if measured.all() else measured,
        start_label=1,
        enforce_connectivity=True,
        convert2lab=False,
    )
    return np.where(measured, found, 0).astype(np.int32)
