"""The Inspect tool: keep the spectrum of a pixel or the mean of a region."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from s3fn_core.types import Box
from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.session import Session


class Inspect(Tool):
    """A click pins a pixel's spectrum, a drag keeps the mean of a rectangle."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._item: OpenCube | None = None
        self._first: Position = (0, 0)
        self._point = QPointF()
        self._moved = False

    def press(self, touch: Touch) -> None:
        if touch.right or self.session.cubes.current is None:
            return
        self.work.begin(self)
        self._item, self._first, self._point = self.session.cubes.current, touch.position, touch.point
        self._moved = False

    def move(self, touch: Touch) -> None:
        """A hand that trembles a little still clicks."""
        if not self.is_busy or self._item is None:
            return
        way = (touch.point - self._point).manhattanLength()
        self._moved |= way >= QApplication.startDragDistance()
        if self._moved:
            self.session.spectra.set_drag(_box(self._item, self._first, touch.position))

    def release(self, touch: Touch) -> None:
        item, box = self._item, self.session.spectra.drag
        if not self.is_busy or item is None:
            return
        self.work.abort()
        if not self._moved:
            self.session.spectra.pin(self._first)
        elif box is not None:
            self.session.spectra.keep_region(item, box)

    def abort(self) -> None:
        self.session.spectra.set_drag(None)


def make_tools(session: Session) -> dict[str, Tool]:
    """The hand, which does nothing but what every tool can, and Inspect."""
    return {"pan": Tool(session), "inspect": Inspect(session)}


def _box(item: OpenCube, first: Position, last: Position) -> Box | None:
    """The rectangle between two pixels as far as it lies within the image."""
    top, bottom = sorted((first[0], last[0]))
    left, right = sorted((first[1], last[1]))
    top, left = max(top, 0), max(left, 0)
    bottom, right = min(bottom + 1, item.cube.lines), min(right + 1, item.cube.samples)
    return (top, left, bottom, right) if top < bottom and left < right else None
