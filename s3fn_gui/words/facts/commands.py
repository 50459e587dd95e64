"""Which action of the spectral facts does what, and when it may."""

from __future__ import annotations

from s3fn_gui.base.actions import Actions
from s3fn_gui.session.session import Session
from s3fn_gui.words.facts.flow import FactsFlow


class FactsWiring:
    """Connects the actions of the facts, and keeps enabled states true."""

    def __init__(self, actions: Actions, session: Session, flow: FactsFlow) -> None:
        self._actions = actions
        self._session = session
        slots = {
            "words.measure": flow.describe,
            "words.measure_all": flow.describe_all,
            "facts.copy": flow.copy,
            "facts.save": flow.save,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        for signal in (
            session.cubes.current_changed,
            session.class_selected,
            session.classes_changed,
            session.labels_changed,
            session.rooms.facts.changed,
        ):
            signal.connect(lambda *_: self._enable())
        self._enable()

    def _enable(self) -> None:
        session, enable = self._session, self._actions.enable
        item, target, found = session.cubes.current, session.current_class, session.rooms.facts.found or {}
        labelled = item is not None and bool(item.counts[1:].any())
        enable(labelled and target is not None, "words.measure")
        enable(labelled, "words.measure_all")
        enable(target is not None and target.id in found, "facts.copy")
        enable(bool(found), "facts.save")
