"""Labels that the map contradicts, found again whenever labels or map change, while anybody looks."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_core.results.contradictions import Contradictions, contradictions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.results.state import ResultsState
from s3fn_gui.session.context import Context, Flow

KIND, TITLE = "label_errors", tr("Comparing labels and map")
REST_MS = 120


class ErrorsFlow(Flow):
    """Compares copies, so painting can go on."""

    def __init__(self, context: Context, state: ResultsState) -> None:
        super().__init__(context)
        self._state = state
        self._rest = resting(self, self._compare, REST_MS)
        session, cubes = self._session, self._session.cubes
        follow(self._withdraw, cubes.prediction_changed, cubes.current_changed, session.view.blind_changed)
        session.labels_changed.connect(lambda _: self._rest.start())
        state.wanted_changed.connect(self._compare)

    def _withdraw(self) -> None:
        """Of another map or cube they are not true."""
        self._runner.cancel(KIND)
        self._state.put_errors(None)
        self._compare()

    def _compare(self) -> None:
        item, state = self._state.item, self._state
        prediction = state.prediction
        ready = prediction is not None and not prediction.partial and not self._session.view.blind
        if item is None or prediction is None or not ready or not state.errors_wanted:
            self._runner.cancel(KIND)
            state.put_errors(None)
            return
        labels, ids = item.labels.ids.copy(), prediction.ids

        def done(found: Contradictions) -> None:
            if state.prediction is prediction:
                state.put_errors(found)

        self._runner.start(KIND, TITLE, lambda: contradictions(labels, ids), done)
