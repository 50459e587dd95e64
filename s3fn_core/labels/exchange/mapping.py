"""From the classes of a file to those of the project, and the label map that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet
from s3fn_core.labels.exchange.labelfile import FileClass, LabelFile, says_nothing
from s3fn_core.labels.labelmap import LabelEdit, LabelMap, is_one_of
from s3fn_core.types import IdArray

Reason = Literal["name", "id", "new"]
Extent = Literal["all", "unlabelled", "labelled"]
"""Where a file's labels go: everywhere, where the cube has none, where the file has some."""


@dataclass(frozen=True)
class Match:
    """What a class of a file is taken for.

    Attributes
    ----------
    found : FileClass
    class_id : int or None
        The project's class; None where it has no such class.
    reason : {"name", "id", "new"}
        Equal names, equal ids, or neither.
    """

    found: FileClass
    class_id: int | None
    reason: Reason


def check_importable(file: LabelFile) -> None:
    """Raise LabelError when a file has no labels, or more classes than a project can have."""
    if not any(c.pixels for c in file.classes):
        raise LabelError("{path} holds no labels: every pixel of it is 0 (unlabelled).", path=file.path)
    if len(file.classes) > MAX_CLASSES:
        raise LabelError(
            "{path} holds {count:,} different numbers, but a project has at most {highest} "
            "classes; it seems to be a map of objects and not of classes.",
            path=file.path,
            count=len(file.classes),
            highest=MAX_CLASSES,
        )


def propose_mapping(found: Sequence[FileClass], classes: ClassSet) -> tuple[Match, ...]:
    """Propose a class of the project for each class of a file.

    Names decide where they are equal but for case and blanks.  The id decides only for a class
    without a name ("class 7" is none for 7): a file's "water" is not the project's "soil", though
    both may be number 1.

    Examples
    --------
    >>> classes = ClassSet().added("soil").added("water")
    >>> [m.class_id for m in propose_mapping([FileClass(7, "Water"), FileClass(1)], classes)]
    [2, 1]
    """
    by_name = {_plain(c.name): c.id for c in reversed(classes.classes)}
    return tuple(_match(c, by_name, classes) for c in found)


def _match(found: FileClass, by_name: Mapping[str, int], classes: ClassSet) -> Match:
    named = by_name.get(_plain(found.name or ""))
    if named is not None:
        return Match(found, named, "name")
    if says_nothing(found.id, found.name) and found.id in classes:
        return Match(found, found.id, "id")
    return Match(found, None, "new")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def is_same(matches: Sequence[Match]) -> bool:
    """Whether all ids of the file mean the same in the project, so that there is nothing to ask."""
    return all(match.class_id == match.found.id for match in matches)


def with_new_classes(
    matches: Sequence[Match], classes: ClassSet, *, taken: Callable[[int], bool] = lambda class_id: False
) -> tuple[ClassSet, dict[int, int]]:
    """The project's classes and those of the file that it lacks, and the mapping of all ids.

    A new class keeps its name, colour and, where it is free, its id; `taken` is that of
    :meth:`ClassSet.added`.

    Raises
    ------
    LabelError
        When there would be more than 255 classes.
    """
    mapping: dict[int, int] = {}
    for match in matches:
        if match.class_id is not None:
            mapping[match.found.id] = match.class_id
            continue
        found = match.found
        name = found.name or f"class {found.id}"
        if name in classes.names:
            name = f"{name} ({found.id})"
        grown = classes.added(name, found.color, taken=taken)
        new = grown.classes[-1]
        if found.id <= MAX_CLASSES and found.id not in classes and not taken(found.id):
            grown = grown.changed(new.id, id=found.id)
            new = grown.classes[-1]
        classes, mapping[found.id] = grown, new.id
    return classes, mapping


def mapped(ids: npt.NDArray[np.unsignedinteger[Any]], mapping: Mapping[int, int]) -> IdArray:
    """The label map with each id replaced; ids without an entry become unlabelled.

    Parameters
    ----------
    ids : array of unsigned integers, shape (lines, samples)
        As in :class:`LabelFile`.
    mapping : mapping from the file's id to the project's class id, 0 = leave out

    Raises
    ------
    LabelError
        When an id to be given is none of a class.
    """
    for target in mapping.values():
        if not UNLABELLED <= target <= MAX_CLASSES:
            raise LabelError(
                "The mapping gives the class id {target}; class ids run from 1 to {highest}, 0 leaves out.",
                target=target,
                highest=MAX_CLASSES,
            )
    if ids.dtype.itemsize <= 2:
        values, places = np.arange(1 << (8 * ids.dtype.itemsize)), ids
    else:
        values, places = np.unique(ids, return_inverse=True)
        places = places.reshape(ids.shape)
    table = np.zeros(len(values), np.uint8)
    for old, new in mapping.items():
        place = int(np.searchsorted(values, old))
        if place < len(values) and values[place] == old:
            table[place] = new
    result: IdArray = table[places]
    return result


def taken_over(
    before: IdArray,
    file: LabelFile,
    mapping: Mapping[int, int],
    extent: Extent = "all",
    locked: frozenset[int] = frozenset(),
) -> LabelEdit:
    """The edit that takes a file's labels over; pixels of `locked` classes stay as they are.

    Parameters
    ----------
    before : array of uint8, shape (lines, samples)
        The labels until now.
    file : LabelFile
        Of the same shape.
    mapping : mapping from the file's id to the project's class id
        See :func:`mapped`.
    extent : {"all", "unlabelled", "labelled"}
    locked : set of int
    """
    found = mapped(file.ids, mapping)
    if extent == "unlabelled":
        found = np.where(before == 0, found, before)
    elif extent == "labelled":
        found = np.where(found == 0, before, found)
    if locked:
        found = np.where(is_one_of(before, locked), before, found)
    return LabelMap(before).replace_all(found)
