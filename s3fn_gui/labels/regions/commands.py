"""Which action of the regions does what, and when it may."""

from __future__ import annotations

from s3fn_gui.base.actions import Actions
from s3fn_gui.labels.regions.flow import RegionsFlow
from s3fn_gui.session.session import Session

WITH_CUBE = ("label.test_region", "label.split", "label.find_outliers", "label.next_outlier")
WITH_CLASS = ("label.next_region", "label.previous_region")


class RegionsWiring:
    """Connects the actions of the regions, and keeps enabled states true."""

    def __init__(self, actions: Actions, session: Session, flow: RegionsFlow) -> None:
        self._actions = actions
        self._session = session
        slots = {
            "label.next_region": flow.next,
            "label.previous_region": flow.previous,
            "label.test_region": flow.swap_role,
            "label.split": flow.split,
            "label.find_outliers": flow.find_strangers,
            "label.next_outlier": flow.next_stranger,
            "label.erase_outliers": flow.erase_strangers,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        for signal in (
            session.cubes.current_changed,
            session.class_selected,
            session.classes_changed,
            session.rooms.regions.strangers_changed,
        ):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session, enable = self._session, self._actions.enable
        item, strangers = session.cubes.current, session.rooms.regions.strangers
        enable(item is not None, *WITH_CUBE)
        enable(item is not None and session.current_class is not None, *WITH_CLASS)
        enable(strangers is not None and len(strangers) > 0, "label.erase_outliers")
