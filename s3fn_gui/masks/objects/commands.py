"""Commands of the table of objects."""

from __future__ import annotations

from s3fn_core.languages import tr
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
            tr("Classify objects"),
            flow.judge,
            lambda: session.model is not None and listed(),
            tip=tr("Classify the objects in all open cubes with the model"),
            icon="prediction",
        ),
        Command(
            "objects.rule",
            tr("Rule for objects…"),
            flow.choose_rule,
            lambda: session.model is not None,
            tip=tr("Choose how the class of an object is decided; saved with the model"),
            icon="settings",
        ),
        Command(
            "objects.same",
            tr("Same number, same object"),
            flow.set_same,
            lambda: len(state.trays) > 1,
            tip=tr(
                "Treat objects with the same number in several cubes as one, such as both sides of a fruit"
            ),
            icon="merge",
            checked=lambda: session.train_settings.same_objects,
        ),
        Command(
            "objects.label",
            tr("Label objects selected in table"),
            lambda: flow.label(session.class_id or 0),
            lambda: bool(state.chosen) and session.current_class is not None,
            tip=tr("Give the objects selected in the table the current class; keys 1 to 9 give any class"),
            icon="labels",
        ),
        Command(
            "objects.erase",
            tr("Erase labels of objects selected in table"),
            lambda: flow.label(0),
            lambda: bool(state.chosen),
            tip=tr("Erase the labels of the objects selected in the table (key 0)"),
            icon="eraser",
        ),
        Command(
            "objects.export",
            tr("Export object table…"),
            flow.export,
            listed,
            tip=tr("Write a table of all objects in all open cubes (CSV)"),
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
