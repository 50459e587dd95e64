"""Which action of the descriptions does what, and when it may."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from s3fn_gui.actions import Actions
from s3fn_gui.dialogs.versions import VersionsDialog, other_versions
from s3fn_gui.flows.context import Context

NO_MODEL = "No language model is set: choose one in the menu beside, or write the text yourself."


class WordsWiring:
    """Connects the actions around a description's text, and keeps enabled states true."""

    def __init__(self, actions: Actions, context: Context, window: QWidget) -> None:
        self._actions = actions
        self._session = context.session
        self._settings = context.settings
        self._tip = actions["words.generate"].toolTip()
        self._window = window
        actions["words.history"].triggered.connect(lambda: self._show_versions())
        session = self._session
        session.class_selected.connect(session.generation.forget_note)
        for signal in (session.class_selected, session.classes_changed, session.generation.changed):
            signal.connect(self.follow)
        self.follow()

    def _show_versions(self) -> None:
        target = self._session.current_class
        if target is not None:
            VersionsDialog(self._window, self._session, target).open()

    def follow(self) -> None:
        """Enable what can be done now; also to be called when another model was chosen."""
        target = self._session.current_class
        idle = not self._session.generation.running
        has_versions = target is not None and bool(other_versions(self._session, target))
        self._actions.enable(idle and has_versions, "words.history")
        self._actions.enable(not idle, "words.cancel")
        self._enable_generate(target is not None and idle)

    def _enable_generate(self, ready: bool) -> None:
        """Without a model to ask, its tip says what to do."""
        generate = self._actions["words.generate"]
        asked = self._settings.llm
        known = bool(asked.base_url.strip() and asked.model.strip())
        generate.setEnabled(ready and known)
        generate.setToolTip(self._tip if known else NO_MODEL)
