"""Dragging a knot of the expected spectrum: the words follow, and one drag is one undo step."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from s3fn_core.words.restating import move_knot
from s3fn_gui.session import Session

PACE_MS = 80
"""The curve follows every movement of the mouse; text, lists and plots of the window this often."""


class KnotDrag:
    """What is pushed while the mouse is down is undone together."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open = False
        self._of: int | None = None  # the class whose knot it is: another may be selected by a key
        self._ahead: tuple[float, float] | None = None
        self._pace = QTimer(session, singleShot=True, interval=PACE_MS)
        self._pace.timeout.connect(self._follow)

    @property
    def is_allowed(self) -> bool:
        """Whether a paragraph of the selected class may be changed."""
        target = self._session.current_class
        return (
            target is not None
            and self._session.generation.of(target.id) is None
            and not all(d.locked for d in target.descriptions)
        )

    def move(self, nm: float, reflectance: float) -> None:
        """Let the description of the selected class expect another reflectance."""
        self._of = self._session.class_id if self._of is None else self._of
        self._ahead = nm, reflectance
        if not self._pace.isActive():
            self._pace.start()

    def _follow(self) -> None:
        """Write down where the knot is."""
        session, target = self._session, self._session.current_class
        ahead, self._ahead = self._ahead, None
        if target is None or ahead is None or self._of != target.id or not self.is_allowed:
            return
        after = move_knot(target.descriptions, *ahead)
        if after == target.descriptions:
            return
        text = f"Change what is expected of {target.name}"
        history = session.history if self._open else None  # only what was there before is kept
        if not self._open:
            self._open = True
            session.undo_stack.beginMacro(text)
        classes = session.classes.changed(target.id, descriptions=after)
        session.push_classes(classes, text, merge=f"knot {target.id}", history=history)

    def end(self) -> None:
        """The mouse was released."""
        self._pace.stop()
        self._follow()
        self._of = None
        if self._open:
            self._open = False
            self._session.undo_stack.endMacro()
