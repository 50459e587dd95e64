"""What all tools have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from s3fn_core.labels.shapes import Point
from s3fn_gui.base.actions import Command
from s3fn_gui.session.cube import Position
from s3fn_gui.session.session import Session
from s3fn_gui.session.view import ViewState


@dataclass(frozen=True)
class Touch:
    """Where the mouse is, and what is held.

    Attributes
    ----------
    position : Position
        The pixel under the cursor; may lie outside of the image.
    place : Point
        The same, exactly: centres of pixels lie at whole numbers.
    point : QPointF
        On the screen.
    pixel : float
        Pixels of the image a pixel of the screen.
    right : bool
        It is the right button, which erases.
    shift : bool
    double : bool
        It is the second press of a double click.
    """

    position: Position
    place: Point
    point: QPointF
    pixel: float = 1.0
    right: bool = False
    shift: bool = False
    double: bool = False


class Tool:
    """A tool that does nothing; others say what they do when.

    What a tool has begun is `session.work.current`: as long as it is, Esc and a second button
    take it back.
    """

    cursor = Qt.CursorShape.CrossCursor
    with_alt = ""  # the tool that takes over while Alt is held
    has_brush = False  # whether the outline of the brush follows the cursor

    def __init__(self, session: Session) -> None:
        self.session = session
        self.work = session.work

    @property
    def is_busy(self) -> bool:
        """Whether it has begun something."""
        return self.work.current is self

    def press(self, touch: Touch) -> None:
        """The left or right button went down; not called while a drag goes on."""

    def move(self, touch: Touch) -> None:
        """The mouse has moved, with a button down or without."""

    def release(self, touch: Touch) -> None:
        """The button went up."""

    def leave(self) -> None:
        """The mouse has left the image."""

    def wheel(self, notches: float) -> bool:
        """The wheel was turned; True: it was for the tool."""
        return False

    def confirm(self) -> None:
        """Enter: done."""

    def brush_colour(self) -> str | None:
        """Of the outline of the brush; None for one that only erases."""
        return None

    def step_back(self) -> None:
        """Backspace or undo: take back the last part."""
        self.work.abort()

    def abort(self) -> None:
        """Esc: forget what was begun."""

    @property
    def holds(self) -> bool:
        """Whether what was begun goes on after the button is up, so that buttons go on with it."""
        return False


def tool_command(
    view: ViewState, when: Callable[[], bool], id: str, text: str, keys: str, tip: str, tool: str = ""
) -> Command:
    """The command that takes a tool into the hand; its name is that of the id unless `tool` says."""
    name = tool or id.split(".")[1]
    return Command(
        id,
        text,
        lambda _: view.set_tool(name),
        when,
        keys=keys,
        tip=tip,
        icon=name.replace("_", "-"),
        group="tool",
        checked=lambda: view.tool == name,
    )
