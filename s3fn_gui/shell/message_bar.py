"""The message bar above the image: one message, its details, and the command it proposes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from s3fn_core.logs import log_path
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import named, push_button, tool_button
from s3fn_gui.session.messages import Report
from s3fn_gui.session.session import Session

FADE_AFTER_MS = 8000


class MessageBar(QFrame):
    """A line above the image; errors stay until they are closed.

    One that proposes a command for the current cube stays until that changes, one about a map until
    another takes its place.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._actions = actions
        self.setObjectName("message_bar")
        self._report = Report("info", "")
        self._centre = QWidget()
        self._icon = QLabel()
        self._text = named(QLabel(), "message_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = push_button("Details", "message_details", self._show_details)
        self._action = push_button("", "message_action", self._act)
        close = tool_button("close", "message_close", "Close this message", self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._details)
        row.addWidget(close)
        self._fade = resting(self, self.hide, FADE_AFTER_MS)
        session.reported.connect(self.show_report)
        follow(self._withdraw, session.cubes.current_changed, session.cubes.treatment_changed)
        session.cubes.prediction_changed.connect(self._map_changed)
        self.hide()

    def above(self, body: QWidget) -> QWidget:
        """A widget with this bar lying over the top of `body`.

        It takes no room of its own: an image that moved with every message would slip away under
        the brush.
        """
        self._centre = QWidget()
        layout = QVBoxLayout(self._centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(body)
        self.setParent(self._centre)
        self._centre.installEventFilter(self)
        return self._centre

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """As wide as what it lies on."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = self._centre.width()
        self.setGeometry(0, 0, width, self.heightForWidth(width))
        self.raise_()

    @property
    def text(self) -> str:
        """The message shown now."""
        return self._text.text() if not self.isHidden() else ""

    def show_report(self, report: Report) -> None:
        """Show a message; good news disappears by itself."""
        self._report = report
        self._text.setText(report.text)
        self._details.setVisible(bool(report.details))
        self._action.setVisible(bool(report.action))
        if report.action:
            action = self._actions[report.action]
            self._action.setText(action.iconText())
            self._action.setToolTip(action.toolTip())
        colour = "accent" if report.level == "info" else report.level
        theme.set_picture(self._icon, report.level, 18, colour)
        self.setProperty("level", report.level)
        self.style().unpolish(self)
        self.style().polish(self)
        self._place()
        self.show()
        self._fade.stop()
        if report.level in ("info", "success") and not report.action:
            self._fade.start()

    def _act(self) -> None:
        self.hide()
        self._actions[self._report.action].trigger()

    def _withdraw(self) -> None:
        """A proposal was about the cube as it was."""
        if self._report.action:
            self.hide()

    def _map_changed(self) -> None:
        """What was said of the map of before is true of no other."""
        if self._report.of_map:
            self.hide()

    def _show_details(self) -> None:
        show_details(self, self._report)


def show_details(parent: QWidget, report: Report) -> None:
    """The whole story in a window of its own."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Details", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(report.text)
    box.setDetailedText(report.details)
    box.setInformativeText(f"Log: {log_path()}")
    box.open()
