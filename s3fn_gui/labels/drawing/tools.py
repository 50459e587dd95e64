"""Tools that paint where the mouse goes."""

from __future__ import annotations

from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.session import Session


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


# With these, Alt and a click pick a class.
LABEL_TOOLS = ("brush", "eraser", "polygon", "rectangle", "ellipse", "lasso", "fill", "grow", "superpixel")


class PickClass(Tool):
    """A click selects the class of the label there, else the one that the map shows."""

    def press(self, touch: Touch) -> None:
        item = self.session.current
        if item is None or not item.contains(touch.position):
            return
        found = int(item.labels.ids[touch.position])
        if not found and item.prediction is not None:
            found = int(item.prediction.ids[touch.position])
        if found in self.session.classes:
            self.session.select_class(found)
        else:
            self.session.report("info", "There is no label of a class at this pixel.")
