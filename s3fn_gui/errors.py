"""One way for every error to the user: the message bar, with details for those who want them."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from s3fn_core.errors import S3FNError
from s3fn_core.logs import log_path
from s3fn_gui import theme
from s3fn_gui.actions import Actions
from s3fn_gui.session import Session
from s3fn_gui.state import Report
from s3fn_gui.widgets import named, push_button, tool_button

log = logging.getLogger(__name__)
FADE_AFTER_MS = 8000


def explain(error: BaseException, doing: str = "") -> Report:
    """What the user reads of an error: our own words, or that it was not expected."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, S3FNError):
        return Report("error", str(error), details if error.__cause__ else "")
    log.error("Unexpected error%s\n%s", f" ({doing})" if doing else "", details)
    where = f"{doing}: " if doing else ""
    text = f"{where}unexpected error ({type(error).__name__}). The log is {log_path()}."
    return Report("error", text[0].upper() + text[1:], details)


class ErrorBridge(QObject):
    """Leads exceptions that nobody caught, from any thread, to the message bar."""

    _caught = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._caught.connect(self._show)  # queued into the main thread

    def install(self) -> None:
        """Take over the hooks of the interpreter."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def show(self, doing: str, error: BaseException) -> None:
        """A job failed."""
        report = explain(error, doing)
        self._session.report(report.level, report.text, report.details)

    def _hook(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), None)
            return
        if issubclass(kind, UnicodeDecodeError) and _from_rasterio(trace):
            log.warning("rasterio cannot read a message of GDAL: %s", error)
            return
        self._caught.emit(error or kind())

    def _show(self, error: Any) -> None:
        self.show("", error)


def _from_rasterio(trace: TracebackType | None) -> bool:
    """Whether an error comes out of rasterio's log of GDAL's messages.

    GDAL quotes the bytes of a damaged file, rasterio takes them for UTF-8, and its callback, which
    cannot raise, hands the error to the interpreter's hook, often with no trace at all.  What is
    wrong with the file is raised besides.
    """
    frames = traceback.extract_tb(trace)
    return not frames or "rasterio" in Path(frames[-1].filename).parts


class MessageBar(QFrame):
    """A line above the image; errors stay until they are closed.

    One that proposes a command for the cube on show stays until the cube is another.
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
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(FADE_AFTER_MS)
        self._fade.timeout.connect(self.hide)
        session.reported.connect(self.show_report)
        session.cube_changed.connect(self._withdraw)
        session.treatment_changed.connect(self._withdraw)
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
        """The message on show."""
        return self._text.text() if not self.isHidden() else ""

    def show_report(self, report: Report) -> None:
        """Show a message; good news leave by themselves."""
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

    def _show_details(self) -> None:
        show_details(self, self._report)


def show_details(parent: QWidget, report: Report) -> None:
    """The whole story in a window of its own."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Details", report.text, parent=parent)
    box.setDetailedText(report.details)
    box.setInformativeText(f"Log: {log_path()}")
    box.open()
