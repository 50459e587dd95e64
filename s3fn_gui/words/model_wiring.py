"""Which action around the language model does what, and when it may."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from s3fn_gui.actions import Actions
from s3fn_gui.dialogs.language_model import LanguageModelDialog
from s3fn_gui.dialogs.prompts import PromptsDialog
from s3fn_gui.flows.words import WordsFlow


class ModelWiring:
    """Connects them and keeps enabled states true; `changed` is told of another model."""

    def __init__(
        self, actions: Actions, flow: WordsFlow, window: QWidget, changed: Callable[[], None]
    ) -> None:
        self._actions = actions
        self._window = window
        self._flow = flow
        self._changed = changed
        self._session = flow.context.session
        slots = {
            "words.generate_all": flow.generate_all,
            "words.preview": flow.preview,
            "words.model_settings": self._ask_model,
            "words.prompts": self._edit_prompts,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        for signal in (self._session.classes_changed, self._session.generation.changed):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session = self._session
        some = len(session.classes) > 0
        self._actions.enable(some, "words.preview")
        self._actions.enable(some and not session.generation.running, "words.generate_all")

    def _ask_model(self) -> None:
        context = self._flow.context
        dialog = LanguageModelDialog(self._window, context.settings, context.runner)
        dialog.accepted.connect(self._changed)
        _show(dialog)

    def _edit_prompts(self) -> None:
        session, settings = self._session, self._flow.context.settings
        dialog = PromptsDialog(self._window, settings, session.classes, session.class_id)
        dialog.finished.connect(self._flow.forget_it)
        self._flow.find_out(dialog.set_contexts)
        _show(dialog)


def _show(dialog: QDialog) -> None:
    """Open a dialog that is gone once it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
