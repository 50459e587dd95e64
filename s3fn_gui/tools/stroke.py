"""Labels that are painted live, and become one step to undo when the hand is lifted."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_core.labels.labelmap import LabelEdit, merge_edits
from s3fn_core.labels.shapes import Box, brush_stroke
from s3fn_core.types import BoolArray
from s3fn_gui.state import OpenCube, Position

MakeEdit = Callable[[OpenCube, Box, BoolArray, int], LabelEdit]


class Stroke:
    """One movement: painted live, finished as one edit or taken back as a whole.

    `make` gives the edit that paints a class where a mask is set; it knows what is protected.
    """

    def __init__(
        self, item: OpenCube, class_id: int, make: MakeEdit, size: int = 1, square: bool = False
    ) -> None:
        self.item = item
        self.class_id = class_id
        self._make = make
        self._size = size
        self._square = square
        self._whole: LabelEdit | None = None
        self._last: Position | None = None

    def extend(self, position: Position) -> LabelEdit | None:
        """Brush from the last position to this one; the edit made, None where nothing changed."""
        start = position if self._last is None else self._last
        self._last = position
        shape = self.item.labels.shape
        return self.add(*brush_stroke(shape, start, position, self._size, square=self._square))

    def add(self, box: Box, mask: BoolArray) -> LabelEdit | None:
        """Paint some pixels; the edit made, None where nothing changed."""
        if not mask.any():
            return None
        edit = self._make(self.item, box, mask, self.class_id)
        if edit.is_empty:
            return None
        self.item.apply(edit)
        self._whole = edit if self._whole is None else merge_edits((self._whole, edit))
        return edit

    def finish(self) -> LabelEdit | None:
        """Everything that was painted, as one edit."""
        return self._whole

    def abort(self) -> LabelEdit | None:
        """Take everything back; the edit that was reverted."""
        whole, self._whole = self._whole, None
        if whole is not None:
            self.item.apply(whole, undo=True)
        return whole
