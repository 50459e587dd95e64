"""How the classes are looked at: which are hidden or locked, and in what order they are listed."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from s3fn_core.labels.classes import ClassSet, LabelClass

Order = Literal["own", "name", "pixels"]


class ClassLooks(QObject):
    """Kept with the project, never undone: it changes no label.

    Pixels of a `locked` class can be neither painted over nor erased; labels of a `hidden` one are
    not drawn.
    """

    changed = Signal()
    order_changed = Signal()
    chosen_changed = Signal()
    name_asked = Signal()  # of the class selected

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hidden: frozenset[int] = frozenset()
        self.locked: frozenset[int] = frozenset()
        self.order: Order = "own"
        self.chosen: tuple[int, ...] = ()

    def set_hidden(self, class_id: int, on: bool) -> None:
        """Draw the labels of a class or not."""
        self._set(self.hidden | {class_id} if on else self.hidden - {class_id}, self.locked)

    def set_locked(self, class_id: int, on: bool) -> None:
        """Keep the labels of a class from every tool, or give them free."""
        self._set(self.hidden, self.locked | {class_id} if on else self.locked - {class_id})

    def set_order(self, order: Order) -> None:
        """How the list is sorted; the order of the classes themselves stays."""
        if order != self.order:
            self.order = order
            self.order_changed.emit()

    def choose(self, ids: tuple[int, ...]) -> None:
        """The classes selected in the list: what can be merged."""
        if ids != self.chosen:
            self.chosen = ids
            self.chosen_changed.emit()

    def keep(self, classes: ClassSet) -> None:
        """An id that is free may come to mean another class, which is neither hidden nor locked."""
        known = frozenset(classes.ids)
        self._set(self.hidden & known, self.locked & known)

    def shown(self, classes: ClassSet) -> list[LabelClass]:
        """The classes that are not hidden."""
        return [c for c in classes if c.id not in self.hidden]

    def to_json(self) -> dict[str, list[int]]:
        """Plain values for the project's settings."""
        return {"hidden": sorted(self.hidden), "locked": sorted(self.locked)}

    def restore(self, record: Any) -> None:
        """Read what :meth:`to_json` gave; anything else leaves all classes shown and free."""
        record = record if isinstance(record, dict) else {}
        self._set(_ids(record.get("hidden")), _ids(record.get("locked")))

    def _set(self, hidden: frozenset[int], locked: frozenset[int]) -> None:
        if (hidden, locked) != (self.hidden, self.locked):
            self.hidden, self.locked = hidden, locked
            self.changed.emit()


def _ids(value: Any) -> frozenset[int]:
    found = value if isinstance(value, list) else []
    return frozenset(i for i in found if isinstance(i, int) and 1 <= i <= 255)
