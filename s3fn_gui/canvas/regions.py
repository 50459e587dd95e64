"""Rectangles whose mean spectrum is kept: drawing one with the mouse, and showing them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.labels.shapes import Box
from s3fn_gui.session import Session
from s3fn_gui.state import OpenCube, Position

DRAWN = "#1f2a33"  # the frame while the mouse draws it


class RegionDrag:
    """The Inspect tool's left button: a click pins a pixel, a drag keeps the mean of a rectangle.

    `point` is where the mouse is on the screen, `position` the pixel of the image there.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._item: OpenCube | None = None
        self._first: Position = (0, 0)
        self._point = QPointF()
        self._moved = False

    @property
    def active(self) -> bool:
        return self._item is not None

    def begin(self, position: Position, point: QPointF) -> None:
        """The button went down."""
        self._item, self._first, self._point = self._session.current, position, point
        self._moved = False

    def move(self, position: Position, point: QPointF) -> None:
        """A hand that trembles a little still clicks."""
        if self._item is None:
            return
        if self._item is not self._session.current:
            self.abort()
            return
        way = (point - self._point).manhattanLength()
        self._moved |= way >= QApplication.startDragDistance()
        if self._moved:
            self._session.spectra.set_drag(_box(self._item, self._first, position))

    def end(self) -> None:
        """The button went up."""
        item, box, moved = self._item, self._session.spectra.drag, self._moved
        if item is None:
            return
        self.abort()
        if item is not self._session.current:
            return
        if not moved:
            self._session.pin(self._first)
        elif box is not None:
            self._session.spectra.keep_region(item, box)

    def abort(self) -> None:
        """Forget the rectangle."""
        self._item = None
        self._session.spectra.set_drag(None)


def _box(item: OpenCube, first: Position, last: Position) -> Box | None:
    """The rectangle between two pixels as far as it lies within the image."""
    top, bottom = sorted((first[0], last[0]))
    left, right = sorted((first[1], last[1]))
    top, left = max(top, 0), max(left, 0)
    bottom, right = min(bottom + 1, item.cube.lines), min(right + 1, item.cube.samples)
    return (top, left, bottom, right) if top < bottom and left < right else None


class RegionFrames(QGraphicsItem):
    """Frames of the regions of the cube on show, and of the one that is being drawn."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def refresh(self) -> None:
        """Others are kept, or another cube is on show."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        item = self._session.current
        return QRectF() if item is None else QRectF(0, 0, item.cube.samples, item.cube.lines)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """The one that is brought out in the plot has a wider frame."""
        item, drag = self._session.current, self._session.spectra.drag
        shown = self._session.spectra.highlighted
        for kept in () if item is None else item.kept:
            if kept.box is not None and kept.pixel is None:
                _frame(painter, kept.box, kept.colour, 4 if kept.number == shown else 2)
        if drag is not None:
            _frame(painter, drag, DRAWN, 2)


def _frame(painter: QPainter, box: Box, colour: str, width: int) -> None:
    """White on both sides of the colour shows on dark and light."""
    top, left, bottom, right = box
    for reach, shade in ((width + 2, "#ffffff"), (width, colour)):
        pen = QPen(QColor(shade), reach)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRect(QRectF(left, top, right - left, bottom - top))
