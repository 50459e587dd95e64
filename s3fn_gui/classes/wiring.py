"""Which action of the classes does what, and when it may."""

from __future__ import annotations

from s3fn_gui import edits
from s3fn_gui.actions import Actions
from s3fn_gui.flows.context import Context
from s3fn_gui.texts import listed


class ClassWiring:
    """Connects the actions of the classes, and keeps enabled states true."""

    def __init__(self, actions: Actions, context: Context) -> None:
        self._actions = actions
        self._context = context
        self._session = context.session
        self._looks = context.session.class_looks
        slots = {
            "label.class_up": lambda: self._move(-1), "label.class_down": lambda: self._move(1),
            "label.merge": self._merge, "label.show_all": self._show_all,
        }  # fmt: skip
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        hide, lock = actions["label.hide"], actions["label.lock"]
        hide.triggered.connect(lambda on: self._of_current(self._looks.set_hidden, on))
        lock.triggered.connect(lambda on: self._of_current(self._looks.set_locked, on))
        session = self._session
        for signal in (session.class_selected, session.classes_changed, self._looks.changed,
                       self._looks.chosen_changed):  # fmt: skip
            signal.connect(self._enable)
        self._looks.changed.connect(self._touch)
        self._enable()

    def _move(self, steps: int) -> None:
        session = self._session
        if session.class_id in session.classes.ids:
            place = session.classes.ids.index(session.class_id)
            edits.move_class(session, session.class_id, place + steps)

    def _merge(self) -> None:
        session, target = self._session, self._session.current_class
        gone = [i for i in self._looks.chosen if i != session.class_id]
        if target is None or not gone:
            return
        labels = sum(int(item.counts[gone].sum()) for item in session.items)
        names = listed([session.classes[i].name for i in gone])
        question = (
            f"Merge {names} into {target.name}? {labels:,} labelled pixels change their class."
        )
        if self._context.ask.confirm(question, "Merge"):
            edits.merge_classes(session, target.id, gone)

    def _show_all(self) -> None:
        for class_id in self._looks.hidden:
            self._looks.set_hidden(class_id, False)

    def _of_current(self, change: object, on: bool) -> None:
        target = self._session.current_class
        if target is not None and callable(change):
            change(target.id, on)

    def _touch(self) -> None:
        """It is kept with the project; while one opens, nothing is shown yet."""
        if self._session.project is not None and self._session.items:
            self._session.touch()

    def _enable(self) -> None:
        session, looks, enable = self._session, self._looks, self._actions.enable
        ids = session.classes.ids
        place = ids.index(session.class_id) if session.class_id in ids else None
        enable(place is not None and place > 0, "label.class_up")
        enable(place is not None and place < len(ids) - 1, "label.class_down")
        enable(len(looks.chosen) > 1, "label.merge")
        enable(bool(looks.hidden), "label.show_all")
        enable(place is not None, "label.hide", "label.lock")
        self._actions["label.hide"].setChecked(session.class_id in looks.hidden)
        self._actions["label.lock"].setChecked(session.class_id in looks.locked)
