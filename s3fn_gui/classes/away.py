"""Labels of the project's cubes that are missing: they follow their classes all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoCommand

from s3fn_core.labels.labelmap import LabelEdit, LabelMap
from s3fn_core.types import IdArray
from s3fn_gui.kept_edits import KeptEdit
from s3fn_gui.state import OpenCube, key_of

if TYPE_CHECKING:
    from s3fn_gui.session import Session


class AwayCommand(QUndoCommand):
    """One edit of the labels of a missing cube; where it was found since, of the open one."""

    def __init__(self, session: Session, entry_id: str, edit: LabelEdit, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._entry_id = entry_id
        self._edit = KeptEdit(edit)

    def redo(self) -> None:
        self._apply(undo=False)

    def undo(self) -> None:
        self._apply(undo=True)

    def _apply(self, *, undo: bool) -> None:
        project, edit = self._session.project, self._edit.take()
        if project is None or self._entry_id not in project.labels:
            return  # it was closed, and is no part of the project any more
        before = project.labels[self._entry_id]
        item = _found(self._session, self._entry_id)
        if item is not None and item.labels.shape == before.shape:
            self._session.apply_edit(item.key, edit, undo=undo)
            return
        labels = LabelMap(before.copy())  # a save may be reading the other
        labels.apply(edit)
        project.labels[self._entry_id] = labels.ids


def labels_away(session: Session) -> dict[str, IdArray]:
    """Labels of the project's cubes that are missing, by entry id; none of those just closed."""
    project = session.project
    if project is None:
        return {}
    known = {item.key for item in session.items} | session.closed
    away = [e.id for e in project.cubes if key_of(e.path, e.name, e.variable) not in known]
    return {i: project.labels[i] for i in away if i in project.labels}


def pixels_away(session: Session, ids: Iterable[int]) -> int:
    """Labelled pixels of some classes in cubes that are missing."""
    maps = labels_away(session).values()
    return sum(int(np.count_nonzero(found == i)) for i in ids for found in maps)


def _found(session: Session, entry_id: str) -> OpenCube | None:
    """The open cube of an entry of the project."""
    cubes = [] if session.project is None else session.project.cubes
    keys = [key_of(e.path, e.name, e.variable) for e in cubes if e.id == entry_id]
    return next((item for item in session.items if item.key in keys), None)
