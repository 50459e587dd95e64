"""Tools of the mask: select an object, label it, add to the mask, cut from it."""

from __future__ import annotations

from s3fn_gui.masks.labelling import label_objects
from s3fn_gui.masks.state import MaskState
from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.session import Session

ADDED = "#2e9e5b"  # outline of a brush that adds to the mask


class SelectObject(Tool):
    """A click selects the object of the mask; with Shift it joins those selected, or leaves them."""

    def __init__(self, session: Session, mask: MaskState) -> None:
        super().__init__(session)
        self._mask = mask

    def press(self, touch: Touch) -> None:
        if not touch.right:
            self._mask.select_at(touch.position, more=touch.shift)


class LabelObject(Tool):
    """A click gives an object the current class; the right button erases its labels."""

    def __init__(self, session: Session, mask: MaskState) -> None:
        super().__init__(session)
        self._mask = mask

    def brush_colour(self) -> str | None:
        target = self.session.current_class
        return None if target is None else target.color

    def press(self, touch: Touch) -> None:
        state, item = self._mask, self.session.cubes.current
        target, number = self.session.current_class, state.number_at(touch.position)
        if item is None or state.mask is None or number is None or target is None:
            return
        state.select(number)
        label_objects(
            self.session, [(item, state.mask, [state.row(number)])], 0 if touch.right else target.id
        )


class MaskBrush(Tool):
    """Adds to the mask, or cuts from it; the right button does the other."""

    has_brush = True

    def __init__(self, session: Session, mask: MaskState, *, add: bool) -> None:
        super().__init__(session)
        self._mask = mask
        self._add = add

    def brush_colour(self) -> str | None:
        return ADDED if self._add else None

    def press(self, touch: Touch) -> None:
        item = self.session.cubes.current
        if item is not None:
            self.work.begin(self)
            size = self.session.view.brush_size
            self._mask.begin_stroke(item, touch.position, self._add != touch.right, size)

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self._mask.extend_stroke(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.work.end()
            self._mask.end_stroke()

    def abort(self) -> None:
        self._mask.abort_stroke()


def make_tools(session: Session, mask: MaskState) -> dict[str, Tool]:
    """One of each, by name."""
    return {
        "object": SelectObject(session, mask),
        "object_label": LabelObject(session, mask),
        "mask_add": MaskBrush(session, mask, add=True),
        "mask_cut": MaskBrush(session, mask, add=False),
    }
