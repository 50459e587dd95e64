"""The keys of the labelling mode, which come before every shortcut while it goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from s3fn_gui.picture.canvas.mouse import text_has_focus
from s3fn_gui.session.work import UnderWay

PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
FIRST, LAST = int(Qt.Key.Key_1), int(Qt.Key.Key_9)


class LabellingKeys(QObject):
    """Filters the keys of the whole window, but for text fields and dialogs."""

    def __init__(
        self,
        work: UnderWay,
        choose: Callable[[int], None],
        skip: Callable[[], None],
        back: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(work)
        self._work = work
        self._choose = choose
        self._others = {
            Qt.Key.Key_Space: skip,
            Qt.Key.Key_N: skip,
            Qt.Key.Key_Backspace: back,
            Qt.Key.Key_Escape: leave,
        }

    def listen(self, on: bool) -> None:
        """Take the keys, or give them back."""
        app = QApplication.instance()
        if app is None:
            return
        if on:
            if text_has_focus() and (focus := QApplication.focusWidget()) is not None:
                focus.clearFocus()
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True: the key was for the point, or will be."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if isinstance(watched.window(), QDialog) or QApplication.activePopupWidget() or text_has_focus():
            return False
        wanted = self._wanted(event)
        if wanted is None:
            return False
        event.accept()  # an override that is accepted comes back as a key, and is not a shortcut
        if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
            wanted()
        return True

    def _wanted(self, event: QKeyEvent) -> Callable[[], None] | None:
        if event.modifiers() not in PLAIN:
            return None
        key = event.key()
        if self._work.is_busy and key in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            return None  # they are for the shape that is being drawn
        if FIRST <= key <= LAST:
            return lambda: self._choose(key - FIRST)
        return self._others.get(Qt.Key(key))
