"""The dialog of the controls: made when it is first asked for, and always the same one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from s3fn_gui.actions import Actions
from s3fn_gui.dialogs.controls import ControlsDialog
from s3fn_gui.flows.context import Context
from s3fn_gui.flows.controls import ControlsFlow


class ControlsWiring:
    """Connects ``model.controls``; what was measured stays reachable by it."""

    def __init__(self, actions: Actions, window: QWidget, context: Context) -> None:
        self._window = window
        self._context = context
        self._flow = ControlsFlow(context)
        self._dialog: ControlsDialog | None = None
        actions["model.controls"].triggered.connect(lambda: self._show())

    def _show(self) -> None:
        if self._dialog is None:
            flow, session = self._flow, self._context.session
            self._dialog = ControlsDialog(self._window, session, flow.start, flow.stop, flow.export)
        self._dialog.show()
        self._dialog.raise_()
