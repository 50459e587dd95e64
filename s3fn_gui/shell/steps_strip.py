"""The strip of steps: one button a workspace, and what is missing next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolBar, QToolButton

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import ShortLabel, label, named, plain_tip, row
from s3fn_gui.shell.next_step import NextStep
from s3fn_gui.shell.workspaces import BY_NAME, START, WORKSPACES, Workspaces


class StepsStrip(QToolBar):
    """It spans the window: its buttons stay where they are whatever the docks do."""

    def __init__(self, workspaces: Workspaces, next_step: NextStep, actions: Actions) -> None:
        super().__init__(tr("Steps"))
        named(self, "steps_strip")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._workspaces = workspaces
        self._next_step = next_step
        self._actions = actions
        self._steps = {workspace.name: self._step(workspace.name) for workspace in WORKSPACES}
        self._next = named(QToolButton(), "next_step", tr("Go to the next unfinished step"))
        self._next.clicked.connect(lambda: workspaces.choose(next_step.name))
        self._missing = theme.role(named(ShortLabel(), "missing_next"), "muted")
        body = named(QFrame(), "steps")
        layout = row(spacing=0)
        for number, button in enumerate(self._steps.values()):
            if number:
                layout.addWidget(label("›", "muted"))
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(self._next)
        layout.addSpacing(4)
        layout.addWidget(self._missing, 1)
        body.setLayout(layout)
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(body)
        follow(self._show, workspaces.changed, next_step.changed)
        self._show()

    def _step(self, name: str) -> QToolButton:
        button = named(QToolButton(), f"step.{name}")
        button.setDefaultAction(self._actions[f"workspace.{name}"])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys are for the image
        return button

    def _show(self) -> None:
        """The next step lights up; nobody is taken there unasked."""
        lacking = self._next_step.lacking
        begun = self._workspaces.current is not START  # the start page itself says what is next
        following = self._next_step.name if begun else ""
        for name, button in self._steps.items():
            tip = self._actions[f"workspace.{name}"].toolTip()
            button.setToolTip(plain_tip(f"{tip}. {lacking[name]}." if name in lacking else tip))
            if button.property("lit") != (name == following):
                button.setProperty("lit", name == following)
                button.style().polish(button)
        here = following == self._workspaces.current.name
        self._next.setVisible(bool(following) and not here)
        self._next.setText(tr("Next: {title}", title=BY_NAME[following].title) if following else "")
        self._missing.setText(lacking.get(following, ""))
        self._missing.setToolTip(plain_tip(self._missing.text()))
