"""From a recipe to the mask of a cube, and the mask corrected by hand."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import scipy

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.mask import Recipe, make_mask
from s3fn_core.cubes.treating.objects import Numbers, Splitting, find_objects, load_scikit_image, renumbered
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray

_FAST = 1  # of zlib; maps of objects are long runs of one number, more effort gains little


def find_mask(cube: Cube, recipe: Recipe) -> Operation[Mask]:
    """The objects of a cube.

    Raises
    ------
    CubeError
        When the recipe names bands that the cube has not, or finds no object.
    """
    mask = yield from scaled(make_mask(cube, recipe), 0.0, 0.7)
    yield Progress("mask", 0.7, tr("Separating touching objects"))
    objects = find_objects(mask, recipe.splitting)
    if not objects.any():
        raise CubeError(
            "The mask of {name} would contain no object; widen the threshold, or allow smaller objects.",
            name=cube.name,
        )
    return Mask(objects, recipe)


def corrected(objects: Numbers, mask: BoolArray, splitting: Splitting) -> Numbers:
    """Number the objects of a mask that was corrected by hand.

    What is looked for as circles is not looked for again, since a hand paints no circles: objects
    keep what is left of them, new pixels join the object that they touch first, else they are a
    new one, and an object that was cut through is several.

    Parameters
    ----------
    objects : array of int32, shape (lines, samples)
        Before the correction.
    mask : array of bool, shape (lines, samples)
        After it.
    splitting : Splitting
        How the objects are told apart.
    """
    if splitting.method != "circles":
        return find_objects(mask, splitting)
    load_scikit_image()
    from skimage.segmentation import watershed

    kept = _pieces(np.where(mask, objects, 0))
    grown = watershed(np.zeros(mask.shape, np.uint8), kept, connectivity=2, mask=mask)
    new = scipy.ndimage.label(mask & (grown == 0), np.ones((3, 3)))[0]
    found = np.where(new > 0, new + grown.max(initial=0), grown)
    size = np.bincount(found.ravel())
    return renumbered(np.where(size[found] >= splitting.smallest, found, 0))


def _pieces(objects: Numbers) -> Numbers:
    """Parts of an object that are not connected any more become objects of their own."""
    pieces = np.zeros_like(objects)
    count = 0
    for number, box in enumerate(scipy.ndimage.find_objects(objects), start=1):
        if box is not None:
            parts, found = scipy.ndimage.label(objects[box] == number, np.ones((3, 3)))
            pieces[box][parts > 0] = parts[parts > 0] + count
            count += found
    return pieces


@dataclass(frozen=True)
class ObjectsEdit:
    """One change of a map of objects, small enough to keep many.

    A correction renumbers most objects.  What changes is therefore kept as the difference, bit by
    bit (exclusive or) and deflated: some kB where the map has MB, and the same both ways.

    Attributes
    ----------
    box : (int, int, int, int)
        First line, first sample, end line, end sample; everything that differs lies inside.
    difference : bytes
        Old number xor new number, int32, deflated.
    """

    box: tuple[int, int, int, int]
    difference: bytes

    @classmethod
    def between(cls, old: Numbers, new: Numbers) -> ObjectsEdit | None:
        """The edit that turns `old` into `new` (and back); None where they are the same."""
        changed = np.bitwise_xor(old, new)
        lines, samples = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
        if not len(lines):
            return None
        box = int(lines[0]), int(samples[0]), int(lines[-1]) + 1, int(samples[-1]) + 1
        inside = np.ascontiguousarray(changed[box[0] : box[2], box[1] : box[3]], np.int32)
        return cls(box, zlib.compress(inside.tobytes(), _FAST))

    def applied(self, objects: Numbers) -> Numbers:
        """The map after the edit; of the map after it, the one before."""
        top, left, bottom, right = self.box
        changed = np.frombuffer(zlib.decompress(self.difference), np.int32)
        after = objects.copy()
        after[top:bottom, left:right] ^= changed.reshape(bottom - top, right - left)
        return after
