"""Steps that can be undone, with texts that a user can read."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from PySide6.QtGui import QUndoCommand

from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.packing import PackedEdit
from s3fn_core.quoting import unmarked

MERGE_WITHIN_SECONDS = 2.0
_MERGING_ID = 1
AT_HAND = 20
AT_HAND_BYTES = 32 << 20  # two edits of a whole map of 4,000 x 4,000
_PACKER = ThreadPoolExecutor(1, thread_name_prefix="packer")


class Step(QUndoCommand):
    """One change that knows its way there and back.

    Parameters
    ----------
    text : str
        What the undo menu calls it.
    redo, undo : callables
        The same one where going there and back is the same, as with an exclusive or.
    merge : str
        Steps with the same text here that follow each other quickly become one.
    done : bool
        The change was made already, as by a stroke that is painted live.
    edit : KeptEdit or None
        What it keeps in memory, to be counted.
    """

    def __init__(
        self,
        text: str,
        redo: Callable[[], object],
        undo: Callable[[], object],
        *,
        merge: str = "",
        done: bool = False,
        edit: KeptEdit | None = None,
    ) -> None:
        super().__init__(unmarked(text))
        self._redo, self._undo = redo, undo
        self._merge = merge
        self._done = done
        self._time = time.monotonic()
        self.edit = edit

    def redo(self) -> None:
        if self._done:
            self._done = False
        else:
            self._redo()

    def undo(self) -> None:
        self._undo()

    def id(self) -> int:
        """Qt asks only commands of the same id to merge."""
        return _MERGING_ID if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt's name)
        """Typing goes on: keep one step until the hand rests."""
        if not isinstance(other, Step) or other._merge != self._merge:
            return False
        if other._time - self._time > MERGE_WITHIN_SECONDS:
            return False
        self._redo, self._time = other._redo, other._time
        return True


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
