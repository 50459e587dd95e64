"""The label map, and edits of it as values that can be applied and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from s3fn_core.checked import check_numbers, checked
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES
from s3fn_core.labels.shapes import Point
from s3fn_core.types import BoolArray, Box, IdArray

TILE = 256  # pixels a side: 64 KB, which stay in the processor's cache
_FEW = 24  # ids that are faster counted one by one
Counts = np.ndarray[Any, np.dtype[np.int64]]
_Array = TypeVar("_Array", IdArray, BoolArray)


@dataclass(frozen=True, eq=False)
class Patch:
    """What an edit changes within one tile of the map.

    Attributes
    ----------
    box : Box
    difference : array of uint8, shape of the box
        Class id before XOR class id after; 0 where nothing changes.
    """

    box: Box
    difference: IdArray


@dataclass(frozen=True, eq=False)
class LabelEdit:
    """One change of a label map, as large as the tiles it touches.  There and back are the same.

    Attributes
    ----------
    patches : tuple of Patch
        At most one for each tile.
    gained : array of int64, shape (256,)
        Pixels that each class id wins.
    """

    patches: tuple[Patch, ...]
    gained: Counts

    @property
    def is_empty(self) -> bool:
        return not self.patches

    @property
    def pixels(self) -> int:
        """Number of pixels that change."""
        return sum(int(np.count_nonzero(patch.difference)) for patch in self.patches)

    @property
    def nbytes(self) -> int:
        """Memory of its content."""
        return sum(patch.difference.nbytes for patch in self.patches)

    @property
    def box(self) -> Box:
        """The rectangle around all patches."""
        return _around([patch.box for patch in self.patches])


@checked(LabelError)
class LabelMap:
    """Class ids of a cube's pixels, shape (lines, samples), 0 = unlabelled."""

    def __init__(self, ids: IdArray) -> None:
        check_numbers(ids, "A label map", LabelError, MAX_CLASSES)
        self.ids: IdArray = np.ascontiguousarray(ids, dtype=np.uint8)

    @classmethod
    def empty(cls, lines: int, samples: int) -> LabelMap:
        return cls(np.zeros((lines, samples), np.uint8))

    @property
    def shape(self) -> tuple[int, int]:
        lines, samples = self.ids.shape
        return lines, samples

    def copy(self) -> LabelMap:
        return LabelMap(self.ids.copy())

    def count(self, class_id: int) -> int:
        """Number of pixels of a class."""
        return int(np.count_nonzero(self.ids == class_id))

    def nearest(self, class_id: int, place: Point) -> tuple[int, int]:
        """The pixel (line, sample) of a class, which must have one, that is nearest to a place."""
        marked = self.ids == class_id
        middle = min(max(round(place[1]), 0), marked.shape[1] - 1)
        # In each line only the next one to the right or to the left can be it.
        right = middle + marked[:, middle:].argmax(axis=1)
        left = middle - marked[:, middle::-1].argmax(axis=1)
        lines, samples = np.tile(np.arange(len(marked)), 2), np.concatenate([right, left])
        away = (lines - place[0]) ** 2 + (samples - place[1]) ** 2
        best = int(np.argmin(np.where(marked[lines, samples], away, np.inf)))
        return int(lines[best]), int(samples[best])

    def edit(
        self,
        box: Box,
        mask: BoolArray,
        class_id: int,
        protect: bool = False,
        locked: frozenset[int] = frozenset(),
    ) -> LabelEdit:
        """The edit that paints `class_id` where `mask` is set; nothing is changed yet.

        With `protect`, only unlabelled pixels are painted (erasing is never hindered).  Pixels of
        the classes `locked` are neither painted over nor erased.
        """

        def painted(place: Box, here: IdArray) -> IdArray:
            wanted = _part(mask, place, box)
            if locked and wanted.any():
                wanted = wanted & ~is_one_of(here, locked)
            if protect and class_id != 0:
                wanted = wanted & (here == 0)
            difference: IdArray = (here ^ np.uint8(class_id)) * wanted
            return difference

        return self._edit(box, painted, class_id)

    def relabel(self, ids: Iterable[int], class_id: int) -> LabelEdit:
        """The edit that gives all pixels of some classes to another one (0: erases them)."""
        return merge_edits(self._relabel(old, class_id) for old in ids)

    def replace_all(self, ids: IdArray) -> LabelEdit:
        """The edit that turns the whole map into `ids`."""
        if ids.shape != self.shape:
            raise LabelError(
                "The label map is {found} but the cube {expected} (lines x samples); they must agree.",
                found=" x ".join(map(str, ids.shape)),
                expected=" x ".join(map(str, self.shape)),
            )
        whole, wanted = (0, 0, *self.shape), ids.astype(np.uint8, copy=False)
        return self._edit(whole, lambda place, here: here ^ _part(wanted, place, whole))

    def apply(self, edit: LabelEdit) -> None:
        """Change the map; a second time takes it back."""
        for patch in edit.patches:
            view = self._view(patch.box)
            view ^= patch.difference

    def _edit(
        self, box: Box, differing: Callable[[Box, IdArray], IdArray], class_id: int | None = None
    ) -> LabelEdit:
        """Ask for the differences tile by tile, given where it is and its ids.

        `class_id` is what all pixels become that change; None where that is not the same.
        """
        patches, gained = [], np.zeros(256, np.int64)
        for place in tiles(box):
            here = self._view(place)
            difference = differing(place, here)
            if not difference.any():
                continue
            patches.append(Patch(place, difference))
            if class_id is None:
                gained += count_ids(here ^ difference) - count_ids(here)
            else:  # the difference tells what there was
                changed = count_ids(difference)
                changed[0] = 0
                gained -= changed[np.arange(256) ^ class_id]
                gained[class_id] += changed.sum()
        return LabelEdit(tuple(patches), gained)

    def _relabel(self, old: int, new: int) -> LabelEdit:
        patches, gained = [], np.zeros(256, np.int64)
        for place in tiles((0, 0, *self.shape)):
            found = self._view(place) == old
            if old != new and found.any():
                patches.append(Patch(place, found * np.uint8(old ^ new)))
                gained[[old, new]] += np.array((-1, 1)) * np.count_nonzero(found)
        return LabelEdit(tuple(patches), gained)

    def _view(self, box: Box) -> IdArray:
        top, left, bottom, right = box
        return self.ids[top:bottom, left:right]


def tiles(box: Box) -> Iterator[Box]:
    """The parts of a box in each tile of the map."""
    top, left, bottom, right = box
    for line in range(top - top % TILE, bottom, TILE):
        for sample in range(left - left % TILE, right, TILE):
            yield (max(line, top), max(sample, left), min(line + TILE, bottom), min(sample + TILE, right))


def is_one_of(ids: IdArray, chosen: Iterable[int]) -> BoolArray:
    """Which pixels have one of some class ids; np.isin would sort, a table be slower than that."""
    found = np.zeros(ids.shape, bool)
    for class_id in chosen:
        found |= ids == class_id
    return found


def count_ids(ids: IdArray) -> Counts:
    """Pixels of every id, shape (256,).

    Piece by piece and, where there are few, one id after the other: np.bincount makes eight bytes
    of each pixel first.
    """
    counts = np.zeros(256, np.int64)
    flat = ids.ravel()
    for start in range(0, flat.size, TILE * TILE):
        piece = flat[start : start + TILE * TILE]
        first, last = int(piece.min()), int(piece.max())
        if last - first >= _FEW:
            counts += np.bincount(piece, minlength=256)
            continue
        for class_id in range(first, last + 1):
            counts[class_id] += np.count_nonzero(piece == class_id)
    return counts


def merge_edits(edits: Iterable[LabelEdit]) -> LabelEdit:
    """One edit that does what `edits` did one after the other (a stroke is one undo step)."""
    touched = dict[tuple[int, int], list[Patch]]()
    gained = np.zeros(256, np.int64)
    for edit in edits:
        gained += edit.gained
        for patch in edit.patches:
            touched.setdefault((patch.box[0] // TILE, patch.box[1] // TILE), []).append(patch)
    merged = (_merged(patches) for patches in touched.values())
    return LabelEdit(tuple(patch for patch in merged if patch.difference.any()), gained)


def _merged(patches: list[Patch]) -> Patch:
    """One patch for all those of a tile."""
    if len(patches) == 1:
        return patches[0]
    box = _around([patch.box for patch in patches])
    difference = np.zeros((box[2] - box[0], box[3] - box[1]), np.uint8)
    for patch in patches:
        view = _part(difference, patch.box, box)
        view ^= patch.difference
    return Patch(box, difference)


def _around(boxes: list[Box]) -> Box:
    """The smallest box that holds some others; an empty one for none."""
    if not boxes:
        return 0, 0, 0, 0
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return min(tops), min(lefts), max(bottoms), max(rights)


def _part(array: _Array, place: Box, box: Box) -> _Array:
    """The view of `place` in an array that covers `box`."""
    return array[place[0] - box[0] : place[2] - box[0], place[1] - box[1] : place[3] - box[1]]
