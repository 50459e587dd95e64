"""What a user can do to one paragraph of a description: each function is one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s3fn_core.labels.classes import Description
from s3fn_core.labels.paragraphs import Descriptions, split
from s3fn_gui.session import Session


def lock_paragraph(session: Session, class_id: int, place: int, locked: bool) -> None:
    """Keep a paragraph from being edited or replaced, or give it free."""
    verb = "Lock" if locked else "Unlock"

    def change(paragraphs: list[Description]) -> None:
        paragraphs[place] = replace(paragraphs[place], locked=locked)

    _change(session, class_id, change, f"{verb} a paragraph of")


def move_paragraph(session: Session, class_id: int, place: int, steps: int) -> None:
    """Move a paragraph up (negative) or down."""

    def change(paragraphs: list[Description]) -> None:
        paragraphs.insert(max(place + steps, 0), paragraphs.pop(place))

    _change(session, class_id, change, "Move a paragraph of")


def delete_paragraph(session: Session, class_id: int, place: int) -> None:
    """Delete a paragraph; the description with it is kept in the history."""

    def change(paragraphs: list[Description]) -> None:
        del paragraphs[place]

    _change(session, class_id, change, "Delete a paragraph of")


def restore_description(session: Session, class_id: int, version: Descriptions) -> None:
    """Go back to an earlier description as it was, its locks included."""
    name = session.classes[class_id].name
    classes = session.classes.changed(class_id, descriptions=version)
    session.push_classes(classes, f"Restore a description of {name}")


def _change(session: Session, class_id: int, change: Callable[[list[Description]], None], text: str) -> None:
    target = session.classes[class_id]
    paragraphs = list(split(target.descriptions))
    change(paragraphs)
    classes = session.classes.changed(class_id, descriptions=tuple(paragraphs))
    session.push_classes(classes, f"{text} {target.name}")
