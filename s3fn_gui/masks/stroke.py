"""One movement of the brush on the mask: painted live, numbered when it ends."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.shapes import Box, brush_stroke
from s3fn_core.types import BoolArray, IdArray
from s3fn_gui.state import OpenCube, Position


class MaskStroke:
    """Adds pixels to a copy of a mask, or cuts them from it.

    Attributes
    ----------
    background : array of uint8, shape (lines, samples)
        1 where the mask is not, as it is being painted.
    changed : int
        Pixels that are others now.
    """

    def __init__(self, item: OpenCube, mask: BoolArray, add: bool, size: int) -> None:
        self.item = item
        self.add = add
        self.background: IdArray = (~mask).view(np.uint8)
        self.changed = 0
        self._size = size
        self._last: Position | None = None

    @property
    def mask(self) -> BoolArray:
        """The mask with what was painted."""
        mask: BoolArray = self.background == 0
        return mask

    def extend(self, position: Position) -> Box:
        """Paint from the last position to this one; where it was."""
        lines, samples = self.background.shape
        start = position if self._last is None else self._last
        self._last = position
        box, touched = brush_stroke((lines, samples), start, position, self._size)
        top, left, bottom, right = box
        here = self.background[top:bottom, left:right]
        after = np.uint8(0 if self.add else 1)
        self.changed += int(np.count_nonzero(touched & (here != after)))
        here[touched] = after
        return box

    @property
    def text(self) -> str:
        """What the undo menu calls it."""
        return f"{'Add to' if self.add else 'Cut from'} the mask ({self.changed} px)"
