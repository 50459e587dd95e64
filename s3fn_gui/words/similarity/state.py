"""The part of the session that knows how alike the descriptions are; nothing of it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from s3fn_core.words.similarity import Similarity


class SimilarityState(QObject):
    """`found` is of the classes as they were when `fresh` was last true.

    `note` says why there is none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Similarity | None = None
        self.fresh = False
        self.note = ""

    def put(self, found: Similarity | None, note: str = "") -> None:
        """A new result, or why there is none."""
        self.found, self.note, self.fresh = found, note, True
        self.changed.emit()

    def outdate(self) -> None:
        """Something was changed since."""
        if self.fresh:
            self.fresh = False
            self.changed.emit()
