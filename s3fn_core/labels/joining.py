"""Two class sets become one, and no id comes to mean something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, ClassSet, LabelClass
from s3fn_core.labels.exchange import FileClass, propose_mapping, says_nothing


@dataclass(frozen=True)
class Joined:
    """The classes of both.

    Attributes
    ----------
    classes : ClassSet
        In the order of those that came, then those that were there only.
    mapping : mapping of int to int
        From each id of those that came to the id that it has now.
    """

    classes: ClassSet
    mapping: Mapping[int, int]


def joined(
    mine: ClassSet, theirs: ClassSet, *, taken: Callable[[int], bool] = lambda class_id: False
) -> Joined:
    """Take over `theirs`; what has ids of `mine` keeps its meaning.

    A class is the same where its name is, but for case and blanks; a class without a name of its
    own ("class 7" is none for 7) is the one with its id.  Any other class of `theirs` keeps its id
    where that is free, and gets a free one where it is not.  A class that both have looks as
    `theirs` say, and keeps a description that they lack.

    Parameters
    ----------
    mine, theirs : ClassSet
    taken : callable
        Which ids without a class have a meaning all the same (labels that are not shown).

    Raises
    ------
    LabelError
        When there would be more than 255 classes.

    Examples
    --------
    >>> mine, theirs = ClassSet().added("soil").added("ice"), ClassSet().added("ice").added("sand")
    >>> found = joined(mine, theirs)
    >>> [(c.id, c.name) for c in found.classes], dict(found.mapping)
    ([(2, 'ice'), (3, 'sand'), (1, 'soil')], {1: 2, 2: 3})
    """
    same = _same(mine, theirs)
    used = {*mine.ids, *same.values()}
    mapping = dict(same)
    for c in theirs:
        if c.id not in same and c.id not in used and not taken(c.id):
            mapping[c.id] = c.id
            used.add(c.id)
    for c in theirs:
        if c.id not in mapping:
            mapping[c.id] = _free_id(used, taken)
            used.add(mapping[c.id])
    come = tuple(
        _merged(mine[mapping[c.id]], c) if c.id in same else replace(c, id=mapping[c.id]) for c in theirs
    )
    kept = tuple(c for c in mine if c.id not in same.values())
    return Joined(ClassSet((*come, *kept)), mapping)


def renumbered(classes: ClassSet, mapping: Mapping[int, int]) -> ClassSet:
    """The same classes in the same order, with the ids that `mapping` gives them."""
    return ClassSet(tuple(replace(c, id=mapping[c.id]) for c in classes))


def _same(mine: ClassSet, theirs: ClassSet) -> dict[int, int]:
    """Ids of `theirs` and of the classes in `mine` that are the same; each once."""
    exact = {c.name: c.id for c in mine}
    same = {c.id: exact[c.name] for c in theirs if c.name in exact}
    matches = propose_mapping([FileClass(c.id, c.name) for c in theirs], mine)
    pairs = [(m.found.id, m.class_id) for m in sorted(matches, key=lambda m: m.reason != "name")]
    pairs += [(c.id, c.id) for c in mine if says_nothing(c.id, c.name) and c.id in theirs]
    for other, own in pairs:
        if own is not None and other not in same and own not in same.values():
            same[other] = own
    return same


def _merged(own: LabelClass, other: LabelClass) -> LabelClass:
    """What is the same in both, under the id of `own`."""
    if says_nothing(other.id, other.name):
        return replace(own, descriptions=other.descriptions or own.descriptions)
    return replace(other, id=own.id, descriptions=other.descriptions or own.descriptions)


def _free_id(used: set[int], taken: Callable[[int], bool]) -> int:
    free = (i for i in range(1, MAX_CLASSES + 1) if i not in used and not taken(i))
    found = next(free, None)
    if found is None:
        raise LabelError("There would be more than {highest} classes; merge some first.", highest=MAX_CLASSES)
    return found


def with_ids(classes: ClassSet, ids: tuple[int, ...]) -> ClassSet:
    """`classes`, and one called "class N" for each of `ids` that it lacks."""
    for class_id in ids:
        if class_id not in classes:
            added = classes.added(free_name(classes, class_id)).classes[-1]
            new = LabelClass(class_id, added.name, added.color)
            classes = ClassSet((*classes, new))
    return classes


def free_name(classes: ClassSet, number: int | None = None) -> str:
    """The first of "class N", "class N + 1" ... that is free; N is `number`, or the next place."""
    number = number or len(classes) + 1
    while f"class {number}" in classes.names:
        number += 1
    return f"class {number}"
