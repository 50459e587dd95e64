"""The tools that label: brush, eraser and class picker; :func:`make_tools` lists them all."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.labels.drawing.label_tool import LabelTool
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.shape_tools import Ellipse, Lasso, Polygon, Rectangle
from s3fn_gui.labels.drawing.spectral_tools import Fill, Grow, SuperpixelBrush
from s3fn_gui.labels.drawing.state import DrawingState
from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.session import Session


class Brush(LabelTool):
    """Paints the current class, or erases; the right button always erases."""

    has_brush = True

    def __init__(self, session: Session, painting: Painting, *, erase: bool = False) -> None:
        super().__init__(session, painting)
        self._erase = erase

    def brush_colour(self) -> str | None:
        target = self.session.current_class
        return None if self._erase or target is None else target.color

    def press(self, touch: Touch) -> None:
        self.work.begin(self)
        self.painting.begin_stroke(touch.position, self._erase or touch.right)
        if not self.work.is_painting:
            self.work.end()

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self.painting.extend_stroke(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.painting.end_stroke()
            self.work.end()

    def abort(self) -> None:
        self.painting.abort_stroke()


class PickClass(Tool):
    """A click selects the class of the label there, else the one that the map shows."""

    def press(self, touch: Touch) -> None:
        item = self.session.cubes.current
        if item is None or not item.contains(touch.position):
            return
        found = int(item.labels.ids[touch.position])
        if not found and item.prediction is not None:
            found = int(item.prediction.ids[touch.position])
        if found in self.session.classes:
            self.session.select_class(found)
        else:
            self.session.report("info", tr("This pixel has no label."))


def make_tools(session: Session, painting: Painting, state: DrawingState) -> dict[str, Tool]:
    """One of each, by name."""
    return {
        "brush": Brush(session, painting),
        "eraser": Brush(session, painting, erase=True),
        "polygon": Polygon(session, painting),
        "rectangle": Rectangle(session, painting),
        "ellipse": Ellipse(session, painting),
        "lasso": Lasso(session, painting),
        "fill": Fill(session, painting, state),
        "grow": Grow(session, painting, state),
        "superpixel": SuperpixelBrush(session, painting, state),
        "pick": PickClass(session),
    }
