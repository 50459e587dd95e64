"""How well a phrase matches, in colours above the image, and what they mean."""

from __future__ import annotations

from typing import Any

from s3fn_core.languages import tr
from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.base.signals import follow
from s3fn_gui.model.probe.state import Heat, ProbeState
from s3fn_gui.picture.canvas.legend import Legend
from s3fn_gui.picture.canvas.raster import TRANSPARENT, Raster
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session


class HeatLayer(Raster):
    """Follows the probe; background stays clear.  Its legend is at the top right of the canvas."""

    def __init__(self, session: Session, probe: ProbeState, box: Any) -> None:
        super().__init__()
        self._session = session
        self._probe = probe
        self.legend = Legend(box, at_top=True)
        follow(self._show, probe.changed, session.cubes.current_changed)
        self._show()

    @property
    def parts(self) -> tuple[tuple[Level, Raster], ...]:
        """See :class:`Layer`."""
        return ((Level.HEAT, self),)

    def _show(self) -> None:
        state, item = self._probe, self._session.cubes.current
        heat = state.heat
        here = heat is not None and item is not None and heat.cube is item.cube
        shown = here and state.visible and state.is_open
        self.setVisible(shown)
        self.legend.setVisible(shown)
        self.setOpacity(state.opacity)
        if heat is not None and here:
            self.set_colours([TRANSPARENT, *colour_table(heat.colours)[1:]])
            self.set_array(heat.image)
            self._tell(heat)
        else:
            self.set_array(None)

    def _tell(self, heat: Heat) -> None:
        """The phrases, and between which values the colours are spread."""
        (low, high), probe = heat.limits, heat.probe
        numbers = (f"{low:z.2f}", f"{(low + high) / 2:z.2f}", f"{high:z.2f}")
        if probe.against:
            title = tr("Probe: difference of cosines")
            lines = [f"“{probe.phrase}”", tr("rather than “{phrase}”", phrase=probe.against)]
        else:
            title = tr("Probe: “{phrase}”", phrase=probe.phrase)
            lines = [tr("Cosine")]
        self.legend.show_scale(title, heat.colours, numbers, lines)
