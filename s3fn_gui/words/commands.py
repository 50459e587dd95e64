"""Commands of the descriptions: let a language model write them, look at earlier ones."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.context import Context
from s3fn_gui.words.editor.versions_dialog import VersionsDialog, other_versions
from s3fn_gui.words.generation.flow import GenerationFlow
from s3fn_gui.words.generation.state import GenerationState

NO_MODEL = tr("Set up a language model first, with Language model…")
ALL = tr("Let a language model describe all classes; locked paragraphs stay")


def commands(context: Context, generation: GenerationState, flow: GenerationFlow) -> Commands:
    """The rows of the descriptions."""
    session, settings = context.session, context.settings
    may = Conditions(session)

    def has_versions() -> bool:
        target = session.current_class
        return target is not None and not generation.running and bool(other_versions(session, target))

    def show_versions() -> None:
        if (target := session.current_class) is not None:
            context.ask.show(VersionsDialog, session, target)

    rows = (
        Command(
            "words.generate",
            tr("Generate description"),
            flow.generate,
            lambda: may.current_class() and (not generation.running) and settings.has_llm,
            keys="Ctrl+G",
            tip=lambda: tr("Let a language model describe the class") if settings.has_llm else NO_MODEL,
            icon="generate",
        ),
        Command(
            "words.generate_all",
            tr("Describe all classes"),
            flow.generate_all,
            lambda: may.classes() and (not generation.running) and settings.has_llm,
            keys="Ctrl+Shift+G",
            tip=lambda: ALL if settings.has_llm else NO_MODEL,
            icon="generate-all",
        ),
        Command(
            "words.preview",
            tr("Show what is sent…"),
            flow.preview,
            may.classes,
            tip=tr("Show the exact requests that a language model gets for each class"),
        ),
        Command(
            "words.prompts",
            tr("Prompts…"),
            flow.edit_prompts,
            tip=tr("Edit what a language model is asked about each class"),
            icon="prompt",
        ),
        Command(
            "words.model_settings",
            tr("Language model…"),
            flow.choose_model,
            tip=tr("Choose the language model that writes descriptions, its key and its settings"),
            icon="settings",
        ),
        Command(
            "words.cancel",
            tr("Stop generating"),
            flow.stop,
            lambda: generation.running,
            icon="stop",
            tip=tr("Stop the language model"),
        ),
        Command(
            "words.history",
            tr("Earlier descriptions…"),
            show_versions,
            has_versions,
            tip=tr("Compare and restore earlier versions of this description"),
            icon="history",
        ),
    )
    return Commands(rows, (session.class_selected, session.classes_changed, generation.changed))
