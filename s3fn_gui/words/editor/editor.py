"""The editor of a description: its whole text, with a badge beside each paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QTextEdit, QToolTip

from s3fn_core.labels.classes import Description
from s3fn_core.labels.paragraphs import plain, spans
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.words.editor.margin import WIDTH, Margin, Row
from s3fn_gui.words.editor.text_marks import Mark, Marks, common_ends, qt_position, selected

TYPED = Description("", created="now")  # whose author is not shown yet


class DescriptionEdit(QPlainTextEdit):
    """Leaves undo and redo to the window: one history for labels, classes and texts.

    `menu_asked` wants a menu to be filled for the paragraph with a number.
    """

    menu_asked = Signal(QMenu, int)

    def __init__(self) -> None:
        super().__init__()
        self._marks = Marks()
        self._authors: tuple[Description, ...] = ()
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.margin = Margin(self, self._rows)
        self.margin.clicked.connect(self._ask_menu)
        self.setViewportMargins(WIDTH, 0, 0, 0)
        self.updateRequest.connect(lambda *_: self.margin.update())
        theme.follow(self._draw)

    # --- content -------------------------------------------------------------------------------

    def show_authors(self, paragraphs: Iterable[Description]) -> None:
        """Who wrote the paragraphs of the text, in their order."""
        self._authors = tuple(paragraphs)
        self.margin.update()
        self._draw()

    def put(self, text: str) -> None:
        """Show a text that was not typed; what stays of it stays in sight, with its marks."""
        before, text = self.toPlainText(), plain(text)
        if text == before:
            return
        start, stop = common_ends(before, text)
        cursor = selected(self.document(), before, start, len(before) - stop)
        with QSignalBlocker(self):
            cursor.insertText(text[start : len(text) - stop])
        self.margin.update()
        self._draw()

    def show_end(self, text: str) -> None:
        """Bring the end of a passage into sight, as it arrives."""
        whole = self.toPlainText()
        place = whole.find(text)
        if place >= 0:
            cursor = self.textCursor()
            cursor.setPosition(qt_position(whole, place + len(text)))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

    def refuse(self, text: str, reason: str) -> None:
        """Take back what was typed, which left `text` before, and say why at the cursor."""
        self.put(text)
        where = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        QToolTip.showText(where, plain_tip(reason), self.viewport())

    def mark(self, marks: Iterable[Mark]) -> None:
        """Underline words, each with a tip for who rests on it; in the place of earlier marks.

        They keep to their words while the user types, and go when those change.
        """
        self._marks.put(self.document(), marks)
        self._draw()

    def paragraph_at(self, position: int) -> int | None:
        """The number of the paragraph that holds a position of a cursor."""
        text = self.toPlainText()
        for place, (start, stop) in enumerate(spans(text)):
            if qt_position(text, start) <= position <= qt_position(text, stop):
                return place
        return None

    # --- drawing -------------------------------------------------------------------------------

    def _rows(self) -> Iterator[Row]:
        """The paragraphs as they lie beside the margin, down to the last one in sight."""
        text, document = self.toPlainText(), self.document()
        line = self.fontMetrics().height()
        for place, (start, stop) in enumerate(spans(text)):
            first = document.findBlock(qt_position(text, start))
            last = document.findBlock(qt_position(text, stop))
            shift = self.contentOffset()
            top = self.blockBoundingGeometry(first).translated(shift).top()
            if top > self.viewport().height():
                return
            bottom = self.blockBoundingGeometry(last).translated(shift).bottom()
            author = self._authors[place] if place < len(self._authors) else TYPED
            yield Row(place, author, round(top), round(bottom), line)

    def _draw(self) -> None:
        """Marks, over the quieter letters of what is locked."""
        text = self.toPlainText()
        quiet = [
            _quiet(selected(self.document(), text, start, stop))
            for (start, stop), author in zip(spans(text), self._authors, strict=False)
            if author.locked
        ]
        self.setExtraSelections([*quiet, *self._marks.selections()])
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A shade lies below the paragraphs that are locked."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().hover))
        for row in self._rows():
            if row.paragraph.locked:
                place = QRect(0, row.top, self.viewport().width(), row.bottom - row.top)
                painter.drawRoundedRect(place, 4, 4)
        painter.end()
        super().paintEvent(event)

    def _ask_menu(self, place: int, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("paragraph_menu")
        self.menu_asked.emit(menu, place)
        if not menu.isEmpty():
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(where)

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
            QToolTip.showText(event.globalPos(), plain_tip(tip), self.viewport())
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        """What can be done to the text, and to the paragraph that the cursor is in."""
        menu = self.createStandardContextMenu()
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        cursor = self.textCursor() if by_key else self.cursorForPosition(event.pos())
        place = self.paragraph_at(cursor.position())
        if place is not None:
            menu.addSeparator()
            self.menu_asked.emit(menu, place)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """The margin fills the room that the text leaves it."""
        super().resizeEvent(event)
        inside = self.viewport().geometry()
        self.margin.setGeometry(QRect(inside.left() - WIDTH, inside.top(), WIDTH, inside.height()))


def _quiet(cursor: QTextCursor) -> QTextEdit.ExtraSelection:
    """What cannot be typed into, in a quieter colour."""
    result = QTextEdit.ExtraSelection()
    result.format.setForeground(QColor(theme.current().muted))
    result.cursor = cursor
    return result
