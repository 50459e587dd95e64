"""Tools that paint where the mouse goes."""

from __future__ import annotations

from s3fn_gui.session import Session
from s3fn_gui.tools.base import Tool, Touch


class Brush(Tool):
    """Paints the current class, or erases; the right button always erases."""

    def __init__(self, session: Session, *, erase: bool = False) -> None:
        super().__init__(session)
        self._erase = erase

    def press(self, touch: Touch) -> None:
        self.drawing.begin(self)
        self.drawing.begin_stroke(touch.position, self._erase or touch.right)
        if not self.drawing.is_painting:
            self.drawing.end()

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self.drawing.extend_stroke(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.drawing.end_stroke()
            self.drawing.end()

    def abort(self) -> None:
        self.drawing.abort_stroke()


class MaskBrush(Tool):
    """Adds to the mask, or cuts from it; the right button does the other."""

    def __init__(self, session: Session, *, add: bool) -> None:
        super().__init__(session)
        self._add = add

    def press(self, touch: Touch) -> None:
        mask, item = self.session.mask, self.session.current
        if item is not None:
            self.drawing.begin(self)
            size = self.session.view.brush_size
            mask.begin_stroke(item, touch.position, self._add != touch.right, size)

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self.session.mask.extend_stroke(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.drawing.end()
            self.session.mask.end_stroke()

    def abort(self) -> None:
        self.session.mask.abort_stroke()
