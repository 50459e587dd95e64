"""Which action of the descriptions does what, and when it may."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_gui.base.actions import Actions
from s3fn_gui.session.context import Context
from s3fn_gui.words.editor.versions_dialog import VersionsDialog, other_versions
from s3fn_gui.words.writing.flow import WordsFlow
from s3fn_gui.words.writing.model_dialog import LanguageModelDialog
from s3fn_gui.words.writing.prompts_dialog import PromptsDialog

NO_MODEL = "No language model is set: choose one in the menu beside, or write the text yourself."


class WordsWiring:
    """Connects the actions around a description's text, and keeps enabled states true."""

    def __init__(self, actions: Actions, context: Context) -> None:
        self._actions = actions
        self._context = context
        self._session = context.session
        self._tip = actions["words.generate"].toolTip()
        actions["words.history"].triggered.connect(lambda: self._show_versions())
        session = self._session
        session.class_selected.connect(session.rooms.generation.forget_note)
        for signal in (session.class_selected, session.classes_changed, session.rooms.generation.changed):
            signal.connect(self.follow)
        self.follow()

    def _show_versions(self) -> None:
        target = self._session.current_class
        if target is not None:
            self._context.ask.show(VersionsDialog, self._session, target)

    def follow(self) -> None:
        """Enable what can be done now; also to be called when another model was chosen."""
        target = self._session.current_class
        idle = not self._session.rooms.generation.running
        has_versions = target is not None and bool(other_versions(self._session, target))
        self._actions.enable(idle and has_versions, "words.history")
        self._actions.enable(not idle, "words.cancel")
        self._enable_generate(target is not None and idle)

    def _enable_generate(self, ready: bool) -> None:
        """Without a model to ask, its tip says what to do."""
        generate = self._actions["words.generate"]
        asked = self._context.settings.llm
        known = bool(asked.base_url.strip() and asked.model.strip())
        generate.setEnabled(ready and known)
        generate.setToolTip(self._tip if known else NO_MODEL)


class ModelWiring:
    """Connects them and keeps enabled states true; `changed` is told of another model."""

    def __init__(self, actions: Actions, flow: WordsFlow, changed: Callable[[], None]) -> None:
        self._actions = actions
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
        for signal in (self._session.classes_changed, self._session.rooms.generation.changed):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session = self._session
        some = len(session.classes) > 0
        self._actions.enable(some, "words.preview")
        self._actions.enable(some and not session.rooms.generation.running, "words.generate_all")

    def _ask_model(self) -> None:
        context = self._flow.context
        dialog = context.ask.show(LanguageModelDialog, context.settings, context.runner)
        dialog.accepted.connect(self._changed)

    def _edit_prompts(self) -> None:
        session, context = self._session, self._flow.context
        dialog = context.ask.show(PromptsDialog, context.settings, session.classes, session.class_id)
        dialog.finished.connect(self._flow.forget_it)
        self._flow.find_out(dialog.set_contexts)
