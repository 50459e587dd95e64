"""Edits of a label map in little memory, to be kept by the thousand."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.shapes import Box
from s3fn_core.types import BoolArray, IdArray

_FAST = 1  # strokes are long runs: a higher level gains little and would be felt


@dataclass(frozen=True)
class PackedIds:
    """Class ids, most often all the same.

    Attributes
    ----------
    count : int
    content : bytes
        One byte where all are the same, else compressed by zlib.
    """

    count: int
    content: bytes

    @classmethod
    def of(cls, ids: IdArray) -> PackedIds:
        if ids.size and (ids == ids[0]).all():
            return cls(ids.size, ids[:1].tobytes())
        return cls(ids.size, zlib.compress(ids.tobytes(), _FAST))

    def unpacked(self) -> IdArray:
        """Array of uint8, shape (count,)."""
        if len(self.content) == 1:
            return np.full(self.count, self.content[0], np.uint8)
        return np.frombuffer(zlib.decompress(self.content), np.uint8)


@dataclass(frozen=True)
class PackedEdit:
    """A :class:`LabelEdit` whose mask is kept as compressed bits, within the pixels it changes."""

    box: Box
    mask: bytes
    old: PackedIds
    new: PackedIds

    @classmethod
    def of(cls, edit: LabelEdit) -> PackedEdit:
        box, mask = trimmed(edit.box, edit.mask)
        bits = zlib.compress(np.packbits(mask).tobytes(), _FAST)
        return cls(box, bits, PackedIds.of(edit.old), PackedIds.of(edit.new))

    def unpacked(self) -> LabelEdit:
        """The edit, with a box no larger than it needs."""
        height, width = self.box[2] - self.box[0], self.box[3] - self.box[1]
        bits = np.frombuffer(zlib.decompress(self.mask), np.uint8)
        mask = np.unpackbits(bits, count=height * width).view(bool).reshape(height, width)
        return LabelEdit(self.box, mask, self.old.unpacked(), self.new.unpacked())

    @property
    def nbytes(self) -> int:
        """Memory of its content."""
        return len(self.mask) + len(self.old.content) + len(self.new.content)


def trimmed(box: Box, mask: BoolArray) -> tuple[Box, BoolArray]:
    """The smallest box that holds all pixels set in `mask`, and its part of the mask.

    An empty mask gives an empty box.
    """
    lines, samples = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not lines.size:
        return (box[0], box[1], box[0], box[1]), mask[:0, :0]
    top, bottom = int(lines[0]), int(lines[-1]) + 1
    left, right = int(samples[0]), int(samples[-1]) + 1
    trimmed_box = (box[0] + top, box[1] + left, box[0] + bottom, box[1] + right)
    return trimmed_box, mask[top:bottom, left:right]
