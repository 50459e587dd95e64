"""Marks under words of a description: what a check found there, and how that looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from s3fn_gui.base import theme

MarkKind = Literal["supported", "contradicted", "outside", "unchecked"]
Line = QTextCharFormat.UnderlineStyle
# Colour of the theme and kind of line: each kind can be told from the others without its colour.
LOOKS: dict[MarkKind, tuple[str, QTextCharFormat.UnderlineStyle]] = {
    "supported": ("success", Line.SingleUnderline),
    "contradicted": ("error", Line.WaveUnderline),
    "outside": ("warning", Line.DashUnderline),
    "unchecked": ("muted", Line.DotLine),
}


@dataclass(frozen=True)
class Mark:
    """Something to say about the characters from `start` up to `stop` of a text."""

    start: int
    stop: int
    kind: MarkKind
    tip: str


class Marks:
    """Marks that stay on their words while the text around them is edited.

    One whose own words have changed says nothing any more.
    """

    def __init__(self) -> None:
        self._placed: list[tuple[Mark, QTextCursor, str]] = []

    def put(self, document: QTextDocument, marks: Iterable[Mark]) -> None:
        """Mark a text; marks beyond its end are skipped."""
        text = document.toPlainText()
        fitting = [m for m in marks if 0 <= m.start < m.stop <= len(text)]
        cursors = [selected(document, text, m.start, m.stop) for m in fitting]
        self._placed = [(m, c, c.selectedText()) for m, c in zip(fitting, cursors, strict=True)]

    def selections(self) -> list[QTextEdit.ExtraSelection]:
        """For :meth:`QPlainTextEdit.setExtraSelections`, in the colours of the theme in use."""
        return [_selection(mark.kind, cursor) for mark, cursor in self._standing()]

    def tip(self, position: int) -> str:
        """What there is to say about one character; empty where nothing is marked."""
        found = (
            mark.tip
            for mark, cursor in self._standing()
            if cursor.selectionStart() <= position < cursor.selectionEnd()
        )
        return "\n".join(dict.fromkeys(found))

    def _standing(self) -> Iterator[tuple[Mark, QTextCursor]]:
        """Those on the words that they were put on."""
        return ((m, cursor) for m, cursor, text in self._placed if cursor.selectedText() == text)


def selected(document: QTextDocument, text: str, start: int, stop: int) -> QTextCursor:
    """A cursor that selects characters of a document, whose `text` this is."""
    cursor = QTextCursor(document)
    cursor.setPosition(qt_position(text, start))
    cursor.setPosition(qt_position(text, stop), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _selection(kind: MarkKind, cursor: QTextCursor) -> QTextEdit.ExtraSelection:
    colour, line = LOOKS[kind]
    style = QTextCharFormat()
    style.setUnderlineStyle(line)
    style.setUnderlineColor(QColor(getattr(theme.current(), colour)))
    result = QTextEdit.ExtraSelection()
    result.cursor, result.format = cursor, style
    return result


def qt_position(text: str, place: int) -> int:
    """Where Qt has the character that Python has at `place`."""
    return place if text.isascii() else _units(text[:place])


def common_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at their start, and (beyond that) at their end."""
    shorter = min(len(one), len(other))
    start = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    rest = shorter - start
    stop = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    return start, stop


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
