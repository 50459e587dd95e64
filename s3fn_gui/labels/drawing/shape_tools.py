"""Tools that draw a shape and give its inside the class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from s3fn_core.labels import shapes
from s3fn_core.labels.shapes import Point, Shape
from s3fn_core.types import BoolArray, Box
from s3fn_gui.labels.drawing.label_tool import LabelTool
from s3fn_gui.labels.drawing.painting import Painting, PaintingTool
from s3fn_gui.picture.tool import Touch
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session
from s3fn_gui.session.work import Preview

NEAR = 8.0  # screen pixels from its first corner, where a click closes a polygon


class DraggedShape(LabelTool):
    """A shape between two corners of a drag; with Shift it is as high as wide."""

    name: PaintingTool

    def __init__(self, session: Session, painting: Painting) -> None:
        super().__init__(session, painting)
        self._first: Position = (0, 0)
        self._erase = False

    def press(self, touch: Touch) -> None:
        if self.session.cubes.current is None or self.painting.class_to_paint(touch.right) is None:
            return
        self.work.begin(self)
        self._first, self._erase = touch.position, touch.right
        self.move(touch)

    def move(self, touch: Touch) -> None:
        if self.is_busy:
            path = self.path(_frame(self._first, self._last(touch)))
            self.work.set_preview(Preview(path, erase=self._erase))

    def release(self, touch: Touch) -> None:
        item = self.session.cubes.current
        if self.is_busy and item is not None:
            self.work.end()
            box, mask = self.pixels(item.labels.shape, self._first, self._last(touch))
            self.painting.paint(box, mask, self.name, self._erase)

    def _last(self, touch: Touch) -> Position:
        """The corner under the cursor, or that of the square that reaches as far."""
        if not touch.shift:
            return touch.position
        down, right = (b - a for a, b in zip(self._first, touch.position, strict=True))
        side = max(abs(down), abs(right))
        return (
            self._first[0] + (side if down >= 0 else -side),
            self._first[1] + (side if right >= 0 else -side),
        )

    def path(self, frame: QRectF) -> QPainterPath:
        """What is shown in the frame of the drag."""
        raise NotImplementedError

    def pixels(self, shape: Shape, first: Position, last: Position) -> tuple[Box, BoolArray]:
        """What is painted."""
        raise NotImplementedError


class Rectangle(DraggedShape):
    """All pixels between two corners."""

    name = "rectangle"

    def path(self, frame: QRectF) -> QPainterPath:
        path = QPainterPath()
        path.addRect(frame)
        return path

    def pixels(self, shape: Shape, first: Position, last: Position) -> tuple[Box, BoolArray]:
        return shapes.rectangle(shape, first, last)


class Ellipse(DraggedShape):
    """The ellipse that fills the rectangle between two corners."""

    name = "ellipse"

    def path(self, frame: QRectF) -> QPainterPath:
        path = QPainterPath()
        path.addEllipse(frame)
        return path

    def pixels(self, shape: Shape, first: Position, last: Position) -> tuple[Box, BoolArray]:
        return shapes.ellipse(shape, first, last)


class Lasso(LabelTool):
    """A line drawn around something, which closes itself."""

    def __init__(self, session: Session, painting: Painting) -> None:
        super().__init__(session, painting)
        self._places: list[Point] = []
        self._erase = False

    def press(self, touch: Touch) -> None:
        if self.session.cubes.current is None or self.painting.class_to_paint(touch.right) is None:
            return
        self.work.begin(self)
        self._places, self._erase = [touch.place], touch.right
        self._show()

    def move(self, touch: Touch) -> None:
        if self.is_busy and touch.place != self._places[-1]:
            self._places.append(touch.place)
            self._show()

    def release(self, touch: Touch) -> None:
        item = self.session.cubes.current
        if self.is_busy and item is not None:
            self.work.end()
            box, mask = shapes.polygon(item.labels.shape, self._places)
            self.painting.paint(box, mask, "lasso", self._erase)

    def _show(self) -> None:
        band = _line([self._places[-1], self._places[0]])
        self.work.set_preview(Preview(_line(self._places), band, erase=self._erase))


class Polygon(LabelTool):
    """Clicks set corners; a double click, Enter or a click on the first corner closes it.

    The button of the first corner decides whether it paints or erases.
    """

    def __init__(self, session: Session, painting: Painting) -> None:
        super().__init__(session, painting)
        self._corners: list[Point] = []
        self._cursor: Point = (0.0, 0.0)
        self._erase = False

    @property
    def holds(self) -> bool:
        return self.is_busy

    def press(self, touch: Touch) -> None:
        if not self.is_busy:
            if touch.double:  # its first press has closed the last polygon
                return
            if self.session.cubes.current is None or self.painting.class_to_paint(touch.right) is None:
                return
            self.work.begin(self)
            self._corners, self._erase = [], touch.right
        elif touch.double or self._is_at_first(touch):
            self.confirm()
            return
        self._corners.append(touch.place)
        self.move(touch)

    def move(self, touch: Touch) -> None:
        self._cursor = touch.place
        if self.is_busy:
            self._show()

    def confirm(self) -> None:
        item = self.session.cubes.current
        if self.is_busy and item is not None:
            corners, self._corners = self._corners, []
            self.work.end()
            box, mask = shapes.polygon(item.labels.shape, corners)
            self.painting.paint(box, mask, "polygon", self._erase)

    def step_back(self) -> None:
        """The last corner goes, and with the first the polygon."""
        self._corners.pop()
        if self._corners:
            self._show()
        else:
            self.work.abort()

    def _is_at_first(self, touch: Touch) -> bool:
        """Near enough to the first corner on the screen to mean it."""
        return len(self._corners) > 2 and all(
            abs(a - b) <= NEAR * touch.pixel for a, b in zip(touch.place, self._corners[0], strict=True)
        )

    def _show(self) -> None:
        """The corners, and a line to the cursor and back."""
        band = _line([self._corners[-1], self._cursor, self._corners[0]])
        corners = tuple(_point(corner) for corner in self._corners)
        self.work.set_preview(Preview(_line(self._corners), band, corners, erase=self._erase))


def _frame(first: Position, last: Position) -> QRectF:
    """The outer edges of the pixels between two, both included."""
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(first, last, strict=True))
    return QRectF(left, top, right - left + 1, bottom - top + 1)


def _point(place: Point) -> QPointF:
    """In image coordinates, where a pixel's centre has a half."""
    return QPointF(place[1] + 0.5, place[0] + 0.5)


def _line(places: Sequence[Point]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([_point(place) for place in places]))
    return path
