"""What is under way on the image: a shape, a stroke, what a tool would paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QPainterPath

from s3fn_core.types import BoolArray, Box


@dataclass(frozen=True, eq=False)
class Preview:
    """In image coordinates: x is the sample, y the line, a pixel's corner at whole numbers.

    Attributes
    ----------
    path : QPainterPath
        The line that is being drawn.
    band : QPainterPath
        How it would go on to the cursor.
    corners : points that get a handle
    area : Box and mask of its pixels, or None
        Pixels that would be painted.
    erase : bool
        They would be erased.
    """

    path: QPainterPath = field(default_factory=QPainterPath)
    band: QPainterPath = field(default_factory=QPainterPath)
    corners: tuple[QPointF, ...] = ()
    area: tuple[Box, BoolArray] | None = None
    erase: bool = False


class Work(Protocol):
    """Something that is being drawn and can be taken back."""

    def abort(self) -> None:
        """Forget all of it."""

    def step_back(self) -> None:
        """Take back its last part."""


class UnderWay(QObject):
    """What a tool has begun and no undo step has yet.  Esc and undo take it back.

    Attributes
    ----------
    current : Work or None
        The shape that is being drawn.
    preview : Preview or None
        What is shown above the image.
    pending : callable or None
        Takes back a change that is done but still being worked out, as a mask being numbered.

    Who paints strokes reports so (:meth:`set_painting`) and follows three signals: `aborted` (take
    the stroke back), `stroke_dropped` (labels change under it: take it back) and `stroke_finished`
    (it becomes a step now).  `let_go` comes with Esc while nothing is under way.
    """

    preview_changed = Signal()
    aborted = Signal()
    stroke_dropped = Signal()
    stroke_finished = Signal()
    let_go = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._painters: set[object] = set()
        self.current: Work | None = None
        self.preview: Preview | None = None
        self.pending: Callable[[], None] | None = None

    @property
    def is_painting(self) -> bool:
        """Whether the image shows labels or a mask that no undo step has yet."""
        return bool(self._painters)

    @property
    def is_busy(self) -> bool:
        """Whether there is something that Esc would take back."""
        return self.current is not None or self.is_painting

    def set_painting(self, painter: object, painting: bool) -> None:
        """`painter` has begun a stroke, or ended it."""
        (self._painters.add if painting else self._painters.discard)(painter)

    def begin(self, work: Work) -> None:
        """A tool has begun something."""
        if self.current is not work:
            self.abort()
            self.current = work

    def end(self) -> None:
        """It is done, or given up."""
        self.current = None
        self.set_preview(None)

    def abort(self) -> None:
        """Take back everything that is not done."""
        work, self.current = self.current, None
        if work is not None:
            work.abort()
        self.aborted.emit()
        self.set_preview(None)

    def step_back(self) -> None:
        """Take back the last part of what is being drawn."""
        if self.current is not None:
            self.current.step_back()
        else:
            self.abort()

    def finish_stroke(self) -> None:
        """A stroke over labels becomes a step: what comes next builds on it."""
        self.stroke_finished.emit()

    def drop_stroke(self) -> None:
        """A stroke over labels is not a step yet, and steps go in turn."""
        self.stroke_dropped.emit()

    def set_preview(self, preview: Preview | None) -> None:
        """Show something above the image."""
        if preview is not None or self.preview is not None:
            self.preview = preview
            self.preview_changed.emit()
