"""What the look of a map needs to know of it: the map after the filter, and how much of it is unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.languages import tr
from s3fn_core.results.map_filter import MapFilter, filtered
from s3fn_core.results.map_layers import shares_below
from s3fn_gui.base.signals import follow
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.map_look import Calmed, MapLook

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

KIND, TITLE = "map_look", tr("Filtering the map")


class MapLookFlow(Flow):
    """Works only for a look that needs it; the newest map has its turn once the last job is done."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        session = context.session
        self._view, self._cubes = session.view, session.cubes
        follow(self._forget, self._cubes.current_changed)
        follow(self._reset, session.cleared)
        follow(self._work, self._cubes.prediction_changed, self._view.overlays_changed)

    def _reset(self) -> None:
        """Ids mean other classes now."""
        self._view.map_look = MapLook()

    def _forget(self) -> None:
        if self._view.calmed is not None:
            self._view.set_calmed(None)
        self._work()

    def _work(self) -> None:
        """Begin with what is wanted, unless it is known or something else is being worked out."""
        item, look, known = self._cubes.current, self._view.map_look, self._view.calmed
        prediction = None if item is None else item.prediction
        if prediction is None or not (look.calm or look.least) or self._runner.get(KIND) is not None:
            return
        if known is not None and known.prediction is prediction and known.calm == look.calm:
            return
        calm = look.calm

        def done(found: Calmed) -> None:
            now = self._cubes.current
            if now is item:
                self._view.set_calmed(found)  # tells, and so goes on to what is wanted by now
            else:
                self._work()

        self._runner.start(KIND, TITLE, lambda: calmed(prediction, calm), done, brief=True)


def calmed(prediction: Prediction, calm: MapFilter) -> Calmed:
    """In a worker."""
    ids = filtered(prediction.ids, calm)
    return Calmed(prediction, calm, ids, shares_below(prediction.confidence, prediction.ids))
