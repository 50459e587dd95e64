"""The images of a TIFF: a file may hold one, a series of pages, several series, a preview.

Nobody is shown one page of many without a word: pages of one kind are the bands of one image, and
images of different kinds are a question.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.variables import PICTURE, Variable

_REDUCED_OR_MASK = 5  # bits of NewSubfileType
_JOINED = "all pages"
_RIVAL = 10  # times smaller an image may be and still be meant


@dataclass(frozen=True)
class Image:
    """Pages that belong together.

    Attributes
    ----------
    name : str
        What a user asks for it by.
    lines, samples : int
    channels : int
        Bands of each page.
    pages : tuple of int
        Indices of the pages within the file.
    dtype : numpy.dtype
    series : int or None
        The series that it is, as tifffile counts them; None for pages of several.
    axes : str
        Letters of the axes that count the pages, e.g. "TC"; "" for a single page.
    counts : tuple of int
        Their lengths.
    offset : int
        Where the first page's head lies, by which GDAL opens it.
    """

    name: str
    lines: int
    samples: int
    channels: int
    pages: tuple[int, ...]
    dtype: np.dtype[Any]
    series: int | None
    axes: str
    counts: tuple[int, ...]
    offset: int

    @property
    def bands(self) -> int:
        return self.channels * prod(self.counts)

    @property
    def is_one_page(self) -> bool:
        """Whether GDAL sees all of it."""
        return not self.axes


def images(file: Any) -> list[Image]:
    """The images of an open ``tifffile.TiffFile`` that can be a cube, the likeliest first.

    Overviews and masks are none.  Pages of the same size and type that are series of their own
    were appended one by one: they are joined.
    """
    series = list(enumerate(file.series))
    whole = [(i, one) for i, one in series if not one.keyframe.subfiletype & _REDUCED_OR_MASK]
    found = [image for i, one in whole or series if (image := _image(i, one)) is not None]
    alike: dict[tuple[object, ...], list[Image]] = defaultdict(list)
    for image in found:
        if image.is_one_page and image.channels <= PICTURE:
            alike[image.lines, image.samples, image.channels, image.dtype].append(image)
    several = sum(len(group) > 1 for group in alike.values()) > 1
    for group in alike.values():
        if len(group) > 1:
            one = group[0]
            kind = f" of {one.lines} x {one.samples}, {one.channels} x {one.dtype}" if several else ""
            found = [image for image in found if image not in group]
            pages = tuple(page for image in group for page in image.pages)
            found.append(
                replace(one, name=_JOINED + kind, pages=pages, series=None, axes="I", counts=(len(group),))
            )
    return sorted(found, key=lambda one: (one.bands > PICTURE, _size(one)), reverse=True)


def _size(image: Image) -> int:
    return image.bands * image.lines * image.samples


def as_variables(found: list[Image]) -> tuple[Variable, ...]:
    """Several images, to choose from; none where there is but one."""
    if len(found) < 2:
        return ()
    rival = _size(found[0]) / _RIVAL
    return tuple(
        Variable(one.name, (one.bands, one.lines, one.samples), one.dtype, _size(one) >= rival)
        for one in found
    )


def _image(index: int, series: Any) -> Image | None:
    """An image of a series; None where it holds no pixels, or lies in other files."""
    page = series.keyframe
    places = [one.index for one in series.pages if one is not None and isinstance(one.index, int)]
    if page is None or page.dtype is None or len(places) < len(series.pages):
        return None
    # A series of a single head may be longer than its page: the others follow it in the file.
    extent = dict(zip(page.axes, page.shape, strict=True))
    channels = prod(size for axis, size in extent.items() if axis not in "YX")
    if not {"Y", "X"} <= extent.keys() or 0 in page.shape or 0 in series.shape:
        return None
    count = prod(series.shape) // (channels * extent["Y"] * extent["X"])
    counts = tuple(series.shape[: series.ndim - len(page.shape)])
    if prod(counts) != count:
        counts = (count,)
    axes = series.axes[: len(counts)] if count > 1 else ""
    return Image(
        f"series {index + 1}",
        extent["Y"],
        extent["X"],
        channels - _alphas(page) if axes else channels,
        tuple(places),
        np.dtype(series.dtype),
        index,
        axes,
        counts if axes else (),
        page.offset,
    )


def _alphas(page: Any) -> int:
    """How many of a page's samples say how opaque it is."""
    return sum(int(sample) in (1, 2) for sample in page.extrasamples)
