"""How far the map follows edited words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from s3fn_core.labels.classes import ClassSet, LabelClass


class RescoringState(QObject):
    """What the bar under the image says; never saved, never undone.

    Attributes
    ----------
    edited : bool
        There is a map by the model, and the words are not those it was trained with.
    following : bool
        The map follows the words; else it shows those of the training.
    busy : str
        What is being done earlier the map can follow, "" for nothing.
    fraction : float
        How much of that is done.
    closed : bool
        The user has closed the bar.
    held : float
        Share of the map that the words would change; it is more than follows unasked, so the map
        stays as it is.  0 where nothing is held back.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edited = False
        self.following = False
        self.busy = ""
        self.fraction = 0.0
        self.closed = False
        self.held = 0.0

    def put(
        self,
        *,
        edited: bool | None = None,
        following: bool | None = None,
        closed: bool | None = None,
        held: float | None = None,
    ) -> None:
        """Change some of it; a closed bar opens again at the next edit, or where a map is held back."""
        before = (self.edited, self.following, self.closed, self.held)
        self.edited = self.edited if edited is None else edited
        self.following = self.following if following is None else following
        self.held = (self.held if held is None else held) if self.edited else 0.0
        self.closed = self.edited and not held and (self.closed if closed is None else closed)
        if before != (self.edited, self.following, self.closed, self.held):
            self.changed.emit()

    def set_busy(self, busy: str, fraction: float = 0.0) -> None:
        """Say what is being done, and how far it is."""
        if (busy, fraction) != (self.busy, self.fraction):
            self.busy, self.fraction = busy, fraction
            self.changed.emit()


def classes_to_map(trained: ClassSet, classes: ClassSet) -> ClassSet:
    """The classes of the window that a map can show, those of the training first.

    A class that the model was not trained on is known by its words alone, so it needs some: one
    that was added only to paint with does not appear in the map.
    """
    known = [classes[i] for i in trained.ids if i in classes]
    new = [c for c in classes if c.id not in trained and c.text.strip()]
    return ClassSet((*known, *new))


def texts_changed(before: ClassSet, now: ClassSet) -> int:
    """Of how many classes the text is another."""
    return sum(c.id in before and before[c.id].text != c.text for c in now)


def say_the_same(one: ClassSet, other: ClassSet, pooling: str) -> bool:
    """Whether the text encoder reads the same about the same classes.

    Colours and the order do not matter; a name does where it stands for a missing description or,
    with label pooling, where it is looked for in the text.
    """
    return _said(one, pooling) == _said(other, pooling)


def _said(classes: ClassSet, pooling: str) -> dict[int, tuple[str, str]]:
    return {c.id: (_name(c, pooling), c.text.strip()) for c in classes}


def _name(target: LabelClass, pooling: str) -> str:
    return target.name if pooling == "label" or not target.text.strip() else ""
