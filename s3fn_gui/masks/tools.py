"""Tools that look: keep spectra, select an object, pick a class."""

from __future__ import annotations

from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.session import Session


class SelectObject(Tool):
    """A click selects the object of the mask."""

    def press(self, touch: Touch) -> None:
        if not touch.right:
            self.session.mask.select_at(touch.position)


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
