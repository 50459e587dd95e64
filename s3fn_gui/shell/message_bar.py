"""The message bar in the line above the image: one message, its details, and the command it proposes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QSizePolicy, QVBoxLayout, QWidget

from s3fn_core.languages import tr
from s3fn_core.logs import log_path
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import named, plain_tip, push_button, tool_button
from s3fn_gui.session.messages import Report
from s3fn_gui.session.session import Session

FADE_AFTER_MS, LONGER_MS = 8000, 20_000  # good news that offers a button can be read and pressed
ASK_MS = 120  # once things rest, a message is asked whether it is still true
WANTED = 420  # pixels in a line, for which the caption of the picture gives way
LINES = 2


class MessageBar(QFrame):
    """In the line above the image, beside its name and badges; errors stay until they are closed.

    Good news goes by itself, though not from under the mouse.  A proposal for the current cube stays
    until that changes, a message about a map until another takes its place, and any until it is no
    longer true.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._actions = actions
        self.setObjectName("message_bar")
        self._report = Report("info", "")
        self._centre = QWidget()
        self._room: Callable[[int], QRect] = lambda _: QRect()
        self._icon = QLabel()
        self._text = named(QLabel(), "message_text")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = push_button(tr("Details"), "message_details", self._show_details)
        self._action = push_button("", "message_action", self._act)
        close = tool_button("close", "message_close", tr("Close this message"), self.hide)
        for button in (self._details, self._action, close):  # a click leaves the keys to the image
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._details)
        row.addWidget(close)
        self._fade = resting(self, self._fade_out)
        session.reported.connect(self.show_report)
        cubes = session.cubes
        follow(self._withdraw, cubes.current_changed, cubes.treatment_changed)
        cubes.prediction_changed.connect(self._map_changed)
        session.cleared.connect(self.hide)
        self._asking = resting(self, self._ask, ASK_MS)
        follow(self._asking.start, session.classes_changed, session.labels_changed, session.model_changed)
        follow(self._asking.start, cubes.changed, cubes.treatment_changed, session.project_changed)
        session.work.let_go.connect(self._asking.start)
        self.hide()

    def above(self, body: QWidget, room: Callable[[int], QRect], watched: QWidget) -> QWidget:
        """A widget with `body`, and this bar in its `room` (a rectangle of `body`, given a wanted width).

        It takes no room of its own: an image that moved with every message would slip away under
        the brush.  What the room depends on is laid out anew with `watched`.
        """
        self._centre, self._room = QWidget(), room
        layout = QVBoxLayout(self._centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(body)
        self.setParent(self._centre)
        self._centre.installEventFilter(self)
        watched.installEventFilter(self)
        return self._centre

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow what it lies on, once that is laid out."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and not self.isHidden():
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Into its room, with as much of the text as two lines hold; the rest is among the details."""
        self.setGeometry(self._room(WANTED))
        self.raise_()
        for known in (False, True):  # the button takes some of the width
            self._details.setVisible(known or bool(self._report.details))
            self._row.activate()
            shown, cut = in_lines(self._report.text, self._text.font(), self._text.width())
            self._text.setText(shown)
            if not cut:
                return

    @property
    def text(self) -> str:
        """The message shown now."""
        return self._report.text if not self.isHidden() else ""

    def show_report(self, report: Report) -> None:
        """Show a message; good news disappears by itself."""
        self._report = report
        self._text.setToolTip(plain_tip(report.text))
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
        if report.level == "success" or (report.level == "info" and not report.action):
            self._fade.start(LONGER_MS if report.action else FADE_AFTER_MS)

    def _fade_out(self) -> None:
        """Not while it is being read or about to be clicked."""
        if self.underMouse():
            self._fade.start()
        else:
            self.hide()

    def _act(self) -> None:
        self.hide()
        self._actions[self._report.action].trigger()

    def _withdraw(self) -> None:
        """A proposal was about the cube as it was; an error was not."""
        if self._report.action and self._report.level != "error":
            self.hide()

    def _ask(self) -> None:
        """Whether it is still true."""
        if not self.isHidden() and self._report.still is not None and not self._report.still():
            self.hide()

    def _map_changed(self) -> None:
        """What was said of the map of before is true of no other."""
        if self._report.of_map:
            self.hide()

    def _show_details(self) -> None:
        show_details(self, self._report)


def show_details(parent: QWidget, report: Report) -> None:
    """The whole story in a window of its own."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Details"), "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(report.text)
    box.setDetailedText(report.details)
    box.setInformativeText(tr("Log: {path}", path=log_path()))
    box.open()


def in_lines(text: str, font: QFont, width: int) -> tuple[str, bool]:
    """A text broken into at most `LINES` lines of so many pixels, and whether it had to be cut."""
    text = " ".join(text.split())
    layout, starts = QTextLayout(text, font), []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:LINES], len(text)]
    lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=False)]
    if cut := len(starts) > LINES:
        lines[-1] = QFontMetrics(font).elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)
    return "\n".join(lines), cut
