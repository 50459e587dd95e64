"""What a user can do to one paragraph of a description: each function is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain

from s3fn_core.labels.classes import Description
from s3fn_core.labels.paragraphs import Descriptions, edited, keeps_locked, replaced, split
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_gui.session.context import Context
from s3fn_gui.session.session import Session

OTHER_WORDS = tr("The model was trained with other words: train again.")


def lock_paragraph(session: Session, class_id: int, place: int, locked: bool) -> None:
    """Keep a paragraph from being edited or replaced, or give it free."""

    def change(paragraphs: list[Description]) -> None:
        paragraphs[place] = replace(paragraphs[place], locked=locked)

    name = session.classes[class_id].name
    text = tr("Lock a paragraph of {name}", name=name)
    if not locked:
        text = tr("Unlock a paragraph of {name}", name=name)
    _change(session, class_id, change, text)


def move_paragraph(session: Session, class_id: int, place: int, steps: int) -> None:
    """Move a paragraph up (negative) or down."""

    def change(paragraphs: list[Description]) -> None:
        paragraphs.insert(max(place + steps, 0), paragraphs.pop(place))

    name = session.classes[class_id].name
    _change(session, class_id, change, tr("Move a paragraph of {name}", name=name))


def delete_paragraph(session: Session, class_id: int, place: int) -> None:
    """Delete a paragraph; the description with it is kept in the history."""

    def change(paragraphs: list[Description]) -> None:
        del paragraphs[place]

    name = session.classes[class_id].name
    _change(session, class_id, change, tr("Delete a paragraph of {name}", name=name))


def restore_description(session: Session, class_id: int, version: Descriptions) -> None:
    """Go back to an earlier description as it was, its locks included."""
    name = session.classes[class_id].name
    classes = session.classes.changed(class_id, descriptions=version)
    session.push_classes(classes, tr("Restore a description of {name}", name=name))


def _change(session: Session, class_id: int, change: Callable[[list[Description]], None], text: str) -> None:
    paragraphs = list(split(session.classes[class_id].descriptions))
    change(paragraphs)
    classes = session.classes.changed(class_id, descriptions=tuple(paragraphs))
    session.push_classes(classes, text)


def describe_class(session: Session, class_id: int, text: str) -> bool:
    """The description as it stands in the editor; typing merges into one step.

    False where that would change a locked paragraph: then nothing happens.  What was there before
    the user began is kept in the history.
    """
    target = session.classes[class_id]
    versions = session.history.get(class_id, [])
    after = edited(target.descriptions, text, known=chain(*versions))
    if not keeps_locked(target.descriptions, after):
        return False
    if after != target.descriptions:
        classes = session.classes.changed(class_id, descriptions=after)
        history = session.history if session.typing == class_id else None
        session.push_classes(
            classes, tr("Describe {name}", name=target.name), merge=f"describe {class_id}", history=history
        )
        session.typing = class_id
    return True


def may_replace(context: Context, class_ids: Iterable[int]) -> bool:
    """Ask before paragraphs that somebody wrote are replaced; True where there are none."""
    session = context.session
    chosen = list(class_ids)
    written = [
        session.classes[i].name
        for i in chosen
        if any(d.source == "user" and not d.locked for d in split(session.classes[i].descriptions))
    ]
    if not written:
        return True
    question = plural(
        "Replace the hand-written description of {names}? Locked paragraphs stay.",
        "Replace the hand-written descriptions of {names}? Locked paragraphs stay.",
        len(written),
        names=listed(written),
    )
    if session.model is not None:
        follows = (
            tr("The trained map follows the new words.")
            if len(chosen) == 1
            else tr("The trained map follows the new words, unless they would change more than 10 % of it.")
        )
        question = f"{question} {follows}"
    return context.ask.confirm(question, tr("Replace"))


def put_description(session: Session, class_id: int, descriptions: Iterable[Description], text: str) -> None:
    """Replace all paragraphs that are not locked; what was there is kept in the history."""
    put_descriptions(session, {class_id: descriptions}, text)


def put_descriptions(session: Session, descriptions: Mapping[int, Iterable[Description]], text: str) -> None:
    """Replace all paragraphs of several classes that are not locked, as one step."""
    classes = session.classes
    for class_id, new in descriptions.items():
        after = replaced(classes[class_id].descriptions, new)
        classes = classes.changed(class_id, descriptions=after)
    session.push_classes(classes, text)
