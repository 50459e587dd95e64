"""Which labels are the user's own test set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoCommand

from s3fn_core.labels.regions import label_regions, whole_regions
from s3fn_core.labels.shapes import Box
from s3fn_core.types import BoolArray
from s3fn_gui.state import OpenCube

if TYPE_CHECKING:
    from s3fn_gui.session import Session


class RolesCommand(QUndoCommand):
    """Marks in a rectangle change sides: there and back is the same."""

    def __init__(self, session: Session, key: str, box: Box, flipped: BoolArray, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._key = key
        self._box = box
        self._flipped = flipped

    def redo(self) -> None:
        item = self._session.item(self._key)
        test = np.zeros(item.labels.shape, bool) if item.test is None else item.test.copy()
        top, left, bottom, right = self._box
        test[top:bottom, left:right] ^= self._flipped
        item.test = test if test.any() else None
        if item is self._session.current:
            self._session.regions.roles_changed.emit()

    def undo(self) -> None:
        self.redo()


def set_role(session: Session, item: OpenCube, box: Box, inside: BoolArray, test: bool, text: str) -> None:
    """Use the labels under a mask for the test, or for the training again, undoably."""
    top, left, bottom, right = box
    marked = np.zeros(inside.shape, bool)
    if item.test is not None:
        marked = item.test[top:bottom, left:right]
    flipped = inside & (marked != test)
    if flipped.any():
        session.undo_stack.push(RolesCommand(session, item.key, box, flipped, text))


def test_labels(item: OpenCube) -> BoolArray | None:
    """Labelled pixels that are measured and never learned from: whole regions; None without any."""
    if item.test is None:
        return None
    test = whole_regions(label_regions(item.labels.ids)[0], item.test)
    return test if test.any() else None
