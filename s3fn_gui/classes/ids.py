"""Which ids of classes have a meaning: to labels, on show or not, to the model, to maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from s3fn_core.labels.classes import ClassSet
from s3fn_gui.classes.away import labels_away
from s3fn_gui.texts import listed

if TYPE_CHECKING:
    from s3fn_gui.session import Session


def ids_taken(session: Session) -> Callable[[int], bool]:
    """Whether an id keeps a meaning that no class on show has.

    A class that was deleted may be known to the model or a map; labels of a cube that is missing
    may have ids that never were given a class.
    """
    maps = list(labels_away(session).values())
    predictions = [item.prediction for item in session.items if item.prediction is not None]
    known = {i for one in predictions for i in one.classes.ids}
    if session.model is not None:
        known |= set(session.model.classes.ids)
    return lambda class_id: class_id in known or any((ids == class_id).any() for ids in maps)


def in_use(session: Session) -> set[int]:
    """Ids of classes that something would miss: labels, a lock, the model, a map."""
    taken = ids_taken(session)
    return {
        i
        for i in session.classes.ids
        if i in session.locked or any(item.counts[i] for item in session.items) or taken(i)
    }


def as_here(theirs: ClassSet, mapping: Mapping[int, int]) -> str:
    """In words: which classes have other ids here than where they come from; "" for none."""
    changed = [f"{c.name} {mapping[c.id]} (there {c.id})" for c in theirs if mapping[c.id] != c.id]
    if not changed:
        return ""
    return f"Some have other ids here, as theirs are in use: {listed(changed)}."
