"""Which action of the mask does what, and when it may."""

from __future__ import annotations

from s3fn_gui.base.actions import Actions
from s3fn_gui.masks.correcting_flow import MaskEditFlow
from s3fn_gui.masks.flow import MaskFlow
from s3fn_gui.masks.state import MASK_TOOLS
from s3fn_gui.masks.vote_flow import MaskVote
from s3fn_gui.session.session import Session

WITH_CUBE = ("mask.apply", "mask.apply_all", "mask.save_recipe", "mask.load_recipe")
WITH_MASK = ("mask.remove", "mask.export", "mask.object", "mask.add", "mask.cut")


class MaskWiring:
    """Connects the actions of the mask, and keeps enabled states true."""

    def __init__(self, actions: Actions, session: Session, flow: MaskFlow) -> None:
        self._actions = actions
        self._session = session
        self.edit = MaskEditFlow(flow.context)
        self.vote = MaskVote(flow.context)
        slots = {
            "mask.apply": flow.apply,
            "mask.apply_all": flow.apply_all,
            "mask.remove": flow.remove,
            "mask.save_recipe": flow.save_recipe,
            "mask.load_recipe": flow.load_recipe,
            "mask.export": flow.export,
            "mask.label_object": flow.label_selected,
        }
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        for signal in (
            session.cubes.current_changed,
            session.cubes.treatment_changed,
            session.class_selected,
            session.classes_changed,
            session.rooms.mask.selected_changed,
        ):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session, enable = self._session, self._actions.enable
        item = session.cubes.current
        masked = item is not None and item.treatment.mask is not None
        enable(item is not None, *WITH_CUBE)
        enable(masked, *WITH_MASK)
        labelled = masked and session.rooms.mask.selected is not None
        enable(labelled and session.current_class is not None, "mask.label_object")
        if not masked and session.view.tool in (*MASK_TOOLS, "object"):
            session.view.set_tool("inspect")
