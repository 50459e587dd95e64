"""Which ids of classes have a meaning: to labels, shown or not, to the model, to maps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.labelmap import LabelEdit, LabelMap
from s3fn_core.languages import tr
from s3fn_core.quoting import listed
from s3fn_core.types import IdArray
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.undo import KeptEdit, Step

if TYPE_CHECKING:
    from s3fn_gui.session.session import Session


def ids_taken(session: Session) -> Callable[[int], bool]:
    """Whether an id keeps a meaning that no class shown has.

    A class that was deleted may be known to the model or a map; labels of a cube that is missing
    may have ids that never were given a class.
    """
    maps = list(labels_away(session).values())
    predictions = [item.prediction for item in session.cubes.items if item.prediction is not None]
    known = {i for one in predictions for i in one.classes.ids}
    if session.model is not None:
        known |= set(session.model.classes.ids)
    for item in session.cubes.items:
        if item.validation is not None:  # what somebody saw at a point must not become another class
            known |= {*item.validation.reference.tolist(), *item.validation.stratum_pixels}
    return lambda class_id: class_id in known or any((ids == class_id).any() for ids in maps)


def in_use(session: Session) -> set[int]:
    """Ids of classes that something would miss: labels, a lock, the model, a map."""
    taken = ids_taken(session)
    return {
        i
        for i in session.classes.ids
        if i in session.locked or any(item.counts[i] for item in session.cubes.items) or taken(i)
    }


def as_here(theirs: ClassSet, mapping: Mapping[int, int]) -> str:
    """In words: which classes have other ids here than where they come from; "" for none."""
    changed = [
        tr("{name} {here} (there {there})", name=c.name, here=mapping[c.id], there=c.id)
        for c in theirs
        if mapping[c.id] != c.id
    ]
    if not changed:
        return ""
    return tr("Some have other ids here, as theirs are in use: {classes}.", classes=listed(changed))


def step_away(session: Session, entry_id: str, edit: LabelEdit, text: str) -> Step:
    """One edit of the labels of a missing cube; where it was found since, of the open one."""
    kept = KeptEdit(edit)

    def apply(undo: bool) -> None:
        project, edit = session.project, kept.take()
        if project is None or entry_id not in project.labels:
            return  # it was closed and no longer belongs to the project
        before = project.labels[entry_id]
        item = _found(session, entry_id)
        if item is not None and item.labels.shape == before.shape:
            session.apply_edit(item.key, edit, undo=undo)
            return
        labels = LabelMap(before.copy())  # a save may be reading the other
        labels.apply(edit)
        project.labels[entry_id] = labels.ids

    return Step(text, lambda: apply(False), lambda: apply(True), edit=kept)


def labels_away(session: Session) -> dict[str, IdArray]:
    """Labels of the project's cubes that are missing, by entry id; none of those just closed."""
    project = session.project
    if project is None:
        return {}
    known = {item.key for item in session.cubes.items} | session.cubes.closed
    away = [e.id for e in project.cubes if e.key not in known]
    return {i: project.labels[i] for i in away if i in project.labels}


def pixels_away(session: Session, ids: Iterable[int]) -> int:
    """Labelled pixels of some classes in cubes that are missing."""
    maps = labels_away(session).values()
    return sum(int(np.count_nonzero(found == i)) for i in ids for found in maps)


def _found(session: Session, entry_id: str) -> OpenCube | None:
    """The open cube of an entry of the project."""
    cubes = [] if session.project is None else session.project.cubes
    keys = [e.key for e in cubes if e.id == entry_id]
    return next((item for item in session.cubes.items if item.key in keys), None)
