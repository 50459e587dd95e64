"""Which action of the classes does what, and when it may."""

from __future__ import annotations

from s3fn_gui.base.actions import Actions
from s3fn_gui.base.texts import listed
from s3fn_gui.labels.drawing.tools import PAINTING_TOOLS
from s3fn_gui.session import edits
from s3fn_gui.session.class_ids import pixels_away
from s3fn_gui.session.context import Context


class ClassWiring:
    """Connects the actions of the classes, and keeps enabled states true."""

    def __init__(self, actions: Actions, context: Context) -> None:
        self._actions = actions
        self._context = context
        self._session = context.session
        self._looks = context.session.class_looks
        slots = {
            "label.class_up": lambda: self._move(-1),
            "label.class_down": lambda: self._move(1),
            "label.merge": self._merge,
            "label.show_all": self._show_all,
            "label.delete_class": self._delete,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        hide, lock = actions["label.hide"], actions["label.lock"]
        hide.triggered.connect(lambda on: self._of_current(self._looks.set_hidden, on))
        lock.triggered.connect(lambda on: self._of_current(self._looks.set_locked, on))
        session, splitting = self._session, self._session.rooms.painting.splitting
        actions["label.split_drawn"].triggered.connect(self._split)
        splitting.changed.connect(self._enable)
        for signal in (
            session.class_selected,
            session.classes_changed,
            self._looks.changed,
            self._looks.chosen_changed,
        ):
            signal.connect(self._enable)
        self._looks.changed.connect(session.touch_project)
        self._enable()

    def _move(self, steps: int) -> None:
        session = self._session
        if session.class_id in session.classes.ids:
            place = session.classes.ids.index(session.class_id)
            edits.move_class(session, session.class_id, place + steps)

    def _delete(self) -> None:
        session, target = self._session, self._session.current_class
        if target is None or self._is_locked([target.id], "delete"):
            return
        labels, away = self._pixels([target.id])
        question = f"Delete {target.name}? Its {labels:,} labelled pixels go too{away}."
        if not labels or self._context.ask.confirm(question, "Delete"):
            edits.delete_class(session, target.id)

    def _merge(self) -> None:
        session, target = self._session, self._session.current_class
        gone = [i for i in self._looks.chosen if i != session.class_id]
        if target is None or not gone or self._is_locked(gone, "merge"):
            return
        labels, away = self._pixels(gone)
        names = listed([session.classes[i].name for i in gone])
        question = f"Merge {names} into {target.name}? {labels:,} labelled pixels change their class{away}."
        if self._context.ask.confirm(question, "Merge"):
            edits.merge_classes(session, target.id, gone)

    def _is_locked(self, ids: list[int], verb: str) -> bool:
        """Whether labels of a locked class would change; that is told."""
        session = self._session
        locked = [session.classes[i].name for i in ids if i in session.locked]
        if locked:
            one = "is locked; unlock it" if len(locked) == 1 else "are locked; unlock them"
            session.report("info", f"{listed(locked)} {one} to {verb}.")
        return bool(locked)

    def _pixels(self, ids: list[int]) -> tuple[int, str]:
        """Labelled pixels of some classes, and how many of them are not on show, in words."""
        away = pixels_away(self._session, ids)
        here = sum(int(item.counts[ids].sum()) for item in self._session.cubes.items)
        return here + away, f", {away:,} of them in cubes that are missing" if away else ""

    def _split(self, on: bool) -> None:
        """The brush, where the tool in use would paint nothing."""
        session, target = self._session, self._session.current_class
        splitting = session.rooms.painting.splitting
        if not on:
            splitting.end()
            return
        splitting.begin()
        if target is not None and splitting.source is not None:
            if session.view.tool not in PAINTING_TOOLS:
                session.view.set_tool("brush")
            session.report(
                "info",
                f"What you paint on {target.name} now becomes a new class. Select another class to end this.",
            )

    def _show_all(self) -> None:
        for class_id in self._looks.hidden:
            self._looks.set_hidden(class_id, False)

    def _of_current(self, change: object, on: bool) -> None:
        target = self._session.current_class
        if target is not None and callable(change):
            change(target.id, on)

    def _enable(self) -> None:
        session, looks, enable = self._session, self._looks, self._actions.enable
        ids = session.classes.ids
        place = ids.index(session.class_id) if session.class_id in ids else None
        enable(place is not None and place > 0, "label.class_up")
        enable(place is not None and place < len(ids) - 1, "label.class_down")
        enable(len(looks.chosen) > 1, "label.merge")
        enable(bool(looks.hidden), "label.show_all")
        enable(place is not None, "label.hide", "label.lock", "label.split_drawn")
        splits = session.rooms.painting.splitting.source is not None
        self._actions["label.split_drawn"].setChecked(splits)
        self._actions["label.hide"].setChecked(session.class_id in looks.hidden)
        self._actions["label.lock"].setChecked(session.class_id in looks.locked)
