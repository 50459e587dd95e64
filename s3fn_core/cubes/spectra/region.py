"""The mean spectrum of a region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray, Box, FloatArray, IdArray

Values = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.integer]
"""A list of (line, sample), shape (n, 2)."""
_OF_LABEL = 20_000  # pixels; more move no curve by a pixel of the screen, but take seconds
_BLOCK_BYTES = 32 << 20  # of float32, read at once
_SPREAD = 32  # pixels that may be read for each one that is wanted
_PATCHES_AT_ONCE = 16  # small ones between two reports
_CACHED_ROWS = 512  # spectra that a processor keeps at hand while it passes over them twice


@dataclass(frozen=True, eq=False)
class RegionSpectrum:
    """Mean and spread of the spectra of a region.

    Attributes
    ----------
    mean, deviation : array of float32, shape (bands,)
        NaN where no pixel of the region has a value; the deviation is that of these pixels
        themselves (divided by n, not by n - 1).
    count : array of int64, shape (bands,)
        Pixels with a value.
    pixels : int
        Pixels of the region that were measured; background is not.
    """

    mean: FloatArray
    deviation: FloatArray
    count: npt.NDArray[np.int64]
    pixels: int


class Moments:
    """Mean and squared deviations of values that arrive block by block.

    The blocks' own moments are joined, which keeps all digits however large the mean is (Chan,
    Golub & LeVeque, Am. Stat. 37, 242, 1983).  Missing values do not count.
    """

    def __init__(self, bands: int) -> None:
        self.count: npt.NDArray[np.int64] = np.zeros(bands, np.int64)
        self.mean: Values = np.zeros(bands)
        self._squares: Values = np.zeros(bands)

    def add(self, spectra: npt.ArrayLike) -> None:
        """Take in a block, shape (n, bands)."""
        block = np.asarray(spectra)
        for start in range(0, len(block), _CACHED_ROWS):
            self._add(block[start : start + _CACHED_ROWS].astype(np.float64))

    def _add(self, values: Values) -> None:
        present = np.isfinite(values)
        if present.all():
            count = np.full(values.shape[1], len(values))
            mean = values.mean(axis=0)
            values -= mean
        else:
            count = present.sum(axis=0)
            mean = np.where(present, values, 0).sum(axis=0) / np.maximum(count, 1)
            values = np.where(present, values - mean, 0)
        squares: Values = np.einsum("ij,ij->j", values, values)
        total = self.count + count
        share = count / np.maximum(total, 1)
        step = mean - self.mean
        self.mean = self.mean + step * share
        self._squares = self._squares + squares + step**2 * share * self.count
        self.count = total

    @property
    def deviation(self) -> Values:
        """Standard deviation of the values, shape (bands,)."""
        deviation: Values = np.sqrt(self._squares / np.maximum(self.count, 1))
        return deviation


@checked(CubeError)
def region_spectrum(cube: Cube, region: Pixels | BoolArray) -> Operation[RegionSpectrum]:
    """Mean and standard deviation of a region, in one pass over the windows that hold it.

    Background, which is 0 in every good band (see :func:`~s3fn_core.cubes.cube.valid_pixels`),
    is left out: a mask would pull the mean to 0.

    Parameters
    ----------
    cube : Cube
    region : array of bool, shape (lines, samples), or of int, shape (n, 2)
        A mask, or a list of (line, sample); a pixel that is listed twice counts once.

    Raises
    ------
    CubeError
        When the region is empty or does not lie in the cube.
    """
    pixels = _pixels(cube, region)
    moments = Moments(cube.bands)
    done = measured = 0
    for block in _blocks(pixels, cube.bands):
        yield Progress("region", done / len(pixels), tr("Spectra of the region"))
        spectra, valid = _read(cube, block)
        moments.add(spectra if valid.all() else spectra[valid])
        done += len(block)
        measured += int(np.count_nonzero(valid))
    empty = moments.count == 0
    return RegionSpectrum(
        np.where(empty, np.nan, moments.mean).astype(np.float32),
        np.where(empty, np.nan, moments.deviation).astype(np.float32),
        moments.count,
        measured,
    )


def box_spectrum(cube: Cube, box: Box) -> Operation[RegionSpectrum]:
    """Mean and standard deviation of a rectangle; raises CubeError when it is all background."""
    top, left, bottom, right = box
    region = np.zeros((cube.lines, cube.samples), bool)
    region[top:bottom, left:right] = True
    found = yield from region_spectrum(cube, region)
    if not found.pixels:
        raise CubeError("{name}: the region is background only; draw it around an object.", name=cube.name)
    return found


def label_spectra(cube: Cube, ids: IdArray) -> Operation[dict[int, RegionSpectrum]]:
    """Mean and standard deviation of each label, by id; a label on background alone has none.

    Of many pixels, about 20,000 are taken, evenly spread.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples)
        0 = unlabelled.
    """
    result: dict[int, RegionSpectrum] = {}
    present = [int(i) for i in np.unique(ids) if i]
    for done, label in enumerate(present):
        places = np.flatnonzero(ids == label)
        region = np.zeros(ids.shape, bool)
        region.flat[places[:: -(-len(places) // _OF_LABEL)]] = True
        share = (done / len(present), (done + 1) / len(present))
        found = yield from scaled(region_spectrum(cube, region), *share)
        if found.pixels:
            result[label] = found
    return result


def spectra_of(cube: Cube, pixels: Pixels) -> Operation[tuple[FloatArray, Pixels]]:
    """Spectra (n, bands) of a list of pixels, and the measured ones among these pixels, by line.

    They may be few and far apart: little of what lies between them is read.

    Raises
    ------
    CubeError
        When there is none, or one does not lie in the cube.
    """
    pixels = _pixels(cube, pixels)
    parts = []
    done = 0
    for number, block in enumerate(_patches(pixels)):
        if number % _PATCHES_AT_ONCE == 0:
            yield Progress("spectra", done / len(pixels), tr("Reading the labelled pixels"))
        spectra, valid = _read(cube, block)
        parts.append((spectra[valid], block[valid]))
        done += len(block)
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _read(cube: Cube, pixels: Pixels) -> tuple[FloatArray, BoolArray]:
    """Spectra of pixels that lie together, and which of them are not background."""
    (first, left), (last, right) = pixels.min(axis=0).tolist(), pixels.max(axis=0).tolist()
    window = cube.window(slice(first, last + 1), slice(left, right + 1))
    spectra: FloatArray = window[pixels[:, 0] - first, pixels[:, 1] - left]
    return spectra, valid_pixels(spectra[None][..., cube.good_bands])[0]


def _pixels(cube: Cube, region: BoolArray | Pixels) -> Pixels:
    """The region as a list of different pixels, line by line."""
    extent = (cube.lines, cube.samples)
    if region.dtype == bool:
        if region.shape != extent:
            raise CubeError(
                "{name} has {extent} pixels, the region's mask {shape}.",
                name=cube.name,
                extent=extent,
                shape=region.shape,
            )
        pixels: Pixels = np.argwhere(region)
    else:
        pixels = np.unique(region.reshape(-1, 2), axis=0)
        if np.any(pixels < 0) or np.any(pixels >= extent):
            raise CubeError(
                "{name} has {extent} pixels; the region reaches beyond them.", name=cube.name, extent=extent
            )
    if not len(pixels):
        raise CubeError("{name}: the region holds no pixel; mark some first.", name=cube.name)
    return pixels


def _blocks(pixels: Pixels, bands: int) -> Iterator[Pixels]:
    """Split a list of pixels, line by line, so that the window around each part stays small."""
    lines, starts = np.unique(pixels[:, 0], return_index=True)
    stops = np.append(starts[1:], len(pixels))
    most = max(1, _BLOCK_BYTES // (4 * bands))  # pixels of a window
    first = 0
    left, right = pixels[0, 1], pixels[0, 1]
    for number, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        # Within a line the pixels are in order: its first and last are its extent.
        new_left, new_right = min(left, pixels[start, 1]), max(right, pixels[stop - 1, 1])
        height = lines[number] - pixels[first, 0] + 1
        if start > first and height * (new_right - new_left + 1) > most:
            yield pixels[first:start]
            first, new_left, new_right = start, pixels[start, 1], pixels[stop - 1, 1]
        left, right = new_left, new_right
    yield pixels[first:]


def _patches(pixels: Pixels) -> Iterator[Pixels]:
    """Split a list of pixels, line by line, so that most of the window around a part is wanted."""
    first = 0
    (top, left), right = pixels[0].tolist(), int(pixels[0, 1])
    for number, (line, sample) in enumerate(pixels.tolist()):
        new_left, new_right = min(left, sample), max(right, sample)
        area = (line - top + 1) * (new_right - new_left + 1)
        if area > _SPREAD * (number - first + 1):
            yield pixels[first:number]
            first, top, new_left, new_right = number, line, sample, sample
        left, right = new_left, new_right
    yield pixels[first:]
