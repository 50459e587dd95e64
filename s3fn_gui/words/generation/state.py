"""The descriptions that a language model is writing now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from s3fn_gui.session.session import Session

Stage = Literal["waiting", "writing", "done", "failed"]


@dataclass(frozen=True)
class Writing:
    """How far the new description of one class is.

    Attributes
    ----------
    text : str
        What has arrived so far.
    note : str
        What goes on, or why it failed.
    """

    state: Stage = "waiting"
    text: str = ""
    note: str = ""


class GenerationState(QObject):
    """One class, or many at once.  `changed` tells of states, `arrived` of each piece of text."""

    changed = Signal()
    arrived = Signal(int, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.classes: dict[int, Writing] = {}
        self.note = ""
        session.cleared.connect(self.end)
        session.class_selected.connect(self.clear_note)

    @property
    def running(self) -> bool:
        """Whether descriptions are being written; those that are done stay until the end."""
        return bool(self.classes)

    def of(self, class_id: int | None) -> Writing | None:
        """What is being written about a class; None where nothing is, or it is over."""
        found = None if class_id is None else self.classes.get(class_id)
        return None if found is None or found.state in ("done", "failed") else found

    def begin(self, *class_ids: int) -> None:
        """Descriptions of these classes were asked for."""
        self.classes, self.note = {i: Writing() for i in class_ids}, ""
        self.changed.emit()

    def add(self, class_id: int, text: str) -> None:
        """A piece of a description has arrived; ignored if that was stopped."""
        if (before := self.of(class_id)) is None:
            return
        self.classes[class_id] = replace(before, state="writing", text=before.text + text)
        self.arrived.emit(class_id, text)
        if before.state != "writing":
            self.changed.emit()

    def tell(self, class_id: int, note: str) -> None:
        """What happens with one class, such as "It is busy, waiting"."""
        if (before := self.of(class_id)) is not None and before.note != note:
            self.classes[class_id] = replace(before, note=note)
            self.changed.emit()

    def finish(self, class_id: int, failure: str = "") -> None:
        """One class of many is described, or (with `failure`) keeps what it had."""
        if (before := self.of(class_id)) is not None:
            state: Stage = "failed" if failure else "done"
            self.classes[class_id] = replace(before, state=state, note=failure)
            self.changed.emit()

    def end(self, note: str = "") -> None:
        """All is over; `note` stays under the editor."""
        self.classes, self.note = {}, note
        self.changed.emit()

    def clear_note(self) -> None:
        """The text has changed, or another class is selected: the note no longer applies."""
        if self.note:
            self.note = ""
            self.changed.emit()
