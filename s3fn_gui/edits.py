"""What a user can change in labels, classes and descriptions: each function is one undo step."""

from __future__ import annotations

import numpy as np

from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.types import IdArray
from s3fn_gui.session import Session
from s3fn_gui.state import OpenCube

KEPT_VERSIONS = 20


def add_class(session: Session, name: str = "") -> int:
    """Add a class (called "class N" unless named) and select it; its id."""
    after = session.classes.added(name.strip() or _free_name(session.classes))
    new = after.classes[-1]
    session.push_classes(after, f"Add class {new.name}")
    session.select_class(new.id)
    return new.id


def rename_class(session: Session, class_id: int, name: str) -> None:
    """Rename a class; an empty name changes nothing."""
    old = session.classes[class_id].name
    name = name.strip()
    if name and name != old:
        after = session.classes.changed(class_id, name=name)
        session.push_classes(after, f"Rename {old} to {name}")


def recolour_class(session: Session, class_id: int, colour: str) -> None:
    target = session.classes[class_id]
    session.push_classes(
        session.classes.changed(class_id, color=colour), f"Change the colour of {target.name}"
    )


def delete_class(session: Session, class_id: int) -> None:
    """Delete a class and its labels in every open cube, as one step."""
    name = session.classes[class_id].name
    session.undo_stack.beginMacro(f"Delete class {name}")
    for item in session.items:
        if item.counts[class_id]:
            mask = item.labels.ids == class_id
            edit = item.labels.edit((0, 0, *item.labels.shape), mask, 0)
            session.push_labels(item, edit, f"Erase {name}")
    session.push_classes(session.classes.removed(class_id), f"Delete class {name}")
    session.undo_stack.endMacro()


def import_labels(session: Session, item: OpenCube, ids: IdArray, source: str) -> None:
    """Take over a whole label map; ids without a class get one."""
    edit = item.labels.replace_all(ids)
    classes = with_ids(session.classes, tuple(int(i) for i in np.unique(ids) if i))
    session.undo_stack.beginMacro(f"Import labels from {source}")
    session.push_classes(classes, "Add classes")
    session.push_labels(item, edit, "Import labels")
    session.undo_stack.endMacro()


def import_classes(session: Session, classes: ClassSet, source: str) -> None:
    """Take over the classes of a file; classes with labels that it lacks stay."""
    used = {c.id for c in session.classes if any(i.counts[c.id] for i in session.items)}
    kept = tuple(
        c for c in session.classes
        if c.id in used and c.id not in classes.ids and c.name not in classes.names
    )  # fmt: skip
    session.push_classes(ClassSet((*classes, *kept)), f"Load classes from {source}")


def describe_class(session: Session, class_id: int, text: str) -> None:
    """The description as it stands in the editor; typing merges into one step."""
    target = session.classes[class_id]
    after = edited(target.descriptions, text)
    if after != target.descriptions:
        classes = session.classes.changed(class_id, descriptions=after)
        session.push_classes(classes, f"Describe {target.name}", merge=f"describe {class_id}")


def put_description(
    session: Session, class_id: int, descriptions: tuple[Description, ...], text: str
) -> None:
    """Replace a description as a whole; the one that goes is kept in the history."""
    old = session.classes[class_id].descriptions
    if old and old != descriptions:
        versions = session.history.setdefault(class_id, [])
        versions[:] = [*(v for v in versions if v != old), old][-KEPT_VERSIONS:]
    session.push_classes(session.classes.changed(class_id, descriptions=descriptions), text)


def edited(before: tuple[Description, ...], text: str) -> tuple[Description, ...]:
    """Paragraphs of `text`; those that were there before keep their author.

    Paragraphs are separated by blank lines.  A changed or new one is the user's.
    """
    known = {d.text: d for d in before}
    if text in known:
        return (known[text],)
    paragraphs = [p.strip("\n") for p in text.split("\n\n")]
    return tuple(known.get(p) or Description.now(p) for p in paragraphs if p.strip())


def with_ids(classes: ClassSet, ids: tuple[int, ...]) -> ClassSet:
    """`classes`, and one called "class N" for each of `ids` that it lacks."""
    for class_id in ids:
        if class_id not in classes:
            added = classes.added(_free_name(classes, class_id)).classes[-1]
            new = LabelClass(class_id, added.name, added.color)
            classes = ClassSet((*classes, new))
    return classes


def _free_name(classes: ClassSet, number: int | None = None) -> str:
    number = number or len(classes) + 1
    while f"class {number}" in classes.names:
        number += 1
    return f"class {number}"
