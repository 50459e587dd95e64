"""What a user can change in labels, classes and descriptions: each function is one undo step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.joining import free_name, joined
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.labels.versions import after_change, merged
from s3fn_core.languages import tr
from s3fn_core.quoting import listed
from s3fn_core.types import BoolArray, Box
from s3fn_gui.session.class_ids import ids_taken, in_use, labels_away, step_away
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

UNNAMED = re.compile(r"class \d+")


def add_class(session: Session, name: str = "") -> int:
    """Add a class (called "class N" unless named) and select it; its id."""
    name = name.strip() or free_name(session.classes)
    after = session.classes.added(name, taken=ids_taken(session))
    new = after.classes[-1]
    session.push_classes(after, tr("Add class {name}", name=new.name))
    session.select_class(new.id)
    return new.id


def rename_class(session: Session, class_id: int, name: str) -> None:
    """Rename a class; an empty name changes nothing."""
    old = session.classes[class_id].name
    name = name.strip()
    if name and name != old:
        after = session.classes.changed(class_id, name=name)
        if UNNAMED.fullmatch(old):
            after = after.colored(class_id, name)
        session.push_classes(after, tr("Rename {old} to {name}", old=old, name=name))


def recolour_class(session: Session, class_id: int, colour: str) -> None:
    target = session.classes[class_id]
    session.push_classes(
        session.classes.changed(class_id, color=colour), tr("Change the colour of {name}", name=target.name)
    )


def delete_class(session: Session, class_id: int) -> None:
    """Delete a class and its labels in every cube of the project, as one step."""
    name = session.classes[class_id].name
    with _one_step(session, tr("Delete class {name}", name=name)):
        _relabel(session, (class_id,), 0, tr("Erase {name}", name=name))
        session.push_classes(session.classes.removed(class_id), tr("Delete class {name}", name=name))


def move_class(session: Session, class_id: int, place: int) -> None:
    """Put a class at another place of the order, which also decides its key."""
    text = tr("Move class {name}", name=session.classes[class_id].name)
    session.push_classes(session.classes.moved(class_id, place), text, merge=f"move {class_id}")


def merge_classes(session: Session, class_id: int, others: Iterable[int]) -> None:
    """Labels of `others` become `class_id` in every cube of the project, as one step.

    Descriptions that go are kept among the older ones of the class that stays.
    """
    gone = tuple(i for i in others if i != class_id)
    text = tr(
        "Merge {names} into {name}",
        names=listed([session.classes[i].name for i in gone]),
        name=session.classes[class_id].name,
    )
    after = session.classes.merged(class_id, gone)
    with _one_step(session, text):
        _relabel(session, gone, class_id, text)
        history = merged(session.history, session.classes, after[class_id], gone)
        session.push_classes(after, text, history=history)
    session.select_class(class_id)


def split_class(session: Session, item: OpenCube, box: Box, mask: BoolArray, class_id: int) -> int:
    """The labels of a class under a mask become one of their own, as one step; its id."""
    classes, part = session.classes.split(class_id, taken=ids_taken(session))
    new = classes[part].name
    with _one_step(session, tr("Split {new} off {name}", new=new, name=session.classes[class_id].name)):
        session.push_classes(classes, tr("Add class {name}", name=new))
        session.push_labels(item, item.labels.edit(box, mask, part), tr("Label {name}", name=new))
    session.select_class(part)
    return part


def _relabel(session: Session, ids: tuple[int, ...], class_id: int, text: str) -> None:
    """Give all labels of some classes to another one (0: erase them), in every cube."""
    for item in session.cubes.items:
        if item.counts[list(ids)].any():
            session.push_labels(item, item.labels.relabel(ids, class_id), text)
    for entry_id, away in labels_away(session).items():
        edit = LabelMap(away).relabel(ids, class_id)
        if not edit.is_empty:
            session.undo_stack.push(step_away(session, entry_id, edit, text))


@contextmanager
def _one_step(session: Session, text: str) -> Iterator[None]:
    """What is pushed in between is undone together."""
    session.undo_stack.beginMacro(text)
    try:
        yield
    finally:
        session.undo_stack.endMacro()


def import_classes(
    session: Session, classes: ClassSet, source: str, *, replacing: bool = True
) -> Mapping[int, int]:
    """Take over the classes of a file, as one step; the ids that they have here.

    No id that is in use comes to mean something else.  When `replacing`, classes that the file
    lacks go unless something needs them.
    """
    kept = in_use(session) if replacing else set(session.classes.ids)
    mine = ClassSet(tuple(c for c in session.classes if c.id in kept))
    found = joined(mine, classes, taken=ids_taken(session))
    same = (c for c in session.classes if c.id in kept or c.name == _name_of(found.classes, c.id))
    history = after_change(session.history, ClassSet(tuple(same)), found.classes)
    session.push_classes(found.classes, tr("Load classes from {source}", source=source), history=history)
    return found.mapping


def words_replaced(session: Session, classes: ClassSet) -> list[str]:
    """Names of the classes whose hand-written descriptions :func:`import_classes` replaces."""
    coming = {c.name: c for c in classes if c.descriptions}
    return [
        c.name
        for c in session.classes
        if c.name in coming
        and coming[c.name].text != c.text
        and any(d.source == "user" and d.text.strip() for d in c.descriptions)
    ]


def _name_of(classes: ClassSet, class_id: int) -> str:
    """The name of a class, empty where there is none."""
    return classes[class_id].name if class_id in classes else ""
