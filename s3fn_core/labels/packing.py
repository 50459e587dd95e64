"""Edits of a label map in little memory, to be kept by the thousand."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from s3fn_core.labels.labelmap import LabelEdit, Patch
from s3fn_core.types import BoolArray, Box

_FAST = 1  # strokes are long runs: a higher level gains little and would be felt


@dataclass(frozen=True, slots=True)
class PackedPatch:
    """A :class:`Patch` as planes of bits, compressed together: equal ones take no room.

    Attributes
    ----------
    box : Box
    bits : int
        Those set in any of its differences; each has a plane.
    planes : bytes
    """

    box: Box
    bits: int
    planes: bytes

    @classmethod
    def of(cls, patch: Patch) -> PackedPatch:
        bits = int(np.bitwise_or.reduce(patch.difference, axis=None))
        planes = (np.packbits(patch.difference & bit) for bit in _single(bits))
        content = b"".join(plane.tobytes() for plane in planes)
        return cls(patch.box, bits, zlib.compress(content, _FAST))

    def unpacked(self) -> Patch:
        top, left, bottom, right = self.box
        shape = (bottom - top, right - left)
        count, single = shape[0] * shape[1], _single(self.bits)
        planes = np.frombuffer(zlib.decompress(self.planes), np.uint8).reshape(len(single), -1)
        difference = np.zeros(count, np.uint8)
        for bit, plane in zip(single, planes, strict=True):
            difference |= np.unpackbits(plane, count=count) * bit
        return Patch(self.box, difference.reshape(shape))


@dataclass(frozen=True, slots=True)
class PackedEdit:
    """A :class:`LabelEdit` in little memory; `gained` has only the classes that it concerns."""

    patches: tuple[PackedPatch, ...]
    gained: dict[int, int]

    @classmethod
    def of(cls, edit: LabelEdit) -> PackedEdit:
        gained = {int(i): int(edit.gained[i]) for i in np.flatnonzero(edit.gained)}
        return cls(tuple(map(PackedPatch.of, edit.patches)), gained)

    def unpacked(self) -> LabelEdit:
        gained = np.zeros(256, np.int64)
        for class_id, pixels in self.gained.items():
            gained[class_id] = pixels
        return LabelEdit(tuple(patch.unpacked() for patch in self.patches), gained)

    @property
    def nbytes(self) -> int:
        """Memory of its content."""
        return sum(len(patch.planes) for patch in self.patches)


def _single(bits: int) -> list[np.uint8]:
    """Numbers with one bit each."""
    return [np.uint8(1 << place) for place in range(8) if bits >> place & 1]


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
