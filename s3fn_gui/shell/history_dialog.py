"""Every step that can be undone, in a list: a click goes there and back."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QUndoView, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import column, label, named
from s3fn_gui.session.session import Session


class HistoryDialog(QDialog):
    """Stays open beside the work."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setWindowTitle(tr("History"))
        self.resize(320, 420)
        self._list = named(QUndoView(session.undo_stack), "history_list", tr("Steps to undo and redo"))
        self._list.setEmptyLabel(tr("As opened"))
        self._list.pressed.connect(lambda _: session.work.abort())
        hint = label(
            tr("Click a step to return to it. Later steps stay available until you change something."),
            "muted",
            wrap=True,
        )
        self.setLayout(column(hint, self._list, margins=10))
        session.undo_stack.cleanChanged.connect(self._mark)
        theme.follow(self._mark)

    def _mark(self) -> None:
        """The step that was saved."""
        self._list.setCleanIcon(theme.icon("save"))
