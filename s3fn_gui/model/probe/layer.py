"""How well a phrase matches, in colours above the image."""

from __future__ import annotations

from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.base.signals import follow
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.picture.canvas.raster import Raster
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session

TRANSPARENT = 0


class HeatLayer(Raster):
    """Follows the probe; background stays clear."""

    def __init__(self, session: Session, probe: ProbeState) -> None:
        super().__init__()
        self._session = session
        self._probe = probe
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
        self.setVisible(here and state.visible)
        self.setOpacity(state.opacity)
        if heat is not None and here:
            self.set_colours([TRANSPARENT, *colour_table(heat.colours)[1:]])
            self.set_array(heat.image)
        else:
            self.set_array(None)
