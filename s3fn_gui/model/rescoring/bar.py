"""A slim bar under the image: what edited words change in the map, and what to do about it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy

from s3fn_core.languages import plural, tr
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import label, named, progress_bar, row, tool_button
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.session.session import Session

COMMANDS = ("rescore.show", "rescore.compare", "rescore.retrain", "rescore.back")
ROOM = 700
"""Width from which the buttons say all that they do."""
LEAST_WIDTH = 340
LEAST = 0.1
"""Per cent below which a share would be rounded to nothing."""
WAITING = tr("Words edited; the map still uses the trained words")
FOLLOWING = tr("Words edited: mapping…")


class RescoringBar(QFrame):
    """Shown while the words differ from those of the training."""

    def __init__(self, session: Session, rescoring: RescoringState, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("rescoring_bar")
        self._session = session
        self._state = rescoring
        self._text = label(name="rescoring_text", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = progress_bar("rescoring_progress", tr("Progress of reading the scene"), width=90)
        self._buttons = [_ActionButton(actions[n]) for n in COMMANDS]
        self._start, self._compare = self._buttons[:2]
        close = tool_button(
            "close", "rescoring_close", tr("Close this bar and keep the current map"), self._close
        )
        layout = row(self._text, self._progress, *self._buttons, close, spacing=4)
        layout.setStretch(0, 1)
        layout.setContentsMargins(10, 2, 4, 2)
        self.setLayout(layout)
        follow(self._show, rescoring.changed, session.cubes.prediction_changed, session.cubes.current_changed)
        self._show()

    def _close(self) -> None:
        self._state.put(closed=True)

    def _show(self) -> None:
        state = self._state
        self.setVisible(state.edited and not state.closed)
        if self.isHidden():
            return
        self._text.setText(state.busy or self._summary())
        self._progress.setVisible(bool(state.busy))
        self._progress.setValue(round(1000 * state.fraction))
        self._start.setVisible(not state.following or bool(state.held))
        self._compare.setVisible(state.following and not state.busy and not state.held)

    def _summary(self) -> str:
        """What the edit has changed in the map."""
        item = self._session.cubes.current
        if not self._state.following:
            return WAITING
        if self._state.held:
            percent = 100 * self._state.held
            return tr("Words edited: they would change {percent:.0f} % of the map", percent=percent)
        if item is None or item.prediction is None or item.prediction.before is None:
            return FOLLOWING
        changed = item.prediction.changed
        share = 100 * changed / max(1, int(np.count_nonzero(item.prediction.ids)))
        return plural(
            "Words edited: {count:,} pixel changed ({share})",
            "Words edited: {count:,} pixels changed ({share})",
            changed,
            share=tr("under 0.1 %") if 0 < share < LEAST else f"{share:.1f} %",
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """That of the short buttons: the long ones would take the room from the panels, for good."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), LEAST_WIDTH), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Short buttons where there is little room."""
        for button in self._buttons:
            button.shorten(event.size().width() < ROOM)
        super().resizeEvent(event)


class _ActionButton(QPushButton):
    """An action's text, long or short; a tool button would take the short one at every change."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action.text())
        named(self, f"bar_{action.objectName()}", action.toolTip())
        self.setCheckable(action.isCheckable())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._action = action
        self.clicked.connect(lambda: action.trigger())
        action.changed.connect(self._follow)
        self._follow()

    def shorten(self, short: bool) -> None:
        """Show the short text, or the whole one."""
        self.setText(self._action.iconText() if short else self._action.text())

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
