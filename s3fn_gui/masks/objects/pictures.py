"""Cuts objects out of the pictures of their cubes, in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import Box, ObjectMap
from s3fn_gui.masks.objects.state import Place

SIDE = 22
RATIO = 2
OUTSIDE = 0.35  # how much of the surroundings is left, so that the object stands out


@dataclass(frozen=True, eq=False)
class Cutting:
    """An object, and the picture of its cube (lines, samples) or with colours, that it lies in."""

    place: Place
    image: ByteImage
    objects: ObjectMap
    box: Box


def cut(wanted: Sequence[Cutting]) -> Operation[dict[Place, ByteImage]]:
    """Pictures (lines, samples, 3) of objects."""
    found = {}
    for done, one in enumerate(wanted):
        yield Progress("pictures", done / len(wanted), tr("Cutting pictures of objects"))
        found[one.place] = cut_out(one)
    return found


def cut_out(one: Cutting) -> ByteImage:
    """An object with its surroundings dimmed, about as large as it is shown."""
    top, left, bottom, right = one.box
    step = max(1, max(bottom - top, right - left) // (SIDE * RATIO))
    part = one.image[top:bottom:step, left:right:step]
    colours = np.repeat(part[:, :, None], 3, axis=2) if part.ndim == 2 else part
    outside = one.objects[top:bottom:step, left:right:step] != one.place[1]
    return np.ascontiguousarray(np.where(outside[:, :, None], colours * OUTSIDE, colours), np.uint8)
