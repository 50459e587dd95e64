"""Commands of the table of objects."""

from __future__ import annotations

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.masks.objects.flow import ObjectsFlow
from s3fn_gui.masks.objects.state import ObjectsState
from s3fn_gui.session.session import Session


def commands(session: Session, state: ObjectsState, flow: ObjectsFlow) -> Commands:
    """The rows of the table of objects."""

    def listed() -> bool:
        return any(tray.tray.rows for tray in state.trays.values())

    rows = (
        Command(
            "objects.classify",
            "Classify objects",
            flow.judge,
            lambda: session.model is not None and listed(),
            tip="Let the model say what the objects of all open cubes are",
            icon="prediction",
        ),
        Command(
            "objects.rule",
            "Rule for objects…",
            flow.choose_rule,
            lambda: session.model is not None,
            tip="What decides on the class of an object; it is saved with the model",
            icon="settings",
        ),
        Command(
            "objects.same",
            "Same number, same object",
            flow.set_same,
            lambda: len(state.trays) > 1,
            tip="Objects with the same number in several cubes are one, such as both sides of a fruit: their "
            "votes are pooled, and they are held out together",
            icon="merge",
            checked=lambda: session.train_settings.same_objects,
        ),
        Command(
            "objects.label",
            "Label chosen objects",
            lambda: flow.label(session.class_id or 0),
            lambda: bool(state.chosen) and session.current_class is not None,
            tip="Give the chosen objects the current class; in the table 1 to 9 do it at once",
            icon="labels",
        ),
        Command(
            "objects.erase",
            "Erase labels of chosen objects",
            lambda: flow.label(0),
            lambda: bool(state.chosen),
            tip="Erase the labels of the chosen objects; in the table 0 does it",
            icon="eraser",
        ),
        Command(
            "objects.export",
            "Export table of objects…",
            flow.export,
            listed,
            tip="Write everything that is known of the objects of all open cubes as a table (CSV)",
            icon="export",
        ),
    )
    return Commands(
        rows,
        (
            state.changed,
            state.known_changed,
            state.chosen_changed,
            session.model_changed,
            session.settings_changed,
            session.class_selected,
            session.classes_changed,
        ),
    )
