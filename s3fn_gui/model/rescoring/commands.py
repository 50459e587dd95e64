"""Which action of the edited words does what, and when it may."""

from __future__ import annotations

from s3fn_gui.base.actions import Actions
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.model.rescoring.retrain_flow import RetrainFlow
from s3fn_gui.session.session import Session


class RescoringWiring:
    """Connects the actions of the edited words, and keeps enabled and checked states true."""

    def __init__(self, actions: Actions, session: Session, flow: RescoreFlow, retrain: RetrainFlow) -> None:
        self._actions = actions
        self._session = session
        slots = {"rescore.show": flow.show, "rescore.retrain": retrain.start, "rescore.back": flow.back}
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, s=slot: s())
        actions["rescore.compare"].triggered.connect(flow.compare)
        for signal in (
            session.rooms.rescoring.changed,
            session.cubes.prediction_changed,
            session.cubes.current_changed,
            session.rooms.training.changed,
            session.view.comparison.changed,
        ):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session, enable = self._session, self._actions.enable
        state, item = session.rooms.rescoring, session.cubes.current
        other = item is not None and item.prediction is not None and bool(item.prediction.before)
        enable(state.edited and not state.following, "rescore.show")
        enable(state.edited, "rescore.back")
        enable(state.edited and not session.rooms.training.running, "rescore.retrain")
        enable(other, "rescore.compare")
        comparison = session.view.comparison
        self._actions["rescore.compare"].setChecked(comparison.before is not None)
