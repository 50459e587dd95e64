"""What a model has learned from: enough to notice cubes that are unlike it, and labels it has seen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.windows import sample_of, sampled_lines
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.model.dataset import LabelledCube, LabelledPixels, Pixels, spectra_by_line
from s3fn_core.model.digest import digest_of
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray, FloatArray

UNLIKE = 10.0
"""Values that many times larger or smaller than those learned from are of another unit."""
KNOWN_BY = 256
"""Labelled pixels whose spectra a cube is known by."""
SPECTRA = 2000
"""Spectra of a cube that the size of its values is judged by, at most."""
MASKED, WHOLE = 0.9, 0.99
"""Shares of pixels that hold values: at most in a cube that is masked, at least in one that is not."""


@dataclass(frozen=True)
class LearnedCube:
    """The labelled pixels of one cube.

    Attributes
    ----------
    name : str
        What it was called then.
    shape : (lines, samples)
    digest : str
        Of the spectra of some labelled pixels; the cube is known by it under whatever name.
    places : bytes
        The labelled pixels: a bit for each pixel of the cube, deflated.
    """

    name: str
    shape: tuple[int, int]
    digest: str
    places: bytes

    @classmethod
    def of(cls, cube: Cube, pixels: Pixels) -> LearnedCube:
        """`pixels` (n, 2) are lines and samples."""
        mask = np.zeros(cube.shape[:2], bool)
        mask[tuple(pixels.T)] = True
        return cls(cube.name, cube.shape[:2], _digest(cube, mask), zlib.compress(np.packbits(mask).tobytes()))

    @property
    def mask(self) -> BoolArray:
        """The labelled pixels, shape (lines, samples)."""
        lines, samples = self.shape
        try:
            bits = zlib.decompressobj().decompress(self.places, -(-lines * samples // 8))
        except zlib.error as error:
            raise ModelError(
                "The model's record of the labels of {name} is damaged; train it again.", name=self.name
            ) from error
        places = np.unpackbits(np.frombuffer(bits, np.uint8), count=lines * samples)
        return places.astype(bool).reshape(self.shape)

    def is_of(self, cube: Cube) -> bool:
        """Whether `cube` holds the spectra that were learned from."""
        return self.shape == cube.shape[:2] and self.digest == _digest(cube, self.mask)


def _digest(cube: Cube, mask: BoolArray) -> str:
    places = np.argwhere(mask)
    some = _some(places, KNOWN_BY)
    spectra = np.empty((len(some), cube.bands), np.float32)
    for here, found in spectra_by_line(cube, some):
        spectra[here] = found
    return digest_of(spectra)


@dataclass(frozen=True)
class Learned:
    """What a model has learned from.

    Attributes
    ----------
    low, high : float
        Between them lie 98 % of the values of the labelled pixels.
    measured : float
        Share of the cubes' pixels that hold values; the others are background.
    cubes : tuple of LearnedCube
    """

    low: float
    high: float
    measured: float
    cubes: tuple[LearnedCube, ...] = ()

    @classmethod
    def of(cls, labels: LabelledPixels, before: Learned | None = None) -> Learned:
        """What the pixels of `labels` are, and what a model had learned `before`."""
        values = np.concatenate([found.ravel() for _, found in spectra_of_cubes(labels)])
        low, high = (float(q) for q in np.percentile(values, (1, 99)))
        cubes, shares = [], []
        for number, item in enumerate(labels.data):
            here = labels.pixels[:, 0] == number
            if here.any():  # labels that were not drawn are copies of those that were
                pixels = np.argwhere(item.labels) if labels.given else labels.pixels[here, 1:]
                cubes.append(LearnedCube.of(item.cube, pixels))
                shares.append(measured_share(item.cube))
        if before is not None:
            low, high = min(low, before.low), max(high, before.high)
            new = {one.digest for one in cubes}
            cubes = [*(one for one in before.cubes if one.digest not in new), *cubes]
        return cls(low, high, float(np.mean(shares)), tuple(cubes))

    @property
    def size(self) -> float:
        """How large the values are, as :func:`size_of` says."""
        return max(abs(self.low), abs(self.high))

    def unlike(self, spectra: FloatArray) -> tuple[str, ...]:
        """What to say of a cube with these measured spectra (n, bands)."""
        size = size_of(spectra)
        if not (told := times(size, self.size)):
            return ()
        return (
            tr(
                "Its values reach {size:.3g}, those that the model was trained on {known:.3g}: {times}. "
                "Bring both to one unit: calibrate the cube, state its scale factor, or train on such "
                "cubes.",
                size=size,
                known=self.size,
                times=told,
            ),
        )

    def unmasked(self, share: float) -> tuple[str, ...]:
        """What to say of a cube of whose pixels that `share` holds values."""
        if not is_masked(self.measured) or share < WHOLE:
            return ()
        return (
            tr(
                "The model was trained on masked cubes ({share} background), and nothing of this one is "
                "masked: what lies around the objects gets a class, too. Mask it first.",
                share=per_cent(1 - self.measured, 0),
            ),
        )

    def seen(self, cube: Cube) -> BoolArray | None:
        """The pixels of `cube` whose labels were learned; None where it is none of the cubes."""
        return next((one.mask for one in self.cubes if one.is_of(cube)), None)


def size_of(values: FloatArray) -> float:
    """How large values are: nearly the largest counts; 0 without any."""
    return float(np.percentile(np.abs(values), 99)) if values.size else 0.0


def times(found: float, known: float) -> str:
    """How many times `known` it is that was `found`; empty where both are of one size."""
    if not (found > 0 and known > 0) or 1 / UNLIKE <= found / known <= UNLIKE:
        return ""
    if found > known:
        return tr("about {factor:,.0f} times as much", factor=found / known)
    return tr("about 1/{factor:,.0f}", factor=known / found)


def measured_share(cube: Cube, sample: FloatArray | None = None) -> float:
    """Share of pixels that hold values, by what :func:`~s3fn_core.cubes.windows.sample_of` gave.

    Of a cube with a place it is 1: what is missing around a mosaic is not a mask.
    """
    if cube.georeference is not None:
        return 1.0
    sample = sample_of(cube) if sample is None else sample
    return len(sample) / (len(sampled_lines(cube)) * cube.samples)


def is_masked(share: float) -> bool:
    """Whether so few pixels of a cube hold values that the others are masked."""
    return share <= MASKED


def spectra_of_cubes(labels: LabelledPixels) -> Iterator[tuple[LabelledCube, FloatArray]]:
    """Each cube, and spectra (n, good bands) of some of its labelled pixels."""
    for number, item in enumerate(labels.data):
        some = _some(labels.pixels[labels.pixels[:, 0] == number, 1:], SPECTRA)
        if len(some):
            spectra = np.concatenate([found for _, found in spectra_by_line(item.cube, some)])
            yield item, np.nan_to_num(spectra[:, item.cube.good_bands])


def _some(pixels: Pixels, most: int) -> Pixels:
    """At most so many of them, evenly."""
    chosen: Pixels = pixels[np.unique(np.linspace(0, len(pixels) - 1, min(most, len(pixels))).astype(int))]
    return chosen
