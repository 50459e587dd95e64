"""Tools that paint what is alike: by the spectral angle to a seed, or as superpixels."""

from __future__ import annotations

import numpy as np
from skimage.draw import line as pixels_between

from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session
from s3fn_gui.session.work import Preview

VERBS = {"fill": "Fill with", "grow": "Grow"}


class Alike(Tool):
    """What both tools with a seed share; the angles are computed by a flow."""

    name = ""

    def press(self, touch: Touch) -> None:
        if touch.double:  # of a hand that is used to it: the first press was enough
            return
        self.drawing.begin(self)
        if not self.drawing.grow(self.name, touch.position, touch.right):
            self.drawing.abort()

    @property
    def holds(self) -> bool:
        return self.is_busy


class Fill(Alike):
    """A click paints the connected pixels whose spectra are like the one clicked."""

    name = "fill"


class Grow(Alike):
    """Shows what a seed would paint while the angle is changed; Enter or a click paints it."""

    name = "grow"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._turned = 0.0

    def press(self, touch: Touch) -> None:
        growth = self.drawing.growth
        grown = self.is_busy and growth is not None and growth.area is not None
        if grown and not touch.double:
            self._apply(touch.right)
        else:
            super().press(touch)

    def confirm(self) -> None:
        if self.drawing.growth is not None:
            self._apply(self.drawing.growth.erase)

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
        growth = self.drawing.growth
        if growth is not None and growth.area is not None:
            self.drawing.abort()
            self.drawing.paint(*growth.area, VERBS["grow"], erase)


class SuperpixelBrush(Tool):
    """Assigns the superpixels that the mouse touches; the one under the cursor is highlighted."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._last: Position = (0, 0)
        self._erase = False

    def press(self, touch: Touch) -> None:
        if self.drawing.superpixels is None:
            self.session.report("info", "The superpixels are not ready yet.")
            return
        self.drawing.begin(self)
        if self.drawing.open_stroke(touch.right, "Superpixels of"):
            self._last, self._erase = touch.position, touch.right
            self._take(touch.position)
        else:
            self.drawing.end()

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            self._take(touch.position)
        self._show(touch.position)

    def release(self, touch: Touch) -> None:
        if self.is_busy:
            self.drawing.end_stroke()
            self.drawing.end()
            self._erase = False
            self._show(touch.position)

    def leave(self) -> None:
        if not self.is_busy:
            self.drawing.set_preview(None)

    def abort(self) -> None:
        self._erase = False

    def _take(self, position: Position) -> None:
        """All that lie on the way from the last position."""
        found = self.drawing.superpixels
        if found is None:
            return
        way = zip(*pixels_between(*self._last, *position), strict=True)
        self._last = position
        for number in np.unique([found.at((int(y), int(x))) for y, x in way]):
            if number:
                self.drawing.add_to_stroke(*found.area(int(number)))

    def _show(self, position: Position) -> None:
        found = self.drawing.superpixels
        number = 0 if found is None else found.at(position)
        preview = None
        if found is not None and number:
            preview = Preview(area=found.area(number), erase=self._erase)
        self.drawing.set_preview(preview)
