"""The editor of a description."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QToolTip

from s3fn_gui.words.marks import Mark, Marks


class DescriptionEdit(QPlainTextEdit):
    """Leaves undo and redo to the window: one history for labels, classes and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self._marks = Marks()

    def mark(self, marks: Iterable[Mark]) -> None:
        """Underline words, each with a tip for who rests on it; in the place of earlier marks.

        They keep to their words while the user types; a text that is put there anew has none.
        """
        self._marks.put(self.document(), marks)
        self._draw_marks()

    def _draw_marks(self) -> None:
        self.setExtraSelections(self._marks.selections())

    # --- events --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Do not claim Ctrl+Z for the editor."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo):
                if event.matches(key):
                    event.ignore()
                    return False
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """A mark under the mouse tells what it means."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self._marks.tip(self.cursorForPosition(event.pos()).position())
            if tip:
                QToolTip.showText(event.globalPos(), tip, self.viewport())
                return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Marks take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_marks"):
            self._draw_marks()
