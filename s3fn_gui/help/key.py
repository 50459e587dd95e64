"""The key of the documentation in dialogs, where the keys of the window do not reach."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

KEY = "F1"
NAME = "help_key"


class HelpKey(QObject):
    """Gives the key to every dialog as soon as the focus comes to it; `show` opens the page."""

    def __init__(self, parent: QObject, show: Callable[[], object]) -> None:
        super().__init__(parent)
        self._show = show
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._reach)

    def _reach(self, _: QWidget | None, now: QWidget | None) -> None:
        dialog = None if now is None else now.window()
        if isinstance(dialog, QDialog) and dialog.findChild(QShortcut, NAME) is None:
            QShortcut(QKeySequence(KEY), dialog, self._show).setObjectName(NAME)
