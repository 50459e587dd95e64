"""Edits of labels that wait to be undone: packed in little memory, the last ones also at hand."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.packing import PackedEdit

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
