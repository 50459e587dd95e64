"""Which words a map can follow, and whether they differ from those that it shows."""

from __future__ import annotations

from s3fn_core.labels.classes import ClassSet, LabelClass


def followed(trained: ClassSet, classes: ClassSet) -> ClassSet:
    """The classes of the window that a map can show, those that were trained on first.

    A class that the model was not trained on is known by its words alone, so it needs some: one
    that was added only to paint with does not appear in the map.
    """
    known = [classes[i] for i in trained.ids if i in classes]
    new = [c for c in classes if c.id not in trained and c.text.strip()]
    return ClassSet((*known, *new))


def say_the_same(one: ClassSet, other: ClassSet, pooling: str) -> bool:
    """Whether the text encoder is told the same of the same classes.

    Colours and the order do not matter; a name does where it stands for a missing description or,
    with label pooling, where it is looked for in the text.
    """
    return _said(one, pooling) == _said(other, pooling)


def _said(classes: ClassSet, pooling: str) -> dict[int, tuple[str, str]]:
    return {c.id: (_name(c, pooling), c.text.strip()) for c in classes}


def _name(target: LabelClass, pooling: str) -> str:
    return target.name if pooling == "label" or not target.text.strip() else ""
