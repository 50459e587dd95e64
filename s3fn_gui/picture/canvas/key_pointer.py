"""The arrow keys as a mouse on the image, and Enter as its left button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from s3fn_gui.picture.canvas.zoom import Zoom
from s3fn_gui.picture.tool import Tool, Touch
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ARROWS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
FAR = 10  # pixels that Shift goes


class KeyPointer:
    """Goes on from where the mouse was, and takes the view along."""

    def __init__(self, session: Session, canvas: Any, box: Any, zoom: Zoom) -> None:
        self._session = session
        self._canvas, self._box, self._zoom = canvas, box, zoom

    def key(self, event: QKeyEvent, tool: Tool) -> bool:
        """Whether it was an arrow, or the button."""
        pressed = event.type() == QEvent.Type.KeyPress
        if self._session.cubes.current is None or event.type() == QEvent.Type.ShortcutOverride:
            return False
        if event.key() in ARROWS and pressed:
            self._step(event, tool)
        elif event.key() in ENTER and self._session.view.hover is not None:
            if not event.isAutoRepeat():
                (tool.press if pressed else tool.release)(self._touch(self._here))
        else:
            return False
        return True

    @property
    def _here(self) -> Position:
        """Where it is: under the mouse, else in the middle of the view."""
        if (hover := self._session.view.hover) is not None:
            return hover
        middle = self._box.viewRect().center()
        return int(middle.y()), int(middle.x())

    def _step(self, event: QKeyEvent, tool: Tool) -> None:
        item = self._session.cubes.current
        assert item is not None
        far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        down, right = ARROWS[Qt.Key(event.key())]
        (line, sample), (lines, samples) = self._here, item.labels.shape
        line = min(max(line + far * down, 0), lines - 1)
        sample = min(max(sample + far * right, 0), samples - 1)
        shown = self._box.viewRect()
        if not shown.contains(QPointF(sample + 0.5, line + 0.5)):
            self._zoom.move(sample + 0.5 - shown.center().x(), line + 0.5 - shown.center().y())
        tool.move(self._touch((line, sample)))
        self._session.cubes.hover((line, sample))

    def _touch(self, position: Position) -> Touch:
        line, sample = position
        scene = self._box.mapViewToScene(QPointF(sample + 0.5, line + 0.5))
        return Touch(
            position=position,
            place=(float(line), float(sample)),
            point=QPointF(self._canvas.mapFromScene(scene)),
            pixel=self._zoom.pixel,
        )
