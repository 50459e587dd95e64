"""Splitting a class: what the tools paint on it becomes a new class."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.languages import tr
from s3fn_gui.session.class_ids import ids_taken
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session, Split


class Splitting(QObject):
    """Off until the user begins it; then all tools paint on `source` only, and what they paint
    is of `part`, a class that the first of them makes.  Another class ends it.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._grown: ClassSet | None = None  # the classes, once the part is one of them
        self._is_made = False
        self.source: int | None = None
        self.part: int | None = None
        session.class_selected.connect(self._follow)
        session.classes_changed.connect(self._check_part)

    def begin(self) -> None:
        """Split pixels off the class that is selected now."""
        target = self._session.current_class
        if target is None:
            return
        if target.id in self._session.locked:
            self._session.report("info", tr("{name} is locked; unlock it to split it.", name=target.name))
            self.changed.emit()  # the switch goes back
            return
        self._set(target.id)

    def end(self) -> None:
        """Tools paint as they always do."""
        self._set(None)

    def class_to_paint(self) -> int | None:
        """The part, or the id that it will have; None while nothing is split.

        Raises
        ------
        LabelError
            When there are too many classes for another one.
        """
        if self.source is None:
            return None
        if self.part is None:
            taken = ids_taken(self._session)
            self._grown, part = self._session.classes.split(self.source, taken=taken)
            self._set_part(part)
            self._is_made = False
        return self.part

    def push(self, item: OpenCube, edit: LabelEdit, done: bool) -> None:
        """Paint the part; the first time it becomes a class in the same step."""
        session, grown, part = self._session, self._grown, self.part
        if grown is None or part is None or self.source is None:
            return
        new = (session.classes if self._is_made else grown)[part].name
        text = tr(
            "Split {new} off {name} ({pixels} px)",
            new=new,
            name=session.classes[self.source].name,
            pixels=edit.pixels,
        )
        if self._is_made:
            session.push_labels(item, edit, text, done)
        elif not edit.is_empty:
            session.undo_stack.beginMacro(text)
            session.push_labels(item, edit, text, done)
            self._is_made = True
            session.push_classes(grown, tr("Add class {new}", new=new))
            session.undo_stack.endMacro()
            session.select_class(part)

    def _set(self, source: int | None) -> None:
        if source != self.source:
            self.source, self._grown = source, None
            self._set_part(None)
            self.changed.emit()

    def _set_part(self, part: int | None) -> None:
        self.part = part
        self._session.split = None if self.source is None or part is None else Split(self.source, part)

    def _follow(self) -> None:
        if self._session.class_id not in (self.source, self.part):
            self.end()

    def _check_part(self) -> None:
        """The part may have been undone; before it is made, others may take its id."""
        classes = self._session.classes
        if self.source is not None and self.source not in classes:
            self.end()
        elif self.part is not None and not (self._is_made and self.part in classes):
            self._session.work.abort()
            self._set_part(None)
