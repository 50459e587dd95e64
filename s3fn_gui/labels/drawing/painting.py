"""Painting of labels: strokes, filled shapes, one step to undo each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from PySide6.QtCore import QObject

from s3fn_core.labels.labelmap import LabelEdit, merge_edits
from s3fn_core.labels.shapes import brush_stroke
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Box
from s3fn_gui.base.signals import follow
from s3fn_gui.labels.drawing.splitting import Splitting
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session

NO_CLASS = tr("Add a class first: tools paint the selected class.")
PROTECTED = tr("Nothing was painted: the classes there are protected, locked or not the one being split.")
MakeEdit = Callable[[OpenCube, Box, BoolArray, int], LabelEdit]
PaintingTool = Literal["brush", "polygon", "rectangle", "ellipse", "lasso", "fill", "grow", "superpixel"]
PAINTING_TOOLS: tuple[PaintingTool, ...] = get_args(PaintingTool)


def step_text(tool: PaintingTool, name: str, pixels: int) -> str:
    """What a tool has painted on a class, as Undo names it."""
    known = {"name": name, "pixels": pixels}
    return {
        "brush": tr("Paint {name} ({pixels} px)", **known),
        "polygon": tr("Polygon of {name} ({pixels} px)", **known),
        "rectangle": tr("Rectangle of {name} ({pixels} px)", **known),
        "ellipse": tr("Ellipse of {name} ({pixels} px)", **known),
        "lasso": tr("Lasso of {name} ({pixels} px)", **known),
        "fill": tr("Fill with {name} ({pixels} px)", **known),
        "grow": tr("Grow {name} ({pixels} px)", **known),
        "superpixel": tr("Superpixels of {name} ({pixels} px)", **known),
    }[tool]


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


class Painting(QObject):
    """Everything that paints labels goes through here."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._stroke: Stroke | None = None
        self._tool: PaintingTool = "brush"
        self.splitting = Splitting(session)
        follow(self.abort_stroke, session.work.aborted, session.work.stroke_dropped)
        session.work.stroke_finished.connect(self.end_stroke)

    def class_to_paint(self, erase: bool) -> int | None:
        """The id to paint, 0 to erase; None without a class, which is reported."""
        if erase:
            return 0
        if self._session.current_class is None:
            self._session.report("info", NO_CLASS)
            return None
        return self.splitting.class_to_paint() or self._session.class_id

    def paint(self, box: Box, mask: BoolArray, tool: PaintingTool, erase: bool) -> None:
        """Give some pixels the current class, or none: one step to undo."""
        item, class_id = self._session.cubes.current, self.class_to_paint(erase)
        if item is None or class_id is None or not mask.any():
            return
        edit = self._session.label_edit(item, box, mask, class_id)
        if edit.is_empty and class_id and (self._ids(item, box)[mask] != class_id).any():
            self._session.report("info", PROTECTED)
        self._push(item, edit, class_id, tool)

    def erase_all(self) -> None:
        """Erase the labels of the current cube, but for locked classes."""
        item = self._session.cubes.current
        if item is not None:
            whole, everywhere = (0, 0, *item.labels.shape), np.ones(item.labels.shape, bool)
            edit = item.labels.edit(whole, everywhere, 0, locked=self._session.locked)
            self._session.push_labels(item, edit, tr("Erase all labels"))

    def _push(
        self, item: OpenCube, edit: LabelEdit, class_id: int, tool: PaintingTool, done: bool = False
    ) -> None:
        if class_id and class_id == self.splitting.part:
            self.splitting.push(item, edit, done)
            return
        if class_id:
            text = step_text(tool, self._session.classes[class_id].name, edit.pixels)
        else:
            text = tr("Erase ({pixels} px)", pixels=edit.pixels)
        self._session.push_labels(item, edit, text, done)

    @staticmethod
    def _ids(item: OpenCube, box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        top, left, bottom, right = box
        return item.labels.ids[top:bottom, left:right]

    # --- strokes -------------------------------------------------------------------------------

    def begin_stroke(self, position: Position, erase: bool) -> None:
        """Start to paint the current class with the brush, or to erase."""
        if self.open_stroke(erase, "brush"):
            self.extend_stroke(position)

    def open_stroke(self, erase: bool, tool: PaintingTool) -> bool:
        """Start a stroke without a pixel yet; False where nothing can be painted."""
        self.abort_stroke()
        item, class_id = self._session.cubes.current, self.class_to_paint(erase)
        if item is None or class_id is None:
            return False
        view = self._session.view
        size, square = view.brush_size, view.options.square
        self._stroke = Stroke(item, class_id, self._session.label_edit, size, square)
        self._tool = tool
        self._session.work.set_painting(self, True)
        return True

    def extend_stroke(self, position: Position) -> None:
        """The brush has moved."""
        if self._stroke is not None:
            self._tell(self._stroke.extend(position))

    def add_to_stroke(self, box: Box, mask: BoolArray) -> None:
        """Some more pixels belong to the stroke."""
        if self._stroke is not None:
            self._tell(self._stroke.add(box, mask))

    def end_stroke(self) -> None:
        """Finish the stroke; it becomes one step to undo."""
        stroke = self._taken()
        edit = None if stroke is None else stroke.finish()
        if stroke is not None and edit is not None:
            self._push(stroke.item, edit, stroke.class_id, self._tool, done=True)

    def abort_stroke(self) -> None:
        """Take the running stroke back."""
        stroke = self._taken()
        if stroke is not None:
            self._tell(stroke.abort())

    def _taken(self) -> Stroke | None:
        """The running stroke, which no longer runs."""
        stroke, self._stroke = self._stroke, None
        self._session.work.set_painting(self, False)
        return stroke

    def _tell(self, edit: LabelEdit | None) -> None:
        if edit is not None:
            self._session.labels_changed.emit(edit.box)
