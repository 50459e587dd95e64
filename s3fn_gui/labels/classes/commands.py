"""Commands of the classes."""

from __future__ import annotations

from functools import partial

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.labels.classes.flow import ClassFlow
from s3fn_gui.labels.drawing.splitting import Splitting
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session

MAX_KEYS = 9


def commands(session: Session, flow: ClassFlow, splitting: Splitting) -> Commands:
    """The rows of the classes."""
    may, looks = Conditions(session), session.class_looks

    def place() -> int | None:
        ids = session.classes.ids
        return ids.index(session.class_id) if session.class_id in ids else None

    rows = (
        Command(
            "label.swap",
            tr("Previous class"),
            session.swap_class,
            keys="X",
            tip=tr("Return to the class chosen before"),
        ),
        Command(
            "label.add_class",
            tr("Add class"),
            flow.add,
            keys="Ctrl+Shift+N",
            tip=tr("Add a class"),
            icon="add",
        ),
        Command(
            "label.delete_class",
            tr("Delete class"),
            flow.delete,
            may.current_class,
            tip=tr("Delete the selected class"),
            icon="delete",
        ),
        Command(
            "label.recolour",
            tr("Change colour…"),
            flow.recolour,
            may.current_class,
            tip=tr("Change the colour of the selected class"),
            icon="palette",
        ),
        Command(
            "label.class_up",
            tr("Move class up"),
            partial(flow.move, -1),
            lambda: bool(place()),
            keys="Alt+Up",
            icon="up",
            tip=tr("Move the selected class up in the list"),
        ),
        Command(
            "label.class_down",
            tr("Move class down"),
            partial(flow.move, 1),
            lambda: (at := place()) is not None and at < len(session.classes) - 1,
            keys="Alt+Down",
            icon="down",
            tip=tr("Move the selected class down in the list"),
        ),
        Command(
            "label.merge",
            tr("Merge classes…"),
            flow.merge,
            lambda: len(looks.chosen) > 1,
            tip=tr("Merge the selected classes (Ctrl+click) into the first one"),
            icon="merge",
        ),
        Command(
            "label.split_drawn",
            tr("Split off drawn pixels"),
            flow.split,
            may.current_class,
            tip=tr("Move pixels of the selected class to a new class by painting over them"),
            checked=lambda: splitting.source is not None,
        ),
        Command(
            "label.hide",
            tr("Hide class"),
            flow.hide,
            may.current_class,
            tip=tr("Hide the labels of this class"),
            checked=lambda: session.class_id in looks.hidden,
        ),
        Command(
            "label.lock",
            tr("Lock class"),
            flow.lock,
            may.current_class,
            tip=tr("Protect the labels of this class from painting and erasing"),
            checked=lambda: session.class_id in looks.locked,
        ),
        Command(
            "label.show_all",
            tr("Show all classes"),
            flow.show_all,
            lambda: bool(looks.hidden),
            icon="eye",
            tip=tr("Show the labels of all classes again"),
        ),
        *(
            Command(
                f"label.class_{key}", tr("Class {key}", key=key), partial(flow.choose, key - 1), keys=str(key)
            )
            for key in range(1, MAX_KEYS + 1)
        ),
    )
    return Commands(
        rows,
        (
            session.class_selected,
            session.classes_changed,
            looks.changed,
            looks.chosen_changed,
            splitting.changed,
        ),
    )
