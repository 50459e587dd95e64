"""Steps that can be undone, with texts that a user can read."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QUndoCommand

from s3fn_core.cubes.treating.masking import ObjectsEdit
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.packing import PackedEdit
from s3fn_gui.session.history import History

if TYPE_CHECKING:
    from s3fn_gui.session.cube import Shown
    from s3fn_gui.session.session import Session


MERGE_WITHIN_SECONDS = 2.0
_CLASSES_ID = 1


class LabelCommand(QUndoCommand):
    """One edit of one cube's label map, which was applied already; kept in little memory."""

    def __init__(self, session: Session, key: str, edit: LabelEdit, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._key = key
        self._edit = KeptEdit(edit)
        self._done = True

    @property
    def nbytes(self) -> int:
        """Memory of its content."""
        return self._edit.nbytes

    def redo(self) -> None:
        if self._done:  # painted live: the push must not paint again
            self._done = False
            return
        self._session.apply_edit(self._key, self._edit.take())

    def undo(self) -> None:
        self._session.apply_edit(self._key, self._edit.take(), undo=True)


class _Treating(QUndoCommand):
    """Goes to and fro between two treatments; what was shown with each comes back with it."""

    def __init__(self, session: Session, key: str, text: str) -> None:
        super().__init__(text)
        self._session = session
        self._key = key
        self._shown: Shown | None = None

    def _treat(self, treatment: Treatment) -> None:
        """Go to the other treatment."""
        leaving = self._session.item(self._key).shown
        self._session.set_treatment(self._key, treatment, self._shown)
        self._shown = leaving


class TreatmentCommand(_Treating):
    """One change of what is made of a cube's file: metadata, calibration, mask."""

    def __init__(self, session: Session, key: str, before: Treatment, after: Treatment, text: str) -> None:
        super().__init__(session, key, text)
        self._before = before
        self._after = after

    def redo(self) -> None:
        """When it is pushed it was done already."""
        if self._session.item(self._key).treatment is not self._after:
            self._treat(self._after)

    def undo(self) -> None:
        self._treat(self._before)


class MaskCommand(_Treating):
    """One correction of a mask by hand; only what differs is kept."""

    def __init__(self, session: Session, key: str, edit: ObjectsEdit, text: str) -> None:
        super().__init__(session, key, text)
        self._edit = edit

    def redo(self) -> None:
        """There and back is the same edit."""
        treatment = self._session.item(self._key).treatment
        if treatment.mask is not None:
            mask = replace(treatment.mask, objects=self._edit.applied(treatment.mask.objects))
            self._treat(replace(treatment, mask=mask))

    def undo(self) -> None:
        self.redo()


class ClassesCommand(QUndoCommand):
    """One change of the classes: names, colours, order, descriptions and their older versions."""

    def __init__(
        self, session: Session, after: ClassSet, history: History, text: str, merge: str = ""
    ) -> None:
        super().__init__(text)
        self._session = session
        self._before = session.classes, session.history
        self._after = after, history
        self._merge = merge
        self._time = time.monotonic()

    def redo(self) -> None:
        self._session.set_classes(*self._after)

    def undo(self) -> None:
        self._session.typing = None
        self._session.set_classes(*self._before)

    def id(self) -> int:
        """Qt asks only commands of the same id to merge."""
        return _CLASSES_ID if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt's name)
        """Typing goes on: keep one step until the hand rests."""
        if not isinstance(other, ClassesCommand) or other._merge != self._merge:
            return False
        if other._time - self._time > MERGE_WITHIN_SECONDS:
            return False
        self._after = other._after
        self._time = other._time
        return True


AT_HAND = 20
AT_HAND_BYTES = 32 << 20  # two edits of a whole map of 4,000 x 4,000
_PACKER = ThreadPoolExecutor(1, thread_name_prefix="packer")


class KeptEdit:
    """One edit.  It is packed in a thread of its own: that of a whole map would be felt."""

    _at_hand: ClassVar[OrderedDict[KeptEdit, LabelEdit]] = OrderedDict()

    def __init__(self, edit: LabelEdit) -> None:
        self._packed = _PACKER.submit(PackedEdit.of, edit)
        self._hold(edit)

    @property
    def nbytes(self) -> int:
        """Memory of its packed content."""
        return self._packed.result().nbytes

    def take(self) -> LabelEdit:
        """The edit; it is likely to be wanted again, for the way back."""
        edit = self._at_hand.pop(self, None) or self._packed.result().unpacked()
        self._hold(edit)
        return edit

    def _hold(self, edit: LabelEdit) -> None:
        held = self._at_hand
        held[self] = edit
        while len(held) > AT_HAND or sum(one.nbytes for one in held.values()) > AT_HAND_BYTES:
            held.popitem(last=False)
