"""The mouse and its keys on the image: given to the tool in use; panning and zooming with all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from s3fn_gui.base.timers import resting
from s3fn_gui.picture.canvas.key_pointer import ENTER, KeyPointer
from s3fn_gui.picture.canvas.zoom import ZOOM_PER_STEP, Zoom
from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session

STEP = 120  # Qt's unit of one notch of a wheel


Tools = Mapping[str, Tool]


class Grip(Protocol):
    """Something above the image that the left button drags, whatever the tool."""

    cursor: Qt.CursorShape

    def is_at(self, scene: QPointF) -> bool:
        """Whether it can be taken there."""

    def take(self, scene: QPointF) -> None:
        """The button went down on it."""

    def drag(self, scene: QPointF) -> None:
        """The mouse moves with the button down."""


class CanvasMouse(QObject):
    """Filters the events of a pyqtgraph view; its own mouse handling starts too late to paint.

    `grips` are what lies above the image and comes before every tool.
    """

    def __init__(
        self, session: Session, canvas: Any, box: Any, zoom: Zoom, grips: Sequence[Grip], tools: Tools
    ) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._zoom = zoom
        self._keys = KeyPointer(session, canvas, box, zoom)
        self._grips = grips
        self._grip = grips[0]
        self._tools = tools
        self._tool: Tool = self._tools[session.view.tool]
        self._over_grip = False
        self._dragging = False
        self._pan_from: QPointF | None = None
        self._space = False
        self._last: QPointF | None = None  # where the cursor was seen last, while it is above the image
        self._moved = resting(self, self._hover_again, 0)
        zoom.follow(self._moved.start)
        self._canvas.viewport().setMouseTracking(True)
        self._canvas.viewport().installEventFilter(self)
        self._canvas.installEventFilter(self)
        session.view.tool_changed.connect(self._change_tool)
        self.show_cursor()

    def set_space(self, held: bool) -> None:
        """Space turns any tool into the hand while it is held."""
        self._space = held
        self.show_cursor()

    def position(self, place: QPointF) -> Position:
        """The pixel at a point of the canvas; may lie outside of the image."""
        point = self._point(place)
        return int(point.y() // 1), int(point.x() // 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True: the event was ours and ends here."""
        kind = event.type()
        if isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self._canvas:
            return False
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if kind == QEvent.Type.Enter and not text_has_focus():
            self._canvas.setFocus()  # so that Space and Esc are for the image under the cursor
        if kind == QEvent.Type.Leave:
            self._last = None
            self._session.cubes.hover(None)
            self._tool.leave()
        if not isinstance(event, QMouseEvent):
            return False
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._press(event)
        elif kind == QEvent.Type.MouseMove:
            self._move(event)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(event)
        return True

    def show_cursor(self) -> None:
        """A hand to pan, else what the tool says."""
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._dragging or (self._over_grip and not self._space):
            shape = self._grip.cursor
        elif self._space or self._session.view.tool == "pan":
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = self._tool.cursor
        self._canvas.viewport().setCursor(shape)

    def _change_tool(self, name: str) -> None:
        """What the old tool has begun is given up."""
        if self._tool.is_busy:
            self._session.work.abort()
        self._tool.leave()
        self._tool = self._tools[name]
        self.show_cursor()

    def _key(self, event: QKeyEvent) -> bool:
        """Space held is the hand; Esc, Enter and Backspace are for what is being drawn.

        Other arrows and Enter move and press as a mouse would, with Shift Enter also while a polygon
        is being drawn.
        """
        kinds = {QEvent.Type.KeyPress: True, QEvent.Type.KeyRelease: False}
        pressed = kinds.get(event.type())
        if event.key() == Qt.Key.Key_Space and pressed is not None:
            if not event.isAutoRepeat():
                self.set_space(pressed)
            return True
        work = self._session.work
        if pressed and event.key() == Qt.Key.Key_Escape and not work.is_busy:
            work.let_go.emit()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if pressed and work.is_busy and event.key() == Qt.Key.Key_Escape:
            work.abort()
        elif pressed and event.key() in ENTER and self._tool.holds and not shift:
            self._tool.confirm()
        elif pressed and event.key() == Qt.Key.Key_Backspace and self._tool.is_busy:
            self._tool.step_back()
        else:
            return self._keys.key(event, self._tool)
        return True

    def _press(self, event: QMouseEvent) -> None:
        self._canvas.setFocus()
        if self._dragging:
            return  # one thing at a time
        button, tool = event.button(), self._session.view.tool
        left = button == Qt.MouseButton.LeftButton
        if left and self._is_free and self._finds_grip(event):
            self._dragging = True
            self._grip.take(self._scene(event.position()))
            self.show_cursor()
        elif button == Qt.MouseButton.MiddleButton or self._space or tool == "pan":
            self._pan_from = event.position()
            self.show_cursor()
        elif self._session.work.is_busy and not self._tool.holds:
            self._session.work.abort()  # a second button means: not like this
        elif left or button == Qt.MouseButton.RightButton:
            self._used(event).press(self._touch(event))

    def _used(self, event: QMouseEvent) -> Tool:
        """The tool in use, or with Alt the one that takes over."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and self._tool.with_alt and not self._tool.is_busy:
            return self._tools[self._tool.with_alt]
        return self._tool

    def _hover_again(self) -> None:
        """The view has moved below a cursor at rest, which is on another pixel now."""
        if self._last is not None and self._session.view.hover is not None:
            self._session.cubes.hover(self.position(self._last))

    def _move(self, event: QMouseEvent) -> None:
        self._last = event.position()
        if self._pan_from is not None:
            before, now = self._point(self._pan_from), self._point(event.position())
            self._zoom.move(before.x() - now.x(), before.y() - now.y())
            self._pan_from = event.position()
            return
        if self._dragging:
            self._grip.drag(self._scene(event.position()))
            return
        self._look_for_grip(event)
        if self._over_grip:
            self._session.cubes.hover(None)  # no brush and no cross where neither would act
            return
        self._tool.move(self._touch(event))
        self._session.cubes.hover(self.position(event.position()))

    def _look_for_grip(self, event: QMouseEvent) -> None:
        """The cursor tells that something can be taken here."""
        free = self._is_free and event.buttons() == Qt.MouseButton.NoButton
        before, over = self._grip, free and self._finds_grip(event)
        if over != self._over_grip or before is not self._grip:
            self._over_grip = over
            self.show_cursor()

    def _finds_grip(self, event: QMouseEvent) -> bool:
        """Whether something can be taken under the cursor, which is the grip from then on."""
        scene = self._scene(event.position())
        found = next((grip for grip in self._grips if grip.is_at(scene)), None)
        self._grip = self._grip if found is None else found
        return found is not None

    @property
    def _is_free(self) -> bool:
        """Whether neither the hand nor a tool is at work."""
        return self._pan_from is None and not self._space and not self._session.work.is_busy

    def _release(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = event.button() != Qt.MouseButton.LeftButton
            self.show_cursor()
            return
        if self._pan_from is None:
            self._tool.release(self._touch(event))
        self._pan_from = None
        self.show_cursor()

    def _wheel(self, event: QWheelEvent) -> bool:
        notches = event.angleDelta().y() / STEP
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._session.cubes.step_band(round(notches) or (1 if notches > 0 else -1))
        elif not self._tool.wheel(notches):
            self._zoom.by(ZOOM_PER_STEP**notches, self._point(event.position()))
        return True

    def _touch(self, event: QMouseEvent) -> Touch:
        """What a tool has to know of an event."""
        place = self._point(event.position())
        return Touch(
            position=(int(place.y() // 1), int(place.x() // 1)),
            place=(place.y() - 0.5, place.x() - 0.5),
            point=event.position(),
            pixel=self._zoom.pixel,
            right=event.button() == Qt.MouseButton.RightButton,
            shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
            double=event.type() == QEvent.Type.MouseButtonDblClick,
        )

    def _point(self, position: QPointF) -> QPointF:
        return self._zoom.point(self._scene(position))

    def _scene(self, position: QPointF) -> QPointF:
        scene: QPointF = self._canvas.mapToScene(position.toPoint())
        return scene


def text_has_focus() -> bool:
    """True while keys belong to a text field."""
    focus = QApplication.focusWidget()
    return focus is not None and bool(focus.inputMethodQuery(Qt.InputMethodQuery.ImEnabled))
