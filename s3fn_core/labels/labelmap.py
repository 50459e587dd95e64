"""The label map, and edits of it as values that can be applied and reverted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.shapes import Box
from s3fn_core.types import BoolArray, IdArray


@dataclass(frozen=True)
class LabelEdit:
    """One change of a label map: where, what was there, what is there now.

    Attributes
    ----------
    box : Box
    mask : array of bool, shape of the box
        The pixels that change.
    old, new : arrays of uint8, shape (mask.sum(),)
        Class ids before and after, in the mask's row-major order.
    """

    box: Box
    mask: BoolArray
    old: IdArray
    new: IdArray

    @property
    def is_empty(self) -> bool:
        return not self.mask.any()


class LabelMap:
    """Class ids of a cube's pixels, shape (lines, samples), 0 = unlabelled."""

    def __init__(self, ids: IdArray) -> None:
        if ids.ndim != 2:
            raise LabelError(f"A label map has two axes (lines, samples), this one {ids.ndim}.")
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
        here = self._view(box)
        changes = mask & (here != class_id)
        if locked:
            changes &= ~is_one_of(here, locked)
        if protect and class_id != 0:
            changes &= here == 0
        old = here[changes]
        return LabelEdit(box, changes, old, np.full_like(old, class_id))

    def replace_all(self, ids: IdArray) -> LabelEdit:
        """The edit that turns the whole map into `ids`."""
        if ids.shape != self.shape:
            raise LabelError(
                f"The label map is {ids.shape[0]} x {ids.shape[1]} but the cube "
                f"{self.shape[0]} x {self.shape[1]} (lines x samples); they must agree."
            )
        mask = self.ids != ids
        return LabelEdit((0, 0, *self.shape), mask, self.ids[mask], ids[mask].astype(np.uint8))

    def apply(self, edit: LabelEdit) -> None:
        self._view(edit.box)[edit.mask] = edit.new

    def revert(self, edit: LabelEdit) -> None:
        self._view(edit.box)[edit.mask] = edit.old

    def _view(self, box: Box) -> IdArray:
        top, left, bottom, right = box
        return self.ids[top:bottom, left:right]


def is_one_of(ids: IdArray, chosen: Iterable[int]) -> BoolArray:
    """Which pixels have one of some class ids; by a table, since np.isin would sort."""
    table = np.zeros(256, bool)
    table[list(chosen)] = True
    return table[ids]


def merge_edits(edits: list[LabelEdit]) -> LabelEdit:
    """One edit that does what `edits` did one after the other (a stroke is one undo step)."""
    top = min(e.box[0] for e in edits)
    left = min(e.box[1] for e in edits)
    bottom = max(e.box[2] for e in edits)
    right = max(e.box[3] for e in edits)
    mask = np.zeros((bottom - top, right - left), bool)
    old = np.zeros(mask.shape, np.uint8)
    new = np.zeros(mask.shape, np.uint8)
    for edit in edits:
        view = (
            slice(edit.box[0] - top, edit.box[2] - top),
            slice(edit.box[1] - left, edit.box[3] - left),
        )
        first = edit.mask & ~mask[view]  # the oldest value is the one to go back to
        old[view][first] = edit.old[first[edit.mask]]
        new[view][edit.mask] = edit.new
        mask[view] |= edit.mask
    return LabelEdit((top, left, bottom, right), mask, old[mask], new[mask])
