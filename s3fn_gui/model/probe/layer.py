"""How well a phrase matches, in colours above the image."""

from __future__ import annotations

from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.picture.canvas.raster import Raster
from s3fn_gui.session.session import Session

TRANSPARENT = 0


class HeatLayer(Raster):
    """Follows the session's probe; background stays clear."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        session.probe.changed.connect(self._show)
        session.cube_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        state, item = self._session.probe, self._session.current
        heat = state.heat
        here = heat is not None and item is not None and heat.cube is item.cube
        self.setVisible(here and state.visible)
        self.setOpacity(state.opacity)
        if heat is not None and here:
            self.set_colours([TRANSPARENT, *colour_table(heat.colours)[1:]])
            self.set_array(heat.image)
        else:
            self.set_array(None)
