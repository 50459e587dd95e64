"""Tools that paint similar spectra: by the angle to a seed, or as superpixels."""

from __future__ import annotations

import numpy as np
from skimage.draw import line as pixels_between

from s3fn_core.languages import tr
from s3fn_gui.labels.drawing.label_tool import LabelTool
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.state import DrawingState, Growth
from s3fn_gui.picture.tool import Touch
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session
from s3fn_gui.session.work import Preview


class SeedTool(LabelTool):
    """What both tools with a seed share; a flow computes the angles."""

    name = ""

    def __init__(self, session: Session, painting: Painting, state: DrawingState) -> None:
        super().__init__(session, painting)
        self.state = state

    def press(self, touch: Touch) -> None:
        if touch.double:  # of a hand that is used to it: the first press was enough
            return
        self.work.begin(self)
        item = self.session.cubes.current
        if item is None or not item.contains(touch.position) or not self._can_paint(touch):
            self.work.abort()
            return
        self.state.set_growth(Growth(self.name, item, item.cube, touch.position, touch.right))

    def _can_paint(self, touch: Touch) -> bool:
        return self.painting.class_to_paint(touch.right) is not None

    @property
    def holds(self) -> bool:
        return self.is_busy


class Fill(SeedTool):
    """A click paints the connected pixels whose spectra are like the one clicked."""

    name = "fill"


class Grow(SeedTool):
    """Shows what a seed would paint while the angle is changed; Enter or a click paints it."""

    name = "grow"

    def __init__(self, session: Session, painting: Painting, state: DrawingState) -> None:
        super().__init__(session, painting, state)
        self._turned = 0.0

    def press(self, touch: Touch) -> None:
        growth = self.state.growth
        grown = self.is_busy and growth is not None and growth.area is not None
        if grown and not touch.double:
            self._apply(touch.right)
        else:
            super().press(touch)

    def confirm(self) -> None:
        if self.state.growth is not None:
            self._apply(self.state.growth.erase)

    def wheel(self, notches: float) -> bool:
        """Touch pads send parts of a notch, which add up."""
        if not self.is_busy:
            return False
        self._turned += notches
        steps = int(self._turned)
        if steps:
            self._turned -= steps
            self.session.view.step_tool(steps)
        return True

    def _apply(self, erase: bool) -> None:
        growth = self.state.growth
        if growth is not None and growth.area is not None:
            self.work.abort()
            self.painting.paint(*growth.area, "grow", erase)


class SuperpixelBrush(LabelTool):
    """Assigns the superpixels that the mouse touches; the one under the cursor is highlighted."""

    def __init__(self, session: Session, painting: Painting, state: DrawingState) -> None:
        super().__init__(session, painting)
        self.state = state
        self._last: Position = (0, 0)
        self._erase = False

    def press(self, touch: Touch) -> None:
        if self.state.superpixels is None:
            self.session.report("info", tr("The superpixels are not ready yet."))
            return
        self.work.begin(self)
        if self.painting.open_stroke(touch.right, "superpixel"):
            self._last, self._erase = touch.position, touch.right
            self._take(touch.position)
        else:
            self.work.end()

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self._take(touch.position)
        self._show(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.painting.end_stroke()
            self.work.end()
            self._erase = False
            self._show(touch.position)

    def leave(self) -> None:
        if not self.is_busy:
            self.work.set_preview(None)

    def abort(self) -> None:
        self._erase = False

    def _take(self, position: Position) -> None:
        """All that lie on the way from the last position."""
        found = self.state.superpixels
        if found is None:
            return
        way = zip(*pixels_between(*self._last, *position), strict=True)
        self._last = position
        for number in np.unique([found.at((int(y), int(x))) for y, x in way]):
            if number:
                self.painting.add_to_stroke(*found.area(int(number)))

    def _show(self, position: Position) -> None:
        found = self.state.superpixels
        number = 0 if found is None else found.at(position)
        preview = None
        if found is not None and number:
            preview = Preview(area=found.area(number), erase=self._erase)
        self.work.set_preview(preview)
