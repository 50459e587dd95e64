"""What the members of the ensemble answer for the pixel on which the cursor rests."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow

KIND, TITLE = "ensemble", tr("Reading the ensemble")
REST_MS = 250


class EnsembleFlow(Flow):
    """Asks once the cursor rests, where the answer is to be seen."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._view, self._cubes = context.session.view, context.session.cubes
        self._rest = resting(context.session, self._ask, REST_MS)
        self._view.hovered.connect(self._rest.start)
        self._cubes.prediction_changed.connect(self._map_changed)

    def _map_changed(self) -> None:
        """Others may have answered."""
        self._view.set_member_answers(())
        if self._view.hover is not None:
            self._rest.start()

    def _ask(self) -> None:
        view, item, work = self._view, self._cubes.current, self._session.work
        prediction, position = None if item is None else item.prediction, view.hover
        shown = view.pixel_card and view.prediction.visible and not work.is_painting
        if prediction is None or position is None or not shown or prediction.member_answers is None:
            return
        ask = prediction.member_answers

        def done(answers: tuple[MemberAnswer, ...]) -> None:
            now = self._cubes.current
            if view.hover == position and now is not None and now.prediction is prediction:
                view.set_member_answers(answers)

        self._runner.start(KIND, TITLE, lambda: ask(position), done, brief=True)
