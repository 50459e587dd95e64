"""Small pictures of a cube in every arrangement that it may have, to choose from."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube, Layout
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.viewing.display import ByteImage, stretch_limits, to_bytes
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray

SIDE = 96  # pixels of the longer side, about


def previews(cube: Cube) -> Operation[dict[Arrangement, ByteImage]]:
    """A grey picture, shape (lines, samples), for each of the cube's layouts.

    One plane is read for each axis that may be that of the bands, of a list of pixels one band.
    """
    pictures: dict[Arrangement, ByteImage] = {}
    planes: dict[str, FloatArray] = {}
    for done, wanted in enumerate(cube.layouts):
        yield Progress("previews", done / len(cube.layouts), tr("Drawing {wanted}", wanted=wanted))
        used = cube.layouts[0]
        if isinstance(wanted, Axes) and isinstance(used, Axes):
            plane = _turned(cube, used.order, wanted.order, planes)
        elif isinstance(wanted, Layout) and isinstance(used, Layout):
            if "b" not in planes:
                planes["b"] = cube.band(_band(cube))
            plane = _rearranged(planes["b"], used, wanted)
        else:
            continue
        pictures[wanted] = to_bytes(plane, stretch_limits(plane))
    release(cube.data)
    return pictures


def _band(cube: Cube) -> int:
    """A band in the middle that holds information."""
    good = np.flatnonzero(cube.good_bands)
    return int(good[len(good) // 2]) if good.size else cube.bands // 2


def _turned(cube: Cube, used: str, wanted: str, planes: dict[str, FloatArray]) -> FloatArray:
    """The plane that is a band once the axes `used` are read as the axes `wanted`."""
    now = {new: old for old, new in zip(used, wanted, strict=True)}
    if now["b"] not in planes:
        planes[now["b"]] = _plane(cube, now["b"])
    plane = planes[now["b"]]
    left = [axis for axis in "lsb" if axis != now["b"]]
    return plane if left == [now["l"], now["s"]] else plane.T


def _plane(cube: Cube, across: str) -> FloatArray:
    """A plane of the cube across one of its axes, thinned out; the other two stay.

    The middle one, or where that shows background only, another.
    """
    place = "lsb".index(across)
    index = [slice(0, size, max(1, size // SIDE)) for size in cube.shape]
    middle = _band(cube) if across == "b" else cube.shape[place] // 2
    for chosen in (middle, cube.shape[place] // 3, cube.shape[place] // 5):
        index[place] = slice(chosen, chosen + 1)
        plane = cube.window(index[0], index[1], index[2]).squeeze(place)
        if np.nan_to_num(plane).any():
            break
    return plane


def _rearranged(band: FloatArray, used: Layout, wanted: Layout) -> FloatArray:
    """A band whose pixels are arranged in another way, thinned out."""
    pixels = (band.T if used.by_column else band).ravel()
    if wanted.by_column:
        image = pixels.reshape(wanted.samples, wanted.lines).T
    else:
        image = pixels.reshape(wanted.lines, wanted.samples)
    step = max(1, max(image.shape) // SIDE)
    return image[::step, ::step]
