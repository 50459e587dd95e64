"""Dragging a knot of the expected spectrum: the words follow, and one drag is one undo step."""

from __future__ import annotations

from s3fn_core.words.restating import move_knot
from s3fn_gui.session import Session


class KnotDrag:
    """What is pushed while the mouse is down is undone together."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open = False

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
        session, target = self._session, self._session.current_class
        if target is None or not self.is_allowed:
            return
        after = move_knot(target.descriptions, nm, reflectance)
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
        if self._open:
            self._open = False
            self._session.undo_stack.endMacro()
