"""Finding where in the scene a phrase matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, scaled
from s3fn_gui.base.signals import follow
from s3fn_gui.model.probe.state import Heat, ProbeState, heat_of
from s3fn_gui.model.rescoring import jobs
from s3fn_gui.model.rescoring.flow import RescoreFlow
from s3fn_gui.session.context import Context, Flow

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.rescoring import Rescorer
    from s3fn_core.model.checkpoint import S3FNModel


KIND = "probe"


class ProbeFlow(Flow):
    """Shares the features of the cube with the map that follows the words."""

    def __init__(self, context: Context, probe: ProbeState, scenes: RescoreFlow) -> None:
        super().__init__(context)
        session = context.session
        self._state = probe
        self._scenes = scenes
        cubes = session.cubes
        follow(self._situation_changed, session.model_changed, cubes.current_changed, cubes.treatment_changed)
        session.view.comparison.changed.connect(self._give_way)

    def _give_way(self) -> None:
        """Hide the match while two maps are compared: it would cover both."""
        if self._session.view.comparison.before is not None:
            self._state.set_visible(False)

    def _situation_changed(self) -> None:
        """What was found belongs to one cube as it was treated, and to one model."""
        heat = self._state.heat
        self._runner.cancel(KIND)
        if heat is not None and (
            heat.model is not self._session.model
            or all(item.cube is not heat.cube for item in self._session.cubes.items)
        ):
            self._state.put(None)

    def compare(self) -> None:
        """Compare the phrase with every pixel of the current cube."""
        model, item = self._session.model, self._session.cubes.current
        if model is None or item is None or not self._state.phrase.strip():
            return
        cube, device = item.cube, self._session.train_settings.device
        kept = self._scenes.of(model, cube)
        phrase, against = self._state.phrase, self._state.against
        self._runner.start(
            KIND,
            tr("Looking for “{phrase}”", phrase=phrase.strip()),
            lambda: look_for(kept, model, cube, device, phrase, against),
            lambda found: self._done(*found),
        )

    def _done(self, heat: Heat, rescorer: Rescorer) -> None:
        item = self._session.cubes.current
        if heat.model is self._session.model and item is not None and item.cube is heat.cube:
            self._scenes.rescorer = rescorer
            self._state.put(heat)


def look_for(
    kept: Rescorer | None, model: S3FNModel, cube: Cube, device: str, phrase: str, against: str
) -> Operation[tuple[Heat, Rescorer]]:
    """Where a phrase matches, and what was computed on the way."""
    from s3fn_core.model.applying.probe import probe

    rescorer = kept
    if rescorer is None:
        rescorer = yield from scaled(jobs.look(model, cube, device), 0.0, 0.7)
    found = yield from scaled(probe(rescorer, model, phrase, against), 0.7, 1.0)
    return heat_of(found, model, cube), rescorer
