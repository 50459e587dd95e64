"""Commands of the library of materials."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session
from s3fn_gui.words.generation.state import GenerationState
from s3fn_gui.words.library.flow import LibraryFlow


def commands(session: Session, generation: GenerationState, flow: LibraryFlow) -> Commands:
    """The rows of the library."""
    may = Conditions(session)
    rows = (
        Command(
            "words.library",
            tr("Take from library…"),
            flow.show,
            lambda: may.current_class() and (not generation.running),
            keys="Ctrl+Shift+L",
            tip=tr("Give the class the spectrum of a material, found by its name"),
            icon="library",
            short=tr("Library"),
        ),
        Command(
            "words.library_all",
            tr("Propose from library for all classes…"),
            flow.show_all,
            lambda: may.classes() and (not generation.running),
            tip=tr("Choose a material for each class, and take all of them in one step"),
        ),
    )
    return Commands(rows, (session.class_selected, session.classes_changed, generation.changed))
